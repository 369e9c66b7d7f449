import { armedAfterS, type MakeBench } from '../bench.js';
import { requireSame, told } from '../compare.js';
import { inboundCall } from './inbound-call.js';

/** One inbound call with its number, from power-on to the record: what there is time for at every change. */
export async function short(make: MakeBench): Promise<string[]> {
  const bench = make();
  const dir = inboundCall(bench, 'inbound', { seed: 29 });
  const out = await bench.run('arm && play inbound && sleep 2 && disarm && unmount_data');
  const wanted = await bench.reference(dir);
  if (wanted.calls[0]?.caller?.['number'] === undefined) throw new Error('the trace itself has no number');
  const same = requireSame([bench.played('inbound')], wanted, await bench.contents());
  return [`armed ${armedAfterS(out)} s after power-on; ${told(same)}`];
}

import path from 'node:path';
import { HOME } from '../../support/world.js';
import { armedAfterS, type MakeBench } from '../bench.js';
import { requireSame, told } from '../compare.js';

const MORNING = path.join(HOME, 'boards/virtual/office-morning');

/** An inbound call with its number and an outbound one, each by real drivers as by simulated ones. */
export async function calls(make: MakeBench): Promise<string[]> {
  const said: string[] = [];
  for (const name of ['01-oversized-rubbish', '03-order-paper-dtmf']) {
    const bench = make();
    const dir = path.join(MORNING, name);
    bench.trace(dir, name);
    const out = await bench.run(`arm && play ${name} && sleep 2 && disarm && unmount_data`);
    const same = requireSame(dir, bench.played(name), await bench.reference(dir), await bench.contents());
    said.push(`${name}: armed ${armedAfterS(out)} s after power-on; ${told(same)}`);
  }
  return said;
}

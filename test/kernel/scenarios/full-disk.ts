import assert from 'node:assert/strict';
import type { MakeBench } from '../bench.js';
import { requireSame, told } from '../compare.js';
import { inboundCall } from './inbound-call.js';

/** Something else fills the data disk to the last block: the store has its room already. */
export async function fullDisk(make: MakeBench): Promise<string[]> {
  const bench = make();
  const dir = inboundCall(bench, 'short', { seed: 30 });
  const out = await bench.run(
    `arm || exit
     cat /dev/zero >/data/rubbish; echo FREE $(stat -f -c %a /data)
     play short || exit; sleep 3; disarm && unmount_data`,
  );
  assert.match(out, /^FREE 0$/mu, out);
  return [told(requireSame([bench.played('short')], await bench.reference(dir), await bench.contents()))];
}

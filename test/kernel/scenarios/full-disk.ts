import assert from 'node:assert/strict';
import type { MakeBench } from '../bench.js';
import { requireSame, told } from '../compare.js';
import { requireCameAndWent } from '../fault-events.js';
import { inboundCall } from './inbound-call.js';

/** Longer than a medium that refuses is left alone before it is opened anew, and than it goes between two looks at what is free. */
const ANEW_S = 35;

/**
 * Something else fills the disks to the last block. While a store is being made: none is made, and nothing is left of it. Afterwards: the
 * store has its room already, calls are kept, the recorder can be started again; that somebody else has filled the disk is told.
 */
export async function fullDisk(make: MakeBench): Promise<string[]> {
  const bench = make();
  const names = ['filled', 'restarted', 'freed'];
  const dirs = names.map((name, i) => inboundCall(bench, name, { seed: 36 + i, at: `09:0${i}:00` }));
  const out = await bench.run(
    `mount_data; free=$(($(stat -f -c '%a * %S' /data))); fallocate -l $((free - (72 << 20))) /data/first
     kikitome format --data $store --capacity 64MiB & making=$!
     until [ -e $store/ring ]; do kill -0 $making || exit; sleep 0.01; done
     cat /dev/zero >/data/second; echo FILLED; wait $making; echo FORMAT $?
     ls -d /data/*; rm /data/first /data/second
     arm || exit
     for file in /data/rubbish /root/rubbish /tmp/rubbish; do cat /dev/zero >$file; echo FREE $(stat -f -c %a $file); done
     play filled || exit; sleep ${ANEW_S}; disarm && arm || exit
     play restarted || exit; sleep ${ANEW_S}; rm /data/rubbish
     play freed || exit; sleep ${ANEW_S}; disarm && unmount_data`,
  );
  assert.match(out, /^FILLED$/mu, out);
  assert.match(out, /^kikitome: CAPACITY_TOO_LARGE: /mu, out);
  assert.match(out, /^FORMAT 1\n/mu, out);
  assert.doesNotMatch(out, /^\/data\/store/mu, out);
  assert.equal(out.match(/^FREE 0$/gmu)?.length, 3, out);
  const [wanted, got] = [await bench.reference(...dirs), await bench.contents()];
  const same = requireSame(
    names.map((name) => bench.played(name)),
    wanted,
    got,
  );
  // Whether the index wants another block just then, and is refused one, is chance.
  requireCameAndWent(got, ['STORAGE_CROWDED'], ['STORAGE_FAILING']);
  return [
    `a store is not half made; calls on full disks, after a restart on them, and when there is room again: ${told(same)}`,
  ];
}

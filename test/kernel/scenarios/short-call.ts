import path from 'node:path';
import { TelephoneLine } from '../../scenario/telephone-line.js';
import type { Bench } from '../bench.js';

/** An inbound call of some 12 s, as a trace the guest can play by the name `short`. Returns its folder. */
export function shortCall(bench: Bench, seed: number): string {
  const line = new TelephoneLine({ seed, bounces: true });
  line.wait(1000);
  line.ring(2);
  line.wait(500);
  line.lift();
  line.say(12_000);
  line.hangUp();
  line.wait(1000);
  const dir = line.write(path.join(bench.folder, 'short-call'), 'line-1');
  bench.trace(dir, 'short');
  return dir;
}

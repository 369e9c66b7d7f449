import path from 'node:path';
import { TelephoneLine } from '../../scenario/telephone-line.js';
import type { Bench, MakeBench } from '../bench.js';
import { requireSame, told } from '../compare.js';

const NUMBER = '0398765421';

/** Twenty pulses a second, every contact bouncing; and again while something else eats the processor. */
export async function dialling(make: MakeBench): Promise<string[]> {
  const bench = make();
  const dirs = [dialled(bench, 'idle', '09:00:00'), dialled(bench, 'busy', '09:01:00')];
  await bench.run(
    `arm && play idle || exit
     for i in 1 2 3; do while :; do :; done & burners+=($!); done
     play busy || exit
     kill "\${burners[@]}"; sleep 2; disarm && unmount_data`,
  );
  const wanted = await bench.reference(...dirs);
  const read = wanted.calls.map((call) => call.dialled).join(' ');
  if (read !== `${NUMBER} ${NUMBER}`) throw new Error(`the trace itself is read as ${read}`);
  const got = await bench.contents();
  const whole = requireSame([bench.played('idle'), bench.played('busy')], wanted, got);
  return [`${NUMBER} at 20 pps with bounce, idle and with three busy loops beside it: ${told(whole)}`];
}

function dialled(bench: Bench, name: string, at: string): string {
  const line = new TelephoneLine({ seed: 20, bounces: true });
  line.lift();
  line.wait(1500);
  line.pulses(NUMBER, 20);
  line.ringback(1);
  line.say(3000);
  line.hangUp();
  const dir = line.write(path.join(bench.folder, name), 'line-1', `2026-11-24T${at}+09:00`);
  bench.trace(dir, name);
  return dir;
}

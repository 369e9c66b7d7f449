import path from 'node:path';
import { TelephoneLine } from '../../scenario/telephone-line.js';
import type { MakeBench } from '../bench.js';
import { requireSame, told } from '../compare.js';

const NUMBER = '0398765421';

/** Twenty pulses a second, every contact bouncing, while something else eats the processor. */
export async function dialling(make: MakeBench): Promise<string[]> {
  const said: string[] = [];
  for (const busy of [false, true]) {
    const bench = make();
    const line = new TelephoneLine({ seed: 20, bounces: true });
    line.lift();
    line.wait(1500);
    line.pulses(NUMBER, 20);
    line.ringback(1);
    line.say(3000);
    line.hangUp();
    line.wait(1000);
    const dir = line.write(path.join(bench.folder, 'dialled'), 'line-1');
    bench.trace(dir, 'dialled');
    const load = busy ? 'for i in 1 2 3; do while :; do :; done & burners+=($!); done; ' : '';
    await bench.run(
      `arm || exit; burners=(); ${load}play dialled || exit; sleep 2
       [ ! "\${burners[*]}" ] || kill "\${burners[@]}"
       disarm && unmount_data`,
    );
    const reference = await bench.reference(dir);
    const dialled = reference.calls.map((call) => call.dialled).join(' ');
    if (dialled !== NUMBER) throw new Error(`the trace itself is read as ${dialled}`);
    const same = requireSame(dir, bench.played('dialled'), reference, await bench.contents());
    said.push(`${NUMBER} at 20 pps with bounce, ${busy ? 'three busy loops beside it' : 'idle'}: ${told(same)}`);
  }
  return said;
}

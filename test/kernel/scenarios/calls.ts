import path from 'node:path';
import { HOME } from '../../support/world.js';
import { armedAfterS, type MakeBench } from '../bench.js';
import { requireSame, told } from '../compare.js';

const MORNING = path.join(HOME, 'boards/virtual/office-morning');
const NAMES = ['01-oversized-rubbish', '03-order-paper-dtmf'];

/** An inbound call with its number and an outbound one, each by real drivers as by simulated ones. */
export async function calls(make: MakeBench): Promise<string[]> {
  const bench = make();
  const dirs = NAMES.map((name) => path.join(MORNING, name));
  for (const [i, name] of NAMES.entries()) bench.trace(dirs[i] ?? '', name);
  const out = await bench.run(
    `arm && ${NAMES.map((name) => `play ${name}`).join(' && ')} && sleep 2 && disarm && unmount_data`,
  );
  const played = NAMES.map((name) => bench.played(name));
  const same = requireSame(played, await bench.reference(...dirs), await bench.contents());
  return [`armed ${armedAfterS(out)} s after power-on; ${NAMES.join(', ')}: ${told(same)}`];
}

import { FRAME_BYTES } from './amplification.js';
import { callsOf } from './calls.js';
import type { Keeper } from './keeper.js';

const FRAMES_A_SECOND = 14;

/**
 * Calls of three seconds; timed is what a finished call waits for: its last second and its close, until it is kept. The
 * stores take turns, call by call. Milliseconds in order of time.
 */
export async function finishingMs(keepers: readonly Keeper[], count: number): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(keepers.map(({ name }) => [name, []]));
  for (const call of callsOf(count, 2)) {
    for (const keeper of keepers) {
      const writer = keeper.begin(call);
      const second = () => {
        for (let i = 0; i < FRAMES_A_SECOND; i += 1) writer.append(Buffer.alloc(FRAME_BYTES, i));
      };
      for (let i = 0; i < 2; i += 1) {
        second();
        await keeper.commit();
      }
      second();
      writer.close();
      const from = performance.now();
      await keeper.commit();
      times[keeper.name]?.push(performance.now() - from);
    }
  }
  return times;
}

import { Subscription } from 'rxjs';
import type { Clock } from '../../hal/clock.js';

/**
 * Calls `set` with on and off as `rhythmMs` (lengths in ms, beginning with on) has it: at once, and then on the clock,
 * without drift. Over and over, or once and off at the end. One length for ever is steadily on; none, or no length at
 * all, is off.
 */
export function play(
  rhythmMs: readonly number[],
  forever: boolean,
  clock: Clock,
  set: (on: boolean) => void,
): Subscription {
  const playing = new Subscription();
  const wholeMs = rhythmMs.reduce((sum, ms) => sum + ms, 0);
  if (!(wholeMs > 0 && wholeMs < Infinity)) {
    set(false);
    return playing;
  }
  if (forever && rhythmMs.length === 1) {
    set(true);
    return playing;
  }
  let index = 0;
  let dueMs: number = clock.now();
  const turn = (): void => {
    const lengthMs = rhythmMs[index];
    if (lengthMs === undefined) {
      set(false);
      return;
    }
    set(index % 2 === 0);
    dueMs += lengthMs;
    index = forever ? (index + 1) % rhythmMs.length : index + 1;
    playing.add(clock.after$(Math.max(0, dueMs - clock.now())).subscribe(turn));
  };
  turn();
  return playing;
}

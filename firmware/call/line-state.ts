import type { MonotonicMs } from '../../hal/clock.js';
import type { Call } from './call.js';
import type { Caller } from './call-event.js';
import type { Ringing } from './ringing.js';

/**
 * Where a line can be:
 *
 * | state | the telephone | the line |
 * |---|---|---|
 * | idle | down | quiet; perhaps a number has been sent ahead of the ringing |
 * | lifted | up since a moment, as it has been too often of late | a call if it stays up, or somebody dials |
 * | alerting | down | rings, in the CAR cadence or the ordinary one, or pauses in it |
 * | primary | up by itself, to fetch the number (or somebody was very quick) | the exchange sends the number |
 * | talking | up | a call |
 * | down | down since a moment | a call, if this is a dial pulse or a flash; else it has ended |
 */
export type LineState =
  | { readonly at: 'idle'; readonly heard: { readonly caller: Caller; readonly atMs: MonotonicMs } | null }
  | { readonly at: 'lifted'; readonly offMs: MonotonicMs }
  | {
      readonly at: 'alerting';
      readonly ringing: Ringing;
      readonly caller: Caller | null;
      readonly primary: Primary | null;
    }
  | {
      readonly at: 'primary';
      readonly ringing: Ringing;
      readonly caller: Caller | null;
      readonly offMs: MonotonicMs;
      readonly callerMs: MonotonicMs | null;
      readonly byItself: boolean;
    }
  | { readonly at: 'talking'; readonly call: Call }
  | { readonly at: 'down'; readonly call: Call; readonly downMs: MonotonicMs };

/** A primary answer that is over. */
export interface Primary {
  readonly offMs: MonotonicMs;
  readonly onMs: MonotonicMs;
  /** It rang in the CAR cadence, and nobody has spoken. */
  readonly byItself: boolean;
}

import { type Allowance, allowanceAt, spend } from '../faults/allowance.js';
import type { CallEvent } from './call-event.js';
import type { LineState } from './line-state.js';
import type { CallTiming } from './timing.js';

/** How many more lifts that are too short for a call are kept as one all the same. */
export type Taps = Allowance | undefined;

const limits = ({ tapsAtOnce, tapBackMs }: CallTiming) => ({ most: tapsAtOnce, backMs: tapBackMs });

/** Whether there have been so many that the next lift must last before it is a call. */
export const tooMany = (taps: Taps, nowMs: number, timing: CallTiming): boolean =>
  allowanceAt(taps, nowMs, limits(timing)).left < 1;

/** After a line that was `before` has told `events`. */
export function tapsAfter(taps: Taps, before: LineState, events: readonly CallEvent[], timing: CallTiming): Taps {
  const over = before.at === 'down' && events.some(({ kind }) => kind === 'ended');
  if (!over || !isTap(before, timing)) return taps;
  return spend(allowanceAt(taps, before.downMs, limits(timing)));
}

/** Lifted for a moment, out of nothing, and nobody dialled. */
const isTap = ({ call, downMs }: Extract<LineState, { at: 'down' }>, { liftMinMs }: CallTiming): boolean =>
  call.direction === 'outbound' && call.digits.length === 0 && downMs - call.startMs < liftMinMs;

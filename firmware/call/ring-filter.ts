import type { MonotonicMs } from '../../hal/clock.js';
import type { CallTiming } from './timing.js';

/** What the ring detector shows, and whether an exchange could ring like that. */
export interface RingFilter {
  readonly ringing: boolean;
  /** Since when it has rung without a pause that is worth the name; null: never. */
  readonly sinceMs: MonotonicMs | null;
  /** The latest edge. */
  readonly lastMs: number;
  /** It has rung for longer than any exchange does: it is not believed until it has paused. */
  readonly stuck: boolean;
}

export const ringFilter = (): RingFilter => ({
  ringing: false,
  sinceMs: null,
  lastMs: Number.NEGATIVE_INFINITY,
  stuck: false,
});

/** When it is to be taken for stuck, if nothing more comes. */
export function stuckAt({ ringing, sinceMs, stuck }: RingFilter, { ringBurstMaxMs }: CallTiming): MonotonicMs | null {
  return ringing && !stuck && sinceMs !== null ? ((sinceMs + ringBurstMaxMs) as MonotonicMs) : null;
}

/** Takes one edge. The caller has said `getStuck` before, where it was due. What the filter has is believed unless it is stuck. */
export function takeRing(filter: RingFilter, ringing: boolean, atMs: MonotonicMs, timing: CallTiming): RingFilter {
  if (ringing === filter.ringing) return filter;
  const next = { ...filter, ringing, lastMs: atMs };
  if (!ringing) return next;
  const goesOn = filter.sinceMs !== null && atMs - filter.lastMs < timing.ringRestMs;
  if (!goesOn) return { ...next, sinceMs: atMs, stuck: false };
  return { ...next, stuck: filter.stuck || atMs - (filter.sinceMs ?? atMs) >= timing.ringBurstMaxMs };
}

export const getStuck = (filter: RingFilter): RingFilter => ({ ...filter, stuck: true });

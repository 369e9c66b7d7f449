import type { MonotonicMs } from '../hal/clock.js';
import { callSince, ringingSince, type TrackerState } from './call/tracker.js';

/** What a passer-by could be told about a line. */
export interface LineView {
  readonly id: string;
  readonly state: 'idle' | 'ringing' | 'recording';
  /** Since when, for ringing and recording. */
  readonly sinceMs: MonotonicMs | null;
  readonly levelDbm0: number;
  readonly number: number | null;
}

/** What a line does, as far as its calls are tracked. */
export function stateOf(tracker: TrackerState): Pick<LineView, 'state' | 'sinceMs'> {
  const since = callSince(tracker);
  const rangSince = ringingSince(tracker);
  const state = since !== null ? 'recording' : rangSince !== null ? 'ringing' : 'idle';
  return { state, sinceMs: since ?? rangSince };
}

import type { MonotonicMs } from '../hal/clock.js';

/** What a passer-by could be told about a line. */
export interface LineView {
  readonly id: string;
  readonly state: 'idle' | 'ringing' | 'recording';
  /** Since when, for ringing and recording. */
  readonly sinceMs: MonotonicMs | null;
  readonly levelDbm0: number;
  readonly number: number | null;
}

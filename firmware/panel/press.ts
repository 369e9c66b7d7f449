import type { MonotonicMs } from '../../hal/clock.js';

/** How the one button was pressed: by how long it was held. */
export type PressLength = 'short' | 'long' | 'very-long';

export interface Press {
  readonly length: PressLength;
  /** When it was let go; for `very-long`, when it had been held long enough. */
  readonly atMs: MonotonicMs;
}

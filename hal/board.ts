import type { AudioInput } from './audio.js';
import type { Clock } from './clock.js';
import type { LineSense } from './line.js';
import type { Lamp } from './panel.js';

/** One telephone line as the box meets it. */
export interface LinePort {
  /** Stable name in records: `line-1`. */
  readonly id: string;
  readonly sense: LineSense;
  readonly audio: AudioInput;
}

/** A box, opened. */
export interface Board {
  readonly id: string;
  readonly clock: Clock;
  readonly lines: readonly LinePort[];
  readonly lamp: Lamp;
}

import type { AudioInput } from './audio.js';
import type { Clock } from './clock.js';
import type { HealthSense } from './health.js';
import type { LineSense } from './line.js';
import type { CallerIdModem } from './modem.js';
import type { Button, Buzzer, Keypad, Lamp } from './panel.js';
import type { StickPort } from './stick.js';

/** One telephone line as the box meets it. */
export interface LinePort {
  /** Stable name in records: `line-1`. */
  readonly id: string;
  readonly sense: LineSense;
  readonly audio: AudioInput;
  /** A modem on the same pair, where the board has one. */
  readonly modem: CallerIdModem | null;
}

/** A box, opened. What it does not have is null or empty. */
export interface Board {
  readonly id: string;
  readonly clock: Clock;
  readonly lines: readonly LinePort[];
  readonly lamp: Lamp;
  readonly button: Button | null;
  readonly buzzer: Buzzer | null;
  readonly keypads: readonly Keypad[];
  readonly sticks: StickPort | null;
  readonly health: readonly HealthSense[];
}

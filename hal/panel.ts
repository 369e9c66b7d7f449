import type { Observable } from 'rxjs';
import type { MonotonicMs } from './clock.js';

/** A lamp is told apart by rhythm and count, never by colour alone. */
export interface LampPattern {
  readonly colour: 'green' | 'red' | 'amber';
  /** On/off run lengths in ms, beginning with on, repeated for ever. One entry = lit steadily; none = dark. */
  readonly rhythmMs: readonly number[];
}

/** The lamp a passer-by sees. */
export interface Lamp {
  /** Replaces what was shown. Never throws: a dead lamp must not stop a recorder. */
  show(pattern: LampPattern): void;
}

/** One change of a button, freed of bounce. */
export interface ButtonEdge {
  readonly pressed: boolean;
  readonly atMs: MonotonicMs;
}

/** The one button of the box. */
export interface Button {
  /**
   * Hot, replays nothing; levels alternate. Errors with `HalError`: `DEVICE_GONE` when it is lost, `DEVICE_MISSING`, `DEVICE_BUSY`,
   * `FORMAT_REFUSED`, `LIBRARY_MISSING` as it cannot be had; subscribing again tries again.
   */
  readonly edges$: Observable<ButtonEdge>;
}

/** What answers a finger by sound. */
export interface Buzzer {
  /** Sounds on/off run lengths in ms once, beginning with on, in place of what it was at. Never throws. */
  sound(rhythmMs: readonly number[]): void;
}

/** A key of a ten-key pad: a digit, or what ends or takes back an entry. */
export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | 'enter' | 'clear';

/** A key that went down. */
export interface KeyPress {
  readonly key: Key;
  readonly atMs: MonotonicMs;
}

/** Ten keys and two, on pins or on USB. */
export interface Keypad {
  /**
   * Each press once, when it goes down. Hot, replays nothing. A pad that is pulled out is silent until it is back:
   * never errors, never completes.
   */
  readonly keys$: Observable<KeyPress>;
}

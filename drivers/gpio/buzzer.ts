import type { Subscription } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { Buzzer } from '../../hal/panel.js';
import type { OutputLines } from './output-lines.js';
import { play } from './rhythm.js';

/** A buzzer with a tone of its own on one output. One that cannot be driven is silent. */
export class GpioBuzzer implements Buzzer {
  readonly #outputs: OutputLines;
  readonly #offset: number;
  readonly #clock: Clock;
  #playing: Subscription | undefined;

  constructor(outputs: OutputLines, offset: number, clock: Clock) {
    this.#outputs = outputs;
    this.#offset = offset;
    this.#clock = clock;
  }

  sound(rhythmMs: readonly number[]): void {
    this.#playing?.unsubscribe();
    this.#playing = play(rhythmMs, false, this.#clock, (on) => {
      try {
        this.#outputs.write(on ? [this.#offset] : []);
      } catch (error) {
        if (!(error instanceof HalError)) throw error;
      }
    });
  }
}

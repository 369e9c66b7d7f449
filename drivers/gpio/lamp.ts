import type { Subscription } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { Lamp, LampPattern } from '../../hal/panel.js';
import type { OutputLines } from './output-lines.js';
import { play } from './rhythm.js';

/** Which outputs are lit for a colour. Two lights make amber together; a box with one says it with all three. */
export type Lights = Readonly<Record<LampPattern['colour'], readonly number[]>>;

/** Light-emitting diodes on outputs. One that cannot be driven stays dark, and is tried again with every change. */
export class GpioLamp implements Lamp {
  readonly #outputs: OutputLines;
  readonly #lights: Lights;
  readonly #clock: Clock;
  #shown: string | undefined;
  #playing: Subscription | undefined;

  /** Takes the lines when it first shows something. */
  constructor(outputs: OutputLines, lights: Lights, clock: Clock) {
    this.#outputs = outputs;
    this.#lights = lights;
    this.#clock = clock;
  }

  show({ colour, rhythmMs }: LampPattern): void {
    // What is shown already goes on: a rhythm that is begun anew again and again is none.
    const wanted = `${colour} ${rhythmMs.join(' ')}`;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#playing?.unsubscribe();
    this.#playing = play(rhythmMs, true, this.#clock, (on) => this.#light(on ? this.#lights[colour] : []));
  }

  #light(offsets: readonly number[]): void {
    try {
      this.#outputs.write(offsets);
    } catch (error) {
      if (!(error instanceof HalError)) throw error;
      // The same pattern is to be tried again when it is next asked for.
      this.#shown = undefined;
    }
  }
}

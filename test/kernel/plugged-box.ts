import type { Bench } from './bench.js';
import { Counter } from './counter.js';
import type { Guest } from './guest.js';

/** A copy then takes half a minute. */
const SLOW_BYTES_S = 10_000;

/** A box with a stick that is in when it is switched on. */
export class PluggedBox {
  readonly #bench: Bench;
  readonly #id: string;
  readonly #image: string;
  #guest: Guest | undefined;

  constructor(bench: Bench, id: string, image: string) {
    this.#bench = bench;
    this.#id = id;
    this.#image = image;
  }

  /** Switches it on. A recorder that ends is started again. */
  async on(): Promise<Counter> {
    this.#guest = this.#bench.boot('while arm; do wait $recorder; done', [
      '--keyboard',
      'on',
      '--fast',
      'paced',
      '--timeout',
      '3600',
    ]);
    const counter = new Counter(this.#bench, this.#guest);
    await counter.sockets.ready();
    await counter.sockets.plug(this.#id, this.#image, { writeBytesS: SLOW_BYTES_S });
    return counter;
  }

  /** From now on the stick is as fast as it can. */
  async hurry(counter: Counter): Promise<void> {
    await counter.sockets.pace(this.#id, {});
  }

  /** Cuts the power. */
  async cut(): Promise<void> {
    await this.#guest?.cut();
  }

  /** At the end, whatever went wrong. */
  async off(): Promise<void> {
    await this.#guest?.switchOff();
  }
}

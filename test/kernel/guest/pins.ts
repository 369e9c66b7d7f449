import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { PINS } from './wiring.js';

/** The world's end of the pins: gpio-sim's files. Each is opened once. */
export class WorldPins {
  readonly #folder: string;
  readonly #pulls = new Map<number, number>();

  constructor() {
    const chip = readdirSync(PINS).find((name) => /^gpiochip\d+$/u.test(name));
    if (chip === undefined) throw new Error(`no chip below ${PINS}`);
    this.#folder = path.join(PINS, chip);
  }

  drive(offset: number, high: boolean): void {
    let pull = this.#pulls.get(offset);
    if (pull === undefined) {
      pull = openSync(path.join(this.#folder, `sim_gpio${offset}/pull`), 'r+');
      this.#pulls.set(offset, pull);
    }
    writeSync(pull, high ? 'pull-up' : 'pull-down', 0);
  }

  close(): void {
    for (const pull of this.#pulls.values()) closeSync(pull);
    this.#pulls.clear();
  }

  high(offset: number): boolean {
    return readFileSync(path.join(this.#folder, `sim_gpio${offset}/value`), 'latin1').trim() === '1';
  }
}

import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import { PINS } from './wiring.js';

/** The world's end of the pins: gpio-sim's files. Each is opened once. */
export class WorldPins {
  readonly #folder: string;
  readonly #pulls = new Map<number, number>();
  readonly #values = new Map<number, number>();
  readonly #read = Buffer.alloc(1);

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
    for (const open of [this.#pulls, this.#values]) {
      for (const file of open.values()) closeSync(file);
      open.clear();
    }
  }

  high(offset: number): boolean {
    let value = this.#values.get(offset);
    if (value === undefined) {
      value = openSync(path.join(this.#folder, `sim_gpio${offset}/value`), 'r');
      this.#values.set(offset, value);
    }
    readSync(value, this.#read, 0, 1, 0);
    return this.#read.toString('latin1') === '1';
  }
}

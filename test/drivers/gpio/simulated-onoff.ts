import type { OnoffLibrary, OnoffLine } from '../../../drivers/gpio/onoff-library.js';

/** Pins as sysfs and the package show them: whoever listens gets the level there is when it is looked at. */
export class SimulatedOnoff implements OnoffLibrary {
  static readonly BASE = 512;
  readonly #chip: string;
  readonly #high = new Set<number>();
  readonly exported = new Map<number, SimulatedLine>();
  /** Changed since the last `turn`. */
  readonly #changed = new Set<number>();
  readonly busy = new Set<number>();
  gone = false;

  constructor(chip: string) {
    this.#chip = chip;
  }

  base(chip: string): number | undefined {
    return !this.gone && chip === this.#chip ? SimulatedOnoff.BASE : undefined;
  }

  open(number: number, direction: 'in' | 'low' | 'high', _edge: 'both' | 'none', activeLow: boolean): OnoffLine {
    const offset = number - SimulatedOnoff.BASE;
    if (this.busy.has(offset)) throw Object.assign(new Error('EBUSY'), { errno: -16 });
    if (direction !== 'in') this.drive(offset, direction === 'high');
    const line = new SimulatedLine(this, offset, activeLow);
    this.exported.set(offset, line);
    return line;
  }

  drive(offset: number, high: boolean): void {
    if (this.#high.has(offset) === high) return;
    if (high) this.#high.add(offset);
    else this.#high.delete(offset);
    this.#changed.add(offset);
  }

  high(offset: number): boolean {
    if (this.gone) throw Object.assign(new Error('ENODEV'), { errno: -19 });
    return this.#high.has(offset);
  }

  /** The event loop turns: one call for each line that changed, however often. */
  turn(): void {
    const changed = this.gone ? [...this.exported.keys()] : [...this.#changed];
    this.#changed.clear();
    for (const offset of changed) this.exported.get(offset)?.event();
  }
}

class SimulatedLine implements OnoffLine {
  readonly #pins: SimulatedOnoff;
  readonly #offset: number;
  readonly #activeLow: boolean;
  #heard: ((error: Error | null, value: 0 | 1) => void) | undefined;

  constructor(pins: SimulatedOnoff, offset: number, activeLow: boolean) {
    this.#pins = pins;
    this.#offset = offset;
    this.#activeLow = activeLow;
  }

  readSync(): 0 | 1 {
    return this.#pins.high(this.#offset) !== this.#activeLow ? 1 : 0;
  }

  writeSync(value: 0 | 1): void {
    this.#pins.high(this.#offset);
    this.#pins.drive(this.#offset, (value === 1) !== this.#activeLow);
  }

  watch(heard: (error: Error | null, value: 0 | 1) => void): void {
    this.#heard = heard;
  }

  unexport(): void {
    this.#pins.exported.delete(this.#offset);
  }

  event(): void {
    if (this.#pins.gone) this.#heard?.(Object.assign(new Error('ENODEV'), { errno: -19 }), 0);
    else this.#heard?.(null, this.readSync());
  }
}

import { WORK_RATE_HZ } from './profile.js';

/** One second-order section, transposed direct form II; state and coefficients are numbers, not arrays, for speed. */
class Section {
  #s1 = 0;
  #s2 = 0;
  readonly #b0: number;
  readonly #b1: number;
  readonly #b2: number;
  readonly #a1: number;
  readonly #a2: number;

  constructor(b0: number, b1: number, b2: number, a0: number, a1: number, a2: number) {
    this.#b0 = b0 / a0;
    this.#b1 = b1 / a0;
    this.#b2 = b2 / a0;
    this.#a1 = a1 / a0;
    this.#a2 = a2 / a0;
  }

  /** Filters `block` in place. */
  run(block: Float64Array): void {
    let s1 = this.#s1;
    let s2 = this.#s2;
    const b0 = this.#b0;
    const b1 = this.#b1;
    const b2 = this.#b2;
    const a1 = this.#a1;
    const a2 = this.#a2;
    for (let i = 0; i < block.length; i += 1) {
      const x = block[i] as number;
      const y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      block[i] = y;
    }
    // Long silence would decay into denormal numbers, which are slow.
    this.#s1 = Math.abs(s1) < 1e-12 ? 0 : s1;
    this.#s2 = Math.abs(s2) < 1e-12 ? 0 : s2;
  }
}

/**
 * High-pass with its zeros on the unit circle at `zeroHz`: everything well below `cornerHz` is weakened and `zeroHz`
 * itself is removed.
 *
 * @param zeroHz 0 for a plain high-pass; 400 to remove dial tone.
 */
export class LineFilter {
  readonly #section: Section;

  constructor(cornerHz: number, zeroHz: number, q: number) {
    const corner = (2 * Math.PI * cornerHz) / WORK_RATE_HZ;
    const zero = Math.cos((2 * Math.PI * zeroHz) / WORK_RATE_HZ);
    const alpha = Math.sin(corner) / (2 * q);
    // Unit gain at half the sample rate, where the numerator is 2 + 2 cos(zero).
    const gain = (1 + Math.cos(corner)) / (1 + zero);
    this.#section = new Section(gain, -2 * gain * zero, gain, 1 + alpha, -2 * Math.cos(corner), 1 - alpha);
  }

  /** Filters `block` in place. */
  run(block: Float64Array): void {
    this.#section.run(block);
  }
}

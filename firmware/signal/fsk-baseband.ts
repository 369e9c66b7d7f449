import { BLOCK_SAMPLES, WORK_RATE_HZ } from './profile.js';

/** Middle of both modems' tones: (1300 + 2100) / 2 = (1200 + 2200) / 2. */
export const CENTRE_HZ = 1700;
/** Rate of the complex samples. */
export const BASEBAND_HZ = WORK_RATE_HZ / 2;
/** Complex samples of one block. */
export const BASEBAND_BLOCK = BLOCK_SAMPLES / 2;
/** Complex samples remembered: 4.1 s; a power of two. */
export const BASEBAND_RING = 16384;

const TAPS = 24;
/** -6 dB points at 1700 +/- 800 Hz. Wider lets in hiss that the bits do not need: measured (DESIGN.md). */
const HALF_BAND_HZ = 800;

/**
 * The band of the modems as complex samples around 1700 Hz, at half the rate, with the last seconds kept.
 * One-sided, so that correlating with a tone over less than two of its cycles sees no mirror image.
 */
export class FskBaseband {
  readonly re = new Float64Array(BASEBAND_RING);
  readonly im = new Float64Array(BASEBAND_RING);
  /** Complex samples since the start; sample `i` is at `i % BASEBAND_RING`. */
  count = 0;
  readonly #tapsRe = new Float64Array(TAPS);
  readonly #tapsIm = new Float64Array(TAPS);
  readonly #turnRe = new Float64Array(BASEBAND_BLOCK);
  readonly #turnIm = new Float64Array(BASEBAND_BLOCK);
  readonly #line = new Float64Array(TAPS + BLOCK_SAMPLES);

  constructor() {
    const step = (2 * Math.PI * CENTRE_HZ) / WORK_RATE_HZ;
    const middle = (TAPS - 1) / 2;
    for (let i = 0; i < TAPS; i += 1) {
      const x = ((i - middle) * 2 * HALF_BAND_HZ) / WORK_RATE_HZ;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      const hamming = 0.54 + 0.46 * Math.cos((Math.PI * (i - middle)) / (middle + 0.5));
      // Twice: all the power of a real sine goes into its positive half. The filter runs over the samples oldest first.
      const tap = (2 * 2 * HALF_BAND_HZ * sinc * hamming) / WORK_RATE_HZ;
      this.#tapsRe[i] = tap * Math.cos(step * -i);
      this.#tapsIm[i] = tap * Math.sin(step * -i);
    }
    // 40 samples are 8.5 cycles of 1700 Hz: every other block begins half a turn on.
    for (let m = 0; m < BASEBAND_BLOCK; m += 1) {
      this.#turnRe[m] = Math.cos(step * 2 * m);
      this.#turnIm[m] = -Math.sin(step * 2 * m);
    }
  }

  /** Takes the next 5 ms: 20 complex samples come of it. |sample|^2 / 2 is the mean square of a tone in the band. */
  push(block: Float64Array): void {
    const line = this.#line;
    const tapsRe = this.#tapsRe;
    const tapsIm = this.#tapsIm;
    line.copyWithin(0, BLOCK_SAMPLES);
    line.set(block, TAPS);
    const flip = (this.count / BASEBAND_BLOCK) % 2 === 0 ? 1 : -1;
    // Two outputs side by side: the taps are fetched once for both.
    for (let m = 0; m < BASEBAND_BLOCK; m += 2) {
      let re = 0;
      let im = 0;
      let nextRe = 0;
      let nextIm = 0;
      for (let i = 0, n = 2 * m + 1; i < TAPS; i += 1, n += 1) {
        const x = line[n] as number;
        const y = line[n + 2] as number;
        const c = tapsRe[i] as number;
        const s = tapsIm[i] as number;
        re += x * c;
        im += x * s;
        nextRe += y * c;
        nextIm += y * s;
      }
      this.#store(m, re * flip, im * flip);
      this.#store(m + 1, nextRe * flip, nextIm * flip);
    }
    this.count += BASEBAND_BLOCK;
  }

  /** Turns the centre of the band to 0 Hz. */
  #store(m: number, re: number, im: number): void {
    const at = (this.count + m) & (BASEBAND_RING - 1);
    const c = this.#turnRe[m] as number;
    const s = this.#turnIm[m] as number;
    this.re[at] = re * c - im * s;
    this.im[at] = re * s + im * c;
  }
}

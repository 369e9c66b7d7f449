import { BASEBAND_HZ, BASEBAND_RING, CENTRE_HZ, type FskBaseband } from './fsk-baseband.js';

/**
 * Running integrals of a burst, turned back by the two tones. Any window of any length, between any two points in time,
 * is then a difference: bit timing can be tried without correlating again.
 */
export class ToneIntegrals {
  /** Samples loaded. */
  length = 0;
  /** Radians in a sample. */
  markStep = 0;
  spaceStep = 0;
  readonly #markRe = new Float64Array(BASEBAND_RING + 1);
  readonly #markIm = new Float64Array(BASEBAND_RING + 1);
  readonly #spaceRe = new Float64Array(BASEBAND_RING + 1);
  readonly #spaceIm = new Float64Array(BASEBAND_RING + 1);
  readonly #energy = new Float64Array(BASEBAND_RING + 1);

  // Result of the last window.
  re = 0;
  im = 0;

  /** Loads samples `begin` up to `end` (baseband samples since the start). */
  load(baseband: FskBaseband, begin: number, end: number, markHz: number, spaceHz: number): void {
    this.length = end - begin;
    this.markStep = (2 * Math.PI * (markHz - CENTRE_HZ)) / BASEBAND_HZ;
    this.spaceStep = (2 * Math.PI * (spaceHz - CENTRE_HZ)) / BASEBAND_HZ;
    this.#run(baseband, begin, this.markStep, this.#markRe, this.#markIm);
    this.#run(baseband, begin, this.spaceStep, this.#spaceRe, this.#spaceIm);
    let sum = 0;
    for (let n = 0; n < this.length; n += 1) {
      const at = (begin + n) % BASEBAND_RING;
      sum += (baseband.re[at] as number) ** 2 + (baseband.im[at] as number) ** 2;
      this.#energy[n + 1] = sum;
    }
  }

  /** Sum of |sample|^2 between two points in time. */
  energy(from: number, to: number): number {
    return at(this.#energy, to) - at(this.#energy, from);
  }

  /** Mark between two points in time: `re`, `im`. */
  mark(from: number, to: number): void {
    this.re = at(this.#markRe, to) - at(this.#markRe, from);
    this.im = at(this.#markIm, to) - at(this.#markIm, from);
  }

  /** Space between two points in time: `re`, `im`. */
  space(from: number, to: number): void {
    this.re = at(this.#spaceRe, to) - at(this.#spaceRe, from);
    this.im = at(this.#spaceIm, to) - at(this.#spaceIm, from);
  }

  #run(baseband: FskBaseband, begin: number, step: number, sumsRe: Float64Array, sumsIm: Float64Array): void {
    const c = Math.cos(step);
    const s = -Math.sin(step);
    let turnRe = 1;
    let turnIm = 0;
    let re = 0;
    let im = 0;
    for (let n = 0; n < this.length; n += 1) {
      const i = (begin + n) % BASEBAND_RING;
      const x = baseband.re[i] as number;
      const y = baseband.im[i] as number;
      re += x * turnRe - y * turnIm;
      im += x * turnIm + y * turnRe;
      sumsRe[n + 1] = re;
      sumsIm[n + 1] = im;
      const next = turnRe * c - turnIm * s;
      turnIm = turnRe * s + turnIm * c;
      turnRe = next;
    }
  }
}

function at(sums: Float64Array, time: number): number {
  const n = Math.floor(time);
  const a = sums[n] as number;
  return a + (time - n) * ((sums[n + 1] as number) - a);
}

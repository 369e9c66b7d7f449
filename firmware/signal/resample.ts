import { WORK_RATE_HZ } from './profile.js';

/** Filter length for each input sample kept, in output periods: 16 gives 70 dB at 4.8 kHz and is flat to 3.4 kHz. */
const SPAN = 16;
/** -6 dB point as a fraction of the output Nyquist frequency (3.9 kHz). */
const CUT = 0.975;

/**
 * Brings 8, 16, 24, 32, 40 or 48 kHz to the 8 kHz everything else works at. Linear phase, so nothing is smeared.
 * At 8 kHz it is a wire.
 */
export class Decimator {
  /** Delay of what comes out, in output samples. */
  readonly delaySamples: number;
  readonly #factor: number;
  readonly #taps: Float64Array;
  readonly #history: Float64Array;
  #at = 0;
  #phase = 0;

  /** @throws RangeError when the rate is not a whole multiple of 8 kHz up to 48 kHz. */
  constructor(sampleRateHz: number) {
    const factor = sampleRateHz / WORK_RATE_HZ;
    if (!Number.isInteger(factor) || factor < 1 || factor > 6) {
      throw new RangeError(`sample rate ${sampleRateHz} Hz is not 8, 16, 24, 32, 40 or 48 kHz`);
    }
    this.#factor = factor;
    this.#taps = factor === 1 ? Float64Array.of(1) : lowpass(factor);
    // Written twice, so that the newest samples always lie in one piece.
    this.#history = new Float64Array(this.#taps.length * 2);
    this.delaySamples = (this.#taps.length - 1) / 2 / factor;
  }

  /** One sample in; a number when an output sample is due, else NaN. */
  push(sample: number): number {
    if (this.#factor === 1) return sample;
    const { length } = this.#taps;
    this.#at = this.#at === 0 ? length - 1 : this.#at - 1;
    this.#history[this.#at] = sample;
    this.#history[this.#at + length] = sample;
    this.#phase += 1;
    if (this.#phase < this.#factor) return Number.NaN;
    this.#phase = 0;
    let sum = 0;
    for (let i = 0, h = this.#at; i < length; i += 1, h += 1) {
      sum += (this.#taps[i] as number) * (this.#history[h] as number);
    }
    return sum;
  }
}

/** Kaiser-windowed sinc with unit gain at 0 Hz. */
function lowpass(factor: number): Float64Array {
  const length = SPAN * 2 * factor + 1;
  const taps = new Float64Array(length);
  const middle = (length - 1) / 2;
  const beta = 6.8;
  let sum = 0;
  for (let i = 0; i < length; i += 1) {
    const x = ((i - middle) * CUT) / factor;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const u = (i - middle) / middle;
    taps[i] = sinc * bessel0(beta * Math.sqrt(1 - u * u));
    sum += taps[i] as number;
  }
  for (let i = 0; i < length; i += 1) taps[i] = (taps[i] as number) / sum;
  return taps;
}

/** Modified Bessel function of order zero, by its series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

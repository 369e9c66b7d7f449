import { BLOCK_SAMPLES, WORK_RATE_HZ } from './profile.js';

/** Low group then high group, Hz (Q.23). */
export const DTMF_HZ: readonly number[] = [697, 770, 852, 941, 1209, 1336, 1477, 1633];
/** Lags at which the window is compared with itself: enough to tell hiss from voice and from music. */
export const LAGS = 4;
/** Blocks looked at together: 30 ms. */
export const WINDOW_BLOCKS = 6;
/** The strongest frequency of a group must exceed the others by this much: 4 dB. */
const RIVAL_RATIO = 2.5;
/** Each frequency is tried at these relative errors; between them 1.3 dB are lost at most, and made up for. */
const OFFSETS: readonly number[] = [-0.012, 0, 0.012];

const TONES = 8;
const TURN = (2 * Math.PI) / WORK_RATE_HZ;
const WINDOW_SAMPLES = WINDOW_BLOCKS * BLOCK_SAMPLES;

/** The strongest frequency of one group in the last window. */
export interface Peak {
  /** 0-3 within the group. */
  index: number;
  /** Mean square of the tone. */
  power: number;
  /** Relative frequency error. */
  offset: number;
}

/**
 * Eight correlators, 5 ms at a time, whose results are put together over 30 ms with a small frequency search.
 * Correlating blocks once and turning their phases is what makes the search affordable.
 */
export class DtmfBank {
  readonly low: Peak = { index: 0, power: 0, offset: 0 };
  readonly high: Peak = { index: 0, power: 0, offset: 0 };
  /** Mean square of the window. */
  power = 0;
  /** Mean of x[n]x[n-k] in the window, at k - 1. */
  readonly lags = new Float64Array(LAGS);

  /** 2 cos and sin of the turn in one sample. */
  readonly #coefficient = new Float64Array(TONES);
  readonly #sine = new Float64Array(TONES);
  /** Turn of one block at each frequency and offset, for each age of block. */
  readonly #turnRe = new Float64Array(TONES * OFFSETS.length * WINDOW_BLOCKS);
  readonly #turnIm = new Float64Array(TONES * OFFSETS.length * WINDOW_BLOCKS);
  readonly #re = new Float64Array(TONES * WINDOW_BLOCKS);
  readonly #im = new Float64Array(TONES * WINDOW_BLOCKS);
  readonly #energy = new Float64Array(TONES * WINDOW_BLOCKS);
  readonly #blockPower = new Float64Array(WINDOW_BLOCKS);
  readonly #blockLags = new Float64Array(LAGS * WINDOW_BLOCKS);
  /** The newest block, with the end of the one before it in front. */
  readonly #samples = new Float64Array(LAGS + BLOCK_SAMPLES);
  #slot = 0;

  constructor() {
    for (let k = 0; k < TONES; k += 1) {
      const hz = DTMF_HZ[k] as number;
      this.#coefficient[k] = 2 * Math.cos(TURN * hz);
      this.#sine[k] = Math.sin(TURN * hz);
      for (let o = 0; o < OFFSETS.length; o += 1) {
        for (let age = 0; age < WINDOW_BLOCKS; age += 1) {
          const angle = TURN * hz * (1 + (OFFSETS[o] as number)) * BLOCK_SAMPLES * age;
          const at = (k * OFFSETS.length + o) * WINDOW_BLOCKS + age;
          this.#turnRe[at] = Math.cos(angle);
          this.#turnIm[at] = Math.sin(angle);
        }
      }
    }
  }

  /** Takes the next 5 ms. Cheap; `search` does the rest. */
  push(block: Float64Array): void {
    const slot = this.#slot === WINDOW_BLOCKS - 1 ? 0 : this.#slot + 1;
    this.#slot = slot;
    const samples = this.#samples;
    samples.copyWithin(0, BLOCK_SAMPLES);
    samples.set(block, LAGS);
    let power = 0;
    let one = 0;
    let two = 0;
    let three = 0;
    let four = 0;
    for (let n = LAGS; n < LAGS + BLOCK_SAMPLES; n += 1) {
      const x = samples[n] as number;
      power += x * x;
      one += x * (samples[n - 1] as number);
      two += x * (samples[n - 2] as number);
      three += x * (samples[n - 3] as number);
      four += x * (samples[n - 4] as number);
    }
    this.#blockPower[slot] = power;
    this.#blockLags[slot * LAGS] = one;
    this.#blockLags[slot * LAGS + 1] = two;
    this.#blockLags[slot * LAGS + 2] = three;
    this.#blockLags[slot * LAGS + 3] = four;
    this.#correlate(block, 0, slot);
    this.#correlate(block, 4, slot);
  }

  /** Four frequencies side by side (Goertzel): one pass over the block, nothing but additions and one product each. */
  #correlate(block: Float64Array, first: number, slot: number): void {
    const a = this.#coefficient[first] as number;
    const b = this.#coefficient[first + 1] as number;
    const c = this.#coefficient[first + 2] as number;
    const d = this.#coefficient[first + 3] as number;
    let a1 = 0;
    let a2 = 0;
    let b1 = 0;
    let b2 = 0;
    let c1 = 0;
    let c2 = 0;
    let d1 = 0;
    let d2 = 0;
    for (let n = 0; n < BLOCK_SAMPLES; n += 1) {
      const x = block[n] as number;
      const a0 = x + a * a1 - a2;
      const b0 = x + b * b1 - b2;
      const c0 = x + c * c1 - c2;
      const d0 = x + d * d1 - d2;
      a2 = a1;
      a1 = a0;
      b2 = b1;
      b1 = b0;
      c2 = c1;
      c1 = c0;
      d2 = d1;
      d1 = d0;
    }
    this.#store(first, slot, a1, a2);
    this.#store(first + 1, slot, b1, b2);
    this.#store(first + 2, slot, c1, c2);
    this.#store(first + 3, slot, d1, d2);
  }

  /** The last two states of a Goertzel recursion are the correlation, its phase counted from the end of the block. */
  #store(k: number, slot: number, s1: number, s2: number): void {
    const at = k * WINDOW_BLOCKS + slot;
    const half = (this.#coefficient[k] as number) / 2;
    const re = s1 - half * s2;
    const im = (this.#sine[k] as number) * s2;
    this.#re[at] = re;
    this.#im[at] = im;
    this.#energy[at] = re * re + im * im;
  }

  /**
   * Looks for a pair in the last 30 ms.
   *
   * @param gate share of the window's power that two frequencies must hold for a closer look.
   * @returns false when no frequency stands out in each group; `low` and `high` are then stale.
   */
  search(gate: number): boolean {
    let power = 0;
    for (let i = 0; i < WINDOW_BLOCKS; i += 1) power += this.#blockPower[i] as number;
    this.power = power / WINDOW_SAMPLES;
    const coarse = this.#coarse(0) + this.#coarse(4);
    // |sum|^2 of a sine over n samples is (n/2)^2 a^2, its power n a^2 / 2: hence 2 / n.
    if (power <= 0 || (coarse * 2) / BLOCK_SAMPLES < gate * power) return false;
    // Modems and voices mostly fail in the low group: the high one is then spared.
    if (!this.#fine(0, this.low) || !this.#fine(4, this.high)) return false;
    for (let k = 0; k < LAGS; k += 1) {
      let lag = 0;
      for (let i = 0; i < WINDOW_BLOCKS; i += 1) lag += this.#blockLags[i * LAGS + k] as number;
      this.lags[k] = lag / WINDOW_SAMPLES;
    }
    return true;
  }

  /** Mean square of frequency `k` (0-7) in the newest block: a 200 Hz wide look. */
  blockPower(k: number): number {
    return ((this.#energy[k * WINDOW_BLOCKS + this.#slot] as number) * 2) / (BLOCK_SAMPLES * BLOCK_SAMPLES);
  }

  #coarse(first: number): number {
    let best = 0;
    for (let k = first; k < first + 4; k += 1) {
      let sum = 0;
      for (let i = 0, at = k * WINDOW_BLOCKS; i < WINDOW_BLOCKS; i += 1, at += 1) sum += this.#energy[at] as number;
      if (sum > best) best = sum;
    }
    return best;
  }

  /** Fills `peak`; false when another frequency of the group is nearly as strong, and `peak` is then stale. */
  #fine(first: number, peak: Peak): boolean {
    let best = -1;
    let bestTone = 0;
    let bestOffset = 0;
    let rival = 0;
    for (let k = first; k < first + 4; k += 1) {
      let strongest = -1;
      let offset = 0;
      for (let o = 0; o < OFFSETS.length; o += 1) {
        const energy = this.#sum(k, o, 0, WINDOW_BLOCKS);
        if (energy > strongest) {
          strongest = energy;
          offset = o;
        }
      }
      if (strongest > best) {
        rival = Math.max(rival, best);
        best = strongest;
        bestTone = k;
        bestOffset = offset;
      } else {
        rival = Math.max(rival, strongest);
      }
    }
    peak.index = bestTone - first;
    const residual = this.#residual(bestTone, bestOffset);
    peak.offset = (OFFSETS[bestOffset] as number) + residual;
    // A tone between the tries adds up to a little less than it is.
    const x = Math.min(Math.abs(residual) * (DTMF_HZ[bestTone] as number) * (TURN / 2) * WINDOW_SAMPLES, 1);
    const loss = x < 1e-6 ? 1 : Math.sin(x) / x;
    peak.power = (best * 2) / (WINDOW_SAMPLES * WINDOW_SAMPLES * loss * loss);
    return best >= RIVAL_RATIO * loss * loss * rival;
  }

  #sumRe = 0;
  #sumIm = 0;

  /** Blocks of age `from` up to `to`, turned back to one phase; returns the squared magnitude. */
  #sum(k: number, offset: number, from: number, to: number): number {
    let re = 0;
    let im = 0;
    const turns = (k * OFFSETS.length + offset) * WINDOW_BLOCKS;
    const blocks = k * WINDOW_BLOCKS;
    for (let age = from; age < to; age += 1) {
      const slot = this.#slot - age;
      const at = blocks + (slot < 0 ? slot + WINDOW_BLOCKS : slot);
      const c = this.#turnRe[turns + age] as number;
      const s = this.#turnIm[turns + age] as number;
      const x = this.#re[at] as number;
      const y = this.#im[at] as number;
      re += x * c - y * s;
      im += x * s + y * c;
    }
    this.#sumRe = re;
    this.#sumIm = im;
    return re * re + im * im;
  }

  /** What the phase did between the halves of the window, as a relative frequency error left over. */
  #residual(k: number, offset: number): number {
    const half = WINDOW_BLOCKS / 2;
    this.#sum(k, offset, 0, half);
    const re = this.#sumRe;
    const im = this.#sumIm;
    this.#sum(k, offset, half, WINDOW_BLOCKS);
    const angle = Math.atan2(im * this.#sumRe - re * this.#sumIm, re * this.#sumRe + im * this.#sumIm);
    return angle / (TURN * half * BLOCK_SAMPLES * (DTMF_HZ[k] as number));
  }
}

import { BLOCK_SAMPLES, meanSquareAt, WORK_RATE_HZ } from './profile.js';

/** Samples analysed together: 10 ms, which hears +/-50 Hz. */
const UNIT_SAMPLES = BLOCK_SAMPLES * 2;
const UNIT_MS = (UNIT_SAMPLES * 1000) / WORK_RATE_HZ;
/** On and off are decided over 60 ms: about a period of the 15-20 Hz modulation, so that its troughs are not pauses. */
const SMOOTH_UNITS = 6;
/** The first units of a segment are its onset. */
const ONSET_UNITS = 2;
/** Shorter segments are passing sounds and are not reported. */
const SEGMENT_MIN_MS = 60;
/** Share of the line's power in the band: on above, off below. A tone at 0 dB SNR has 0.5, hiss 0.03. */
const ON_SHARE = 0.42;
const OFF_SHARE = 0.28;
/** Off as well when the band has fallen this far below the segment's own level (-11 dB): the quiet end of a tone. */
const DROP = 0.08;
const FLOOR_DBM0 = -50;
/** Of tones that sound together, each has at least this share of their power (-11 dB). */
const BALANCE_MIN = 0.08;
/** A tone keeps its phase from unit to unit; voices glide. */
const COHERENCE_MIN = 0.82;
const OFFSET_MAX_HZ = 30;
/** Relative deviation of the power within a modulated tone: 0.7-0.9; hiss at 5 dB SNR makes 0.2. */
const MODULATED_SWING = 0.42;

/** A stretch of steady frequency. */
export interface ToneSegment {
  startMs: number;
  endMs: number;
  /** The level swung within it. */
  modulated: boolean;
  /** One frequency held all along: false for voices that passed through the band. */
  steady: boolean;
}

/** Watches one set of frequencies and cuts time into on and off. */
export class ToneBand {
  /** The segment being heard or heard last; reused. */
  readonly segment: ToneSegment = { startMs: 0, endMs: 0, modulated: false, steady: false };
  on = false;
  readonly #components: number;
  readonly #table: Float64Array;
  readonly #turn: Float64Array;
  readonly #samples = new Float64Array(UNIT_SAMPLES);
  readonly #tones = new Float64Array(SMOOTH_UNITS);
  /** Power of each component, unit by unit. */
  readonly #parts: Float64Array;
  readonly #totals = new Float64Array(SMOOTH_UNITS);
  readonly #before: Float64Array;
  readonly #floor = meanSquareAt(FLOOR_DBM0);
  #half = false;
  #units = 0;

  // The segment so far.
  #age = 0;
  #peak = 0;
  #count = 0;
  #sum = 0;
  #squares = 0;
  #crossRe = 0;
  #crossIm = 0;
  #cross = 0;
  /** The same with doubled angles: blind to the sign, which turns at every trough of two beating tones. */
  #squareRe = 0;
  #squareIm = 0;

  constructor(componentsHz: readonly number[]) {
    this.#components = componentsHz.length;
    this.#table = new Float64Array(componentsHz.length * UNIT_SAMPLES * 2);
    this.#turn = new Float64Array(componentsHz.length * 2);
    this.#before = new Float64Array(componentsHz.length * 2);
    this.#parts = new Float64Array(componentsHz.length * SMOOTH_UNITS);
    componentsHz.forEach((hz, c) => {
      const step = (2 * Math.PI * hz) / WORK_RATE_HZ;
      for (let n = 0; n < UNIT_SAMPLES; n += 1) {
        this.#table[(c * UNIT_SAMPLES + n) * 2] = Math.cos(step * n);
        this.#table[(c * UNIT_SAMPLES + n) * 2 + 1] = -Math.sin(step * n);
      }
      this.#turn[c * 2] = Math.cos(step * UNIT_SAMPLES);
      this.#turn[c * 2 + 1] = -Math.sin(step * UNIT_SAMPLES);
    });
  }

  /** Time of the last decision. */
  get nowMs(): number {
    return this.#units * UNIT_MS;
  }

  /** True when the level swings within the segment as it does in a modulated tone. */
  get swinging(): boolean {
    if (this.#count === 0) return false;
    const mean = this.#sum / this.#count;
    const variance = this.#squares / this.#count - mean * mean;
    return Math.sqrt(Math.max(0, variance)) > MODULATED_SWING * mean;
  }

  /** Takes the next 5 ms. Returns true when `on` has just changed. */
  push(block: Float64Array): boolean {
    this.#samples.set(block, this.#half ? BLOCK_SAMPLES : 0);
    this.#half = !this.#half;
    return this.#half ? false : this.#unit();
  }

  /** The stream has ended. Returns true when that ended a segment. */
  flush(): boolean {
    return this.on && this.#close(this.nowMs);
  }

  #unit(): boolean {
    let total = 0;
    for (let n = 0; n < UNIT_SAMPLES; n += 1) total += (this.#samples[n] as number) ** 2;
    let tone = 0;
    let re = 0;
    let im = 0;
    for (let c = 0; c < this.#components; c += 1) {
      let x = 0;
      let y = 0;
      for (let n = 0, t = c * UNIT_SAMPLES * 2; n < UNIT_SAMPLES; n += 1, t += 2) {
        const sample = this.#samples[n] as number;
        x += sample * (this.#table[t] as number);
        y += sample * (this.#table[t + 1] as number);
      }
      tone += x * x + y * y;
      this.#parts[c * SMOOTH_UNITS + (this.#units % SMOOTH_UNITS)] = x * x + y * y;
      const bx = this.#before[c * 2] as number;
      const by = this.#before[c * 2 + 1] as number;
      const crossRe = x * bx + y * by;
      const crossIm = y * bx - x * by;
      const turnRe = this.#turn[c * 2] as number;
      const turnIm = this.#turn[c * 2 + 1] as number;
      re += crossRe * turnRe - crossIm * turnIm;
      im += crossRe * turnIm + crossIm * turnRe;
      this.#before[c * 2] = x;
      this.#before[c * 2 + 1] = y;
    }
    const power = (tone * 2) / (UNIT_SAMPLES * UNIT_SAMPLES);
    const slot = this.#units % SMOOTH_UNITS;
    this.#units += 1;
    this.#tones[slot] = power;
    this.#totals[slot] = total / UNIT_SAMPLES;
    return this.#decide(re, im);
  }

  #decide(crossRe: number, crossIm: number): boolean {
    let tone = 0;
    let total = 0;
    for (let i = 0; i < SMOOTH_UNITS; i += 1) {
      tone += this.#tones[i] as number;
      total += this.#totals[i] as number;
    }
    const level = tone / SMOOTH_UNITS;
    if (!this.on) {
      if (level < this.#floor || tone < total * ON_SHARE || !this.#isBalanced()) return false;
      this.on = true;
      this.#age = 0;
      this.#peak = 0;
      this.#count = 0;
      this.#sum = 0;
      this.#squares = 0;
      this.#crossRe = 0;
      this.#crossIm = 0;
      this.#cross = 0;
      this.#squareRe = 0;
      this.#squareIm = 0;
      // The newest unit tipped the scale, and was half full on average.
      this.segment.startMs = Math.max(0, this.nowMs - 2 * UNIT_MS);
      return true;
    }
    if (level > this.#peak) this.#peak = level;
    if (tone < total * OFF_SHARE || level < this.#peak * DROP || level < this.#floor * 0.3) {
      return this.#close(this.nowMs - (SMOOTH_UNITS - 1) * UNIT_MS);
    }
    this.#age += 1;
    this.#crossRe += crossRe;
    this.#crossIm += crossIm;
    const size = Math.hypot(crossRe, crossIm);
    this.#cross += size;
    if (size > 0) {
      this.#squareRe += (crossRe * crossRe - crossIm * crossIm) / size;
      this.#squareIm += (2 * crossRe * crossIm) / size;
    }
    // The units within the window may turn out to lie past the end: only older ones are counted.
    const oldest = this.#tones[this.#units % SMOOTH_UNITS] as number;
    if (this.#age < SMOOTH_UNITS + ONSET_UNITS) return false;
    this.#count += 1;
    this.#sum += oldest;
    this.#squares += oldest * oldest;
    return false;
  }

  /** True when every component sounds. */
  #isBalanced(): boolean {
    let least = Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let c = 0; c < this.#components; c += 1) {
      let part = 0;
      for (let i = 0; i < SMOOTH_UNITS; i += 1) part += this.#parts[c * SMOOTH_UNITS + i] as number;
      least = Math.min(least, part);
      sum += part;
    }
    return least >= sum * BALANCE_MIN;
  }

  /** Returns true when there was a segment to speak of. */
  #close(endMs: number): boolean {
    this.on = false;
    const { segment } = this;
    segment.endMs = Math.max(segment.startMs, endMs);
    segment.modulated = this.swinging;
    const offsetHz = (Math.atan2(this.#crossIm, this.#crossRe) * WORK_RATE_HZ) / UNIT_SAMPLES / (2 * Math.PI);
    const plain = Math.hypot(this.#crossRe, this.#crossIm);
    const doubled = segment.modulated ? Math.hypot(this.#squareRe, this.#squareIm) : 0;
    const coherent = this.#cross > 0 && Math.max(plain, doubled) > COHERENCE_MIN * this.#cross;
    segment.steady = coherent && Math.abs(offsetHz) < OFFSET_MAX_HZ;
    return segment.endMs - segment.startMs >= SEGMENT_MIN_MS;
  }
}

import { BASEBAND_BLOCK, BASEBAND_HZ, BASEBAND_RING, CENTRE_HZ, type FskBaseband } from './fsk-baseband.js';
import { meanSquareAt } from './profile.js';

/** Mark must hold this long: 25 ms of the 46 ms (55 bits) that the shortest preamble has. */
const RUN_BLOCKS = 5;
/** How much of the band's power turns at one speed; hiss alone shows 0.6. */
const PURITY_MIN = 0.72;
/** 1200 Hz - 4.5 % to 1300 Hz + 4.5 %, and as far again as 3 dB of hiss pulls the estimate towards the middle. */
const MARK_MIN_HZ = 1120;
const MARK_MAX_HZ = 1430;
/** Weakest mark looked at: -48 dBm0 weakened by a tilted line. */
const FLOOR_DBM0 = -58;
/** A 5 ms block with less than this of the run's power, or this much faster, is not mark any more. */
const BREAK_POWER = 0.35;
const BREAK_HZ = 180;
/** Share of the run's power at a single frequency: mark at 0 dB SNR has 0.7, speech that got this far 0.3 at most. */
const TONE_MIN = 0.5;
/** Mark lies this far below the mean frequency of the run at most, which hiss pulls towards the middle; or above. */
const PULL_HZ = 90;
const SLACK_HZ = 25;
/** Mark looked at to measure its frequency: 50 ms. */
const MEASURE_SAMPLES = 200;

/** A stretch of steady mark that has just ended. Positions are baseband samples since the start. */
export interface MarkRun {
  begin: number;
  end: number;
  /** Measured frequency. */
  hz: number;
  /** Mean of |sample|^2. */
  power: number;
  /** Share of the power at that one frequency, 0-1. */
  purity: number;
}

/** Finds the preamble: mark, on its own, long enough. */
export class MarkDetector {
  /** The last run that ended; reused. */
  readonly run: MarkRun = { begin: 0, end: 0, hz: 0, power: 0, purity: 0 };
  /** Mean of |sample|^2 over the last 25 ms. */
  power = 0;
  readonly #crossRe = new Float64Array(RUN_BLOCKS);
  readonly #crossIm = new Float64Array(RUN_BLOCKS);
  readonly #energy = new Float64Array(RUN_BLOCKS);
  readonly #floor = 2 * meanSquareAt(FLOOR_DBM0);
  #blocks = 0;
  #begin = -1;
  #sumPower = 0;
  #sumBlocks = 0;
  #sumHz = 0;

  /** Looks at the newest block of `baseband`. Returns true when a run has just ended and `run` describes it. */
  push(baseband: FskBaseband): boolean {
    const { re, im, count } = baseband;
    let crossRe = 0;
    let crossIm = 0;
    let energy = 0;
    for (let i = count - BASEBAND_BLOCK; i < count; i += 1) {
      const a = i % BASEBAND_RING;
      const b = (i + BASEBAND_RING - 1) % BASEBAND_RING;
      const x = re[a] as number;
      const y = im[a] as number;
      crossRe += x * (re[b] as number) + y * (im[b] as number);
      crossIm += y * (re[b] as number) - x * (im[b] as number);
      energy += x * x + y * y;
    }
    const slot = this.#blocks % RUN_BLOCKS;
    this.#blocks += 1;
    this.#crossRe[slot] = crossRe;
    this.#crossIm[slot] = crossIm;
    this.#energy[slot] = energy;

    let sumRe = 0;
    let sumIm = 0;
    let sum = 0;
    for (let i = 0; i < RUN_BLOCKS; i += 1) {
      sumRe += this.#crossRe[i] as number;
      sumIm += this.#crossIm[i] as number;
      sum += this.#energy[i] as number;
    }
    this.power = sum / (RUN_BLOCKS * BASEBAND_BLOCK);
    const hz = CENTRE_HZ + (Math.atan2(sumIm, sumRe) * BASEBAND_HZ) / (2 * Math.PI);
    // Where space is much weaker than mark the mean hardly moves, but a block with space in it is weak or fast.
    const blockHz = CENTRE_HZ + (Math.atan2(crossIm, crossRe) * BASEBAND_HZ) / (2 * Math.PI);
    const usual = this.#sumPower / Math.max(this.#sumBlocks, 1);
    const broken = this.#begin >= 0 && (energy < BREAK_POWER * usual * BASEBAND_BLOCK || blockHz > hz + BREAK_HZ);
    const mark =
      !broken &&
      this.power > this.#floor &&
      Math.hypot(sumRe, sumIm) > PURITY_MIN * sum &&
      hz > MARK_MIN_HZ &&
      hz < MARK_MAX_HZ;
    if (mark) {
      if (this.#begin < 0) {
        this.#begin = Math.max(0, count - RUN_BLOCKS * BASEBAND_BLOCK);
        this.#sumPower = 0;
        this.#sumBlocks = 0;
        this.#sumHz = 0;
      }
      this.#sumPower += this.power;
      this.#sumBlocks += 1;
      this.#sumHz += hz;
      return false;
    }
    if (this.#begin < 0) return false;
    const { run } = this;
    run.begin = this.#begin;
    // The window had to fill with data before the mean frequency left the range: mark ended one to two blocks ago.
    run.end = count - 2 * BASEBAND_BLOCK;
    run.power = this.#sumPower / this.#sumBlocks;
    run.hz = this.#measure(baseband);
    this.#begin = -1;
    return run.purity > TONE_MIN;
  }

  /** Frequency at which the end of the run adds up to most. */
  #measure(baseband: FskBaseband): number {
    const end = this.run.end;
    const begin = Math.max(this.run.begin, end - MEASURE_SAMPLES, 0);
    const stepHz = BASEBAND_HZ / MEASURE_SAMPLES / 3;
    const meanHz = this.#sumHz / this.#sumBlocks;
    const lowHz = meanHz - PULL_HZ;
    const steps = Math.ceil((PULL_HZ + SLACK_HZ) / stepHz);
    let best = -1;
    let bestStep = 0;
    for (let s = 0; s <= steps; s += 1) {
      const energy = magnitudeAt(baseband, begin, end, lowHz + s * stepHz);
      if (energy > best) {
        best = energy;
        bestStep = s;
      }
    }
    const hz = lowHz + bestStep * stepHz;
    const below = magnitudeAt(baseband, begin, end, hz - stepHz);
    const above = magnitudeAt(baseband, begin, end, hz + stepHz);
    const peak = Math.max(below, best, above);
    this.run.purity = (peak * peak) / Math.max((end - begin) * energyOf(baseband, begin, end), 1e-9);
    const bend = below - 2 * best + above;
    return bend < 0 ? hz + (stepHz * 0.5 * (below - above)) / bend : hz;
  }
}

/** |sum of samples begin..end turned back by `hz`|. */
function magnitudeAt(baseband: FskBaseband, begin: number, end: number, hz: number): number {
  const step = (2 * Math.PI * (hz - CENTRE_HZ)) / BASEBAND_HZ;
  const c = Math.cos(step);
  const s = -Math.sin(step);
  let turnRe = 1;
  let turnIm = 0;
  let re = 0;
  let im = 0;
  for (let i = begin; i < end; i += 1) {
    const at = i % BASEBAND_RING;
    const x = baseband.re[at] as number;
    const y = baseband.im[at] as number;
    re += x * turnRe - y * turnIm;
    im += x * turnIm + y * turnRe;
    const next = turnRe * c - turnIm * s;
    turnIm = turnRe * s + turnIm * c;
    turnRe = next;
  }
  return Math.hypot(re, im);
}

/** Sum of |sample|^2. */
function energyOf(baseband: FskBaseband, begin: number, end: number): number {
  let sum = 0;
  for (let i = begin; i < end; i += 1) {
    const at = i % BASEBAND_RING;
    sum += (baseband.re[at] as number) ** 2 + (baseband.im[at] as number) ** 2;
  }
  return sum;
}

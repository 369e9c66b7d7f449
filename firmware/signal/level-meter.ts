import { BLOCK_MS, BLOCK_SAMPLES, levelDbm0, meanSquareAt } from './profile.js';

/** Level is read over this time: near the 125 ms of a "fast" sound level meter. */
const LEVEL_BLOCKS = 25;
/** The noise floor is the quietest reading of the last eight of these stretches (1 s each). */
const FLOOR_BLOCKS = 200;
const FLOOR_STRETCHES = 8;
/** Quieter is silence [I]: under the weakest caller ID, over the noise of a sound device. */
export const SILENCE_DBM0 = -50;
/** Samples this close to full scale are clipped (0.02 dB). */
const CLIP_MAGNITUDE = 32700;

/** Level, silence, noise floor and clipping of the line, always current, at the cost of an addition for each sample. */
export class LevelMeter {
  readonly #blocks = new Float64Array(LEVEL_BLOCKS);
  readonly #floors = new Float64Array(FLOOR_STRETCHES).fill(Number.POSITIVE_INFINITY);
  readonly #silence: number;
  #count = 0;
  #sum = 0;
  #quietest = Number.POSITIVE_INFINITY;
  #silentBlocks = 0;
  #peak = 0;
  #clipped = 0;
  #samples = 0;

  /** @param silenceDbm0 what counts as silence. */
  constructor(silenceDbm0: number = SILENCE_DBM0) {
    this.#silence = meanSquareAt(silenceDbm0);
  }

  /** Raw samples as they came: for peak and clipping only. */
  raw(samples: Int16Array): void {
    let peak = this.#peak;
    let clipped = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const sample = samples[i] as number;
      const magnitude = sample < 0 ? -sample : sample;
      if (magnitude > peak) peak = magnitude;
      if (magnitude >= CLIP_MAGNITUDE) clipped += 1;
    }
    this.#peak = peak;
    this.#clipped += clipped;
    this.#samples += samples.length;
  }

  /** The next 5 ms, freed of DC and hum. */
  push(block: Float64Array): void {
    let power = 0;
    for (let i = 0; i < BLOCK_SAMPLES; i += 1) power += (block[i] as number) ** 2;
    power /= BLOCK_SAMPLES;
    const slot = this.#count % LEVEL_BLOCKS;
    this.#blocks[slot] = power;
    this.#count += 1;
    this.#silentBlocks = power < this.#silence ? this.#silentBlocks + 1 : 0;
    let sum = 0;
    for (let i = 0; i < LEVEL_BLOCKS; i += 1) sum += this.#blocks[i] as number;
    this.#sum = sum / Math.min(this.#count, LEVEL_BLOCKS);
    if (this.#count >= LEVEL_BLOCKS && this.#sum < this.#quietest) this.#quietest = this.#sum;
    if (this.#count % FLOOR_BLOCKS === 0) {
      this.#floors[(this.#count / FLOOR_BLOCKS) % FLOOR_STRETCHES] = this.#quietest;
      this.#quietest = Number.POSITIVE_INFINITY;
    }
  }

  /** Level of the last 125 ms in dBm0; -Infinity for digital silence. */
  get levelDbm0(): number {
    return levelDbm0(this.#sum);
  }

  /** How long the line has been silent up to now, in ms; 0 while there is sound. */
  get silentMs(): number {
    return this.#silentBlocks * BLOCK_MS;
  }

  /** Quietest 125 ms of the last 8 s or so, in dBm0; null until 125 ms were heard. */
  get noiseFloorDbm0(): number | null {
    let floor = this.#quietest;
    for (let i = 0; i < FLOOR_STRETCHES; i += 1) floor = Math.min(floor, this.#floors[i] as number);
    return floor === Number.POSITIVE_INFINITY ? null : levelDbm0(floor);
  }

  /** Largest magnitude of a raw sample so far, 0-32768. */
  get peak(): number {
    return this.#peak;
  }

  /** Raw samples at full scale so far. */
  get clippedSamples(): number {
    return this.#clipped;
  }

  /** Share of raw samples at full scale so far, 0-1. */
  get clippedShare(): number {
    return this.#samples === 0 ? 0 : this.#clipped / this.#samples;
  }
}

/** How much faster than our clock a sound card's may be. Good ones stay under 100, poor ones under 300. */
const FAST_PPM = 500;

/**
 * How many samples real time can have brought. A sound card never has more; an ALSA PCM without hardware under it
 * (`type file` over `type null`) always has, and would be read without end. Pure: the caller brings the time.
 */
export class Pace {
  readonly #perMs: number;
  readonly #most: number;
  #samples = 0;
  #atMs: number;

  /** `mostSamples`: what may be saved up while nobody reads, at least the device's own buffer. */
  constructor(rateHz: number, mostSamples: number, startMs: number) {
    this.#perMs = (rateHz / 1000) * (1 + FAST_PPM / 1e6);
    this.#most = mostSamples;
    this.#atMs = startMs;
  }

  /** Whole samples that may be taken at `nowMs`. */
  allowed(nowMs: number): number {
    this.#samples = Math.min(this.#most, this.#samples + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    return Math.floor(this.#samples);
  }

  take(samples: number): void {
    this.#samples -= samples;
  }

  /** From the beginning: nothing is saved up. */
  restart(nowMs: number): void {
    this.#samples = 0;
    this.#atMs = nowMs;
  }
}

import type { PcmBlock } from '../../hal/audio.js';
import type { MonotonicMs } from '../../hal/clock.js';

/** A line's own sample count: grows with time, through losses and reopened devices. Fractions are never used. */
export type LineSample = number & { readonly unit: 'line-sample' };

/** Turns device positions and moments into line samples. */
export class SampleClock {
  readonly rateHz: number;
  /** Line sample minus device sample, for the stream that is open. */
  #offset: number | undefined;
  #anchor: { readonly sample: number; readonly atMs: number } | undefined;

  /** `startMs`: when sample 0 is, though nothing may be heard yet: what is said before the first block is then a loss with a length. Without it: when the first block begins. */
  constructor(rateHz: number, startMs?: MonotonicMs) {
    this.rateHz = rateHz;
    if (startMs !== undefined) this.#anchor = { sample: 0, atMs: startMs };
  }

  /** Where a block stands. A device that was reopened goes on where time says. */
  place({ firstSample, atMs }: PcmBlock): LineSample {
    this.#offset ??= this.#anchor ? Math.max(this.#anchor.sample, this.at(atMs)) - firstSample : 0;
    const sample = firstSample + this.#offset;
    this.#anchor = { sample, atMs };
    return sample as LineSample;
  }

  /** The device's next stream counts from zero again. */
  reopened(): void {
    this.#offset = undefined;
  }

  /** The sample that was at the line at `atMs`, by the latest block's stamp; 0 before the start, or the first block. */
  at(atMs: MonotonicMs): LineSample {
    if (!this.#anchor) return 0 as LineSample;
    return Math.max(
      0,
      Math.round(this.#anchor.sample + ((atMs - this.#anchor.atMs) * this.rateHz) / 1000),
    ) as LineSample;
  }

  /** When a sample was at the line, by the latest block's stamp. */
  momentOf(sample: number): MonotonicMs {
    const { sample: known, atMs } = this.#anchor ?? { sample: 0, atMs: 0 };
    return (atMs + ((sample - known) * 1000) / this.rateHz) as MonotonicMs;
  }
}

import type { LineSample } from './sample-clock.js';

/** Samples that never arrived: `from` up to, not including, `to`. */
export interface Loss {
  readonly from: LineSample;
  readonly to: LineSample;
}

/**
 * The last seconds of a line, in memory only: what a call needs is cut from here after the fact. Overwrites its oldest
 * samples; nothing in it ever reaches a medium by itself.
 */
export class History {
  readonly #ring: Int16Array;
  #end = 0;
  #begin = 0;
  #losses: Loss[] = [];

  constructor(capacitySamples: number) {
    this.#ring = new Int16Array(capacitySamples);
  }

  /** One past the newest sample. */
  get end(): LineSample {
    return this.#end as LineSample;
  }

  /** The oldest sample still here. */
  get begin(): LineSample {
    return this.#begin as LineSample;
  }

  /** Copies a block in; a jump over `end` is a loss, which is returned. */
  add(first: LineSample, samples: Int16Array): Loss | null {
    if (this.#end === 0 && this.#begin === 0 && this.#losses.length === 0) {
      this.#begin = first;
      this.#end = first;
    }
    const loss = first > this.#end ? { from: this.end, to: first } : null;
    if (loss) this.#losses.push(loss);
    const capacity = this.#ring.length;
    const skip = Math.max(0, this.#end - first, samples.length - capacity);
    const kept = samples.subarray(Math.min(skip, samples.length));
    const at = (first + skip) % capacity;
    const head = Math.min(kept.length, capacity - at);
    this.#ring.set(kept.subarray(0, head), at);
    this.#ring.set(kept.subarray(head), 0);
    this.#end = Math.max(this.#end, first + samples.length);
    this.#begin = Math.max(this.#begin, this.#end - capacity);
    if (this.#losses.length > 0) this.#losses = this.#losses.filter(({ to }) => to > this.#begin);
    return loss;
  }

  /** Hands out what is here of `from` up to `to`, in runs between losses. The arrays are views: used or copied at once. */
  read(from: LineSample, to: LineSample, take: (samples: Int16Array, first: LineSample) => void): void {
    const end = Math.min(to, this.#end);
    let at = Math.max(from, this.#begin);
    for (const loss of [...this.#losses, { from: end, to: end }]) {
      const until = Math.min(loss.from, end);
      while (at < until) {
        const offset = at % this.#ring.length;
        const length = Math.min(until - at, this.#ring.length - offset);
        take(this.#ring.subarray(offset, offset + length), at as LineSample);
        at += length;
      }
      at = Math.max(at, Math.min(loss.to, end));
    }
  }
}

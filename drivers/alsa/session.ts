import type { PcmBlock } from '../../hal/audio.js';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import { Errno } from './faults.js';
import type { AlsaPcm } from './library.js';
import { Pace } from './pace.js';

/** Most samples in a block: `PcmBlock` says so. */
const BLOCK_SAMPLES = 4096;

/** So many milliseconds' worth of polls without a sample, and the device counts as gone whatever it reports. */
export const STALL_MS = 5000;

/** A hole wider than this between what was read and what is there is a loss; less is how exactly a device tells where it is. */
const JITTER_MS = 60;

/** Looks at clock and device again if more than this passed between the two, at most `LOOKS` times. */
const LOOK_MS = 2;
const LOOKS = 3;

export interface SessionOptions {
  readonly rateHz: number;
  /** How often `poll` is called. */
  readonly lookMs: number;
  readonly bufferMs: number;
  readonly clock: Clock;
}

/**
 * One running PCM: turns what a poll finds into blocks with a place and a time. Owns neither the PCM nor the polling.
 *
 * Invariants: `firstSample` only grows; it grows by exactly the samples delivered, plus, where samples were lost, by what
 * the clock says was lost. The time of a sample is when it was found waiting less what waited before it, so the sound
 * card's drift against the clock shows in `atMs` and never piles up.
 */
export class Session {
  readonly #pcm: AlsaPcm;
  readonly #options: SessionOptions;
  readonly #deliver: (block: PcmBlock) => boolean;
  readonly #pace: Pace;
  readonly #samples = new Int16Array(BLOCK_SAMPLES);
  #nextSample = 0;
  /** When the sample `#nextSample` was, or should have been, at the line. Not a number before the first. */
  #nextMs = Number.NaN;
  /** Samples are known to be lost, how many shows when the next are there. */
  #broken = false;
  #emptyPolls = 0;

  /** `deliver` gets each block and says whether to go on. The PCM has just been started. */
  constructor(pcm: AlsaPcm, options: SessionOptions, deliver: (block: PcmBlock) => boolean) {
    this.#pcm = pcm;
    this.#options = options;
    this.#deliver = deliver;
    this.#pace = new Pace(options.rateHz, (options.bufferMs * options.rateHz) / 1000, options.clock.now());
  }

  /** Delivers what is waiting. Returns 0, or the negative errno with which the device is gone for good. */
  poll(): number {
    const { available, nowMs } = this.#look();
    if (available < 0) return this.#recover(available, nowMs);
    let waiting = Math.min(available, this.#pace.allowed(nowMs));
    if (waiting === 0) return this.#barren();
    this.#locate(this.#timeOf(waiting, nowMs));
    while (waiting > 0) {
      const count = Math.min(waiting, BLOCK_SAMPLES);
      // Past the end of its infile, ALSA's `file` claims to have read and writes nothing: that is silence, not yesterday.
      this.#samples.fill(0, 0, count);
      const read = this.#pcm.read(this.#samples, count);
      if (read < 0) return this.#recover(read, nowMs);
      if (read === 0) return this.#barren();
      this.#emptyPolls = 0;
      const firstSample = this.#nextSample;
      const atMs = this.#timeOf(waiting, nowMs);
      waiting -= read;
      this.#pace.take(read);
      this.#nextSample += read;
      this.#nextMs = this.#timeOf(waiting, nowMs);
      if (!this.#deliver({ firstSample, atMs, samples: this.#samples.subarray(0, read) })) return 0;
    }
    return 0;
  }

  #timeOf(waiting: number, nowMs: number): MonotonicMs {
    return (nowMs - (waiting * 1000) / this.#options.rateHz) as MonotonicMs;
  }

  /** What is waiting, and when that was so. Asked again if this process lost the processor between the two. */
  #look(): { readonly available: number; readonly nowMs: number } {
    const { clock } = this.#options;
    let beforeMs = clock.now();
    for (let looks = 1; ; looks += 1) {
      const available = this.#pcm.available();
      const nowMs = clock.now();
      if (nowMs - beforeMs <= LOOK_MS || looks === LOOKS) return { available, nowMs };
      beforeMs = nowMs;
    }
  }

  /** The oldest sample waiting was at the line at `atMs`: jumps over what is missing before it. */
  #locate(atMs: number): void {
    const { rateHz } = this.#options;
    const missingMs = atMs - this.#nextMs;
    if (missingMs > (this.#broken ? 0 : JITTER_MS)) {
      this.#nextSample += Math.round((missingMs * rateHz) / 1000);
    }
    this.#broken = false;
  }

  #recover(error: number, nowMs: number): number {
    if (error === Errno.AGAIN || error === Errno.INTR) return this.#barren();
    if (error !== Errno.PIPE && error !== Errno.STRPIPE) return error;
    this.#broken = true;
    if (error === Errno.STRPIPE) {
      const resumed = this.#pcm.resume();
      if (resumed === Errno.AGAIN) return this.#barren();
      if (resumed >= 0) return this.#barren();
    }
    const prepared = this.#pcm.prepare();
    if (prepared < 0) return prepared;
    const started = this.#pcm.start();
    if (started < 0) return started;
    this.#pace.restart(nowMs);
    return this.#barren();
  }

  #barren(): number {
    this.#emptyPolls += 1;
    return this.#emptyPolls * this.#options.lookMs >= STALL_MS ? Errno.TIME : 0;
  }
}

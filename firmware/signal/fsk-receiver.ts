import type { CallerIdMessage } from './events.js';
import { BASEBAND_BLOCK, BASEBAND_HZ, BASEBAND_RING, FskBaseband } from './fsk-baseband.js';
import { type Effort, FskBurst } from './fsk-burst.js';
import { MarkDetector, type MarkRun } from './fsk-mark.js';
import type { ModemPlan } from './profile.js';

/** Data after the preamble that a first look takes: about 14 characters. */
const LOOK_SAMPLES = 0.13 * BASEBAND_HZ;
/** Without a length to go by: these ends are tried, in seconds after the preamble. */
const ENDS_S: readonly number[] = [0.36, 0.6, 0.95, 1.5, 2.3, 3.5];
/** The carrier is gone when 25 ms hold less than this of what has been its greatest power (-11 dB). */
const GONE = 0.08;
const GONE_AFTER_SAMPLES = 0.06 * BASEBAND_HZ;
/** Mark within a message is shorter than this (10 stop bits with a few more), a preamble longer: 38 ms. */
const PREAMBLE_SAMPLES = 150;
/** Filters and block borders: read this much past the carrier's end. */
const LAST_SAMPLES = BASEBAND_RING - BASEBAND_HZ * 0.1;

let shared: FskBurst | null = null;

/** Reading a burst takes megabytes of working memory, but only while it lasts: all lines use the same. */
function reader(): FskBurst {
  shared ??= new FskBurst();
  return shared;
}

/**
 * Hears caller-ID modems. Always on: it waits for a preamble of mark, keeps what follows, and reads it when it is
 * complete, when the carrier is gone, or at set times if neither is known. Feed it 5 ms blocks.
 */
export class FskReceiver {
  readonly #onMessage: (message: CallerIdMessage, startMs: number) => void;
  readonly #preferred: ModemPlan;
  readonly #baseband = new FskBaseband();
  readonly #mark = new MarkDetector();
  readonly #run: MarkRun = { begin: 0, end: 0, hz: 0, power: 0, purity: 0 };
  #capturing = false;
  #looked = false;
  #strong = 0;
  #nextEnd = 0;
  /** Next reading is due when this many samples are there. */
  #dueAt = 0;
  #due: Effort = 'look';

  /** @param onMessage called during `push`: the message, and where its preamble began in ms since the first sample. */
  constructor(preferred: ModemPlan, onMessage: (message: CallerIdMessage, startMs: number) => void) {
    this.#preferred = preferred;
    this.#onMessage = onMessage;
  }

  /** Takes the next 5 ms of filtered samples. */
  push(block: Float64Array): void {
    this.#baseband.push(block);
    const ended = this.#mark.push(this.#baseband);
    if (this.#capturing) this.#continue();
    if (!ended) return;
    if (this.#capturing) {
      // Another preamble, not only stop bits: what came before is over.
      if (this.#mark.run.end - this.#mark.run.begin < PREAMBLE_SAMPLES) return;
      this.#finish(this.#mark.run.begin);
    }
    Object.assign(this.#run, this.#mark.run);
    this.#capturing = true;
    this.#looked = false;
    this.#strong = this.#run.power;
    this.#nextEnd = 0;
    this.#due = 'look';
    this.#dueAt = this.#run.end + LOOK_SAMPLES;
  }

  /** The stream has ended: read what there is. */
  flush(): void {
    if (this.#capturing) this.#finish(this.#baseband.count);
  }

  #continue(): void {
    const { count } = this.#baseband;
    const since = count - this.#run.end;
    if (this.#mark.power > this.#strong) this.#strong = this.#mark.power;
    if (since > GONE_AFTER_SAMPLES && this.#mark.power < this.#strong * GONE) {
      this.#finish(count);
      return;
    }
    if (since > LAST_SAMPLES) {
      this.#finish(count);
      return;
    }
    if (count < this.#dueAt) return;
    const wants = this.#attempt(count, this.#due);
    if (!this.#capturing) return;
    if (wants < 0 && this.#due === 'look') {
      this.#capturing = false;
      return;
    }
    this.#looked = true;
    this.#schedule(wants);
  }

  /** Next reading: where the message is said to end, else at the next of the set times. */
  #schedule(wants: number): void {
    const { count } = this.#baseband;
    while (this.#nextEnd < ENDS_S.length && this.#endAt() <= count + BASEBAND_BLOCK) this.#nextEnd += 1;
    if (this.#nextEnd >= ENDS_S.length) {
      this.#dueAt = this.#run.end + LAST_SAMPLES;
      this.#due = 'strain';
      return;
    }
    this.#dueAt = this.#endAt();
    this.#due = 'strain';
    if (wants > count && wants < this.#run.end + LAST_SAMPLES) this.#dueAt = wants;
  }

  #endAt(): number {
    return this.#run.end + (ENDS_S[this.#nextEnd] as number) * BASEBAND_HZ;
  }

  #finish(end: number): void {
    if (this.#looked || this.#attempt(end, 'look') >= 0) this.#attempt(end, 'strain');
    this.#capturing = false;
  }

  /** Reads up to `end`. A message ends the capture. Returns what the reading wants to see. */
  #attempt(end: number, effort: Effort): number {
    const reading = reader().read(this.#baseband, this.#run, end, effort, this.#preferred);
    if (!('message' in reading)) return reading.wants;
    this.#capturing = false;
    this.#onMessage(reading.message, (this.#run.begin * 1000) / BASEBAND_HZ);
    return 0;
  }
}

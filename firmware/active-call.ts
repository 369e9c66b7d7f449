import type { MonotonicMs } from '../hal/clock.js';
import type { Mp3Codec } from '../hal/codec.js';
import type { Store } from '../storage/store.js';
import type { History } from './audio/history.js';
import type { LineSample } from './audio/sample-clock.js';
import type { Caller, Flash, Outcome } from './call/call-event.js';
import { type CallParticulars, partyNumber } from './call/call-record.js';
import { sealableCall } from './call/sealable-call.js';
import { type Span, SpanList } from './call/span-list.js';
import { type CallAudioOptions, CallRecording } from './call-recording.js';

/** What is known of a call is said anew to the store so long after the last time at the earliest … */
const RESTATE_MS = 5000;
/** … and after each so many times twice as long: what flaps for a day costs a hundred blocks. */
const RESTATEMENTS_AT_A_PACE = 10;

export interface ActiveCallOptions {
  readonly store: Store;
  readonly codec: Mp3Codec;
  readonly history: History;
  readonly rateHz: number;
  readonly bitRate: number;
  readonly start: LineSample;
  readonly onDropped: CallAudioOptions['onDropped'];
  readonly startMs: MonotonicMs;
  /** What is known of it at its beginning. */
  readonly particulars: CallParticulars;
}

export interface CallEnd {
  readonly outcome: Outcome;
  readonly atMs: MonotonicMs;
  readonly dialled: string | null;
  /** The last of its sound, exclusive. */
  readonly end: LineSample;
}

/** A call in progress: its sound, what is known of it, and what of that the store has been told. */
export class ActiveCall {
  readonly startMs: MonotonicMs;
  readonly #recording: CallRecording;
  readonly #flashes = new SpanList<Span>();
  #particulars: CallParticulars;
  /** What the store was told last, as JSON, when, and how often since the beginning. */
  #told: string;
  #toldMs: MonotonicMs;
  #restatements = 0;

  constructor({ store, startMs, particulars, ...audio }: ActiveCallOptions) {
    this.startMs = startMs;
    this.#particulars = particulars;
    const writer = store.begin(sealableCall(particulars), particulars.startedWallMs);
    this.#recording = new CallRecording({ ...audio, writer });
    this.#told = JSON.stringify(this.#known(particulars.dialled));
    this.#toldMs = startMs;
  }

  get number(): number {
    return this.#recording.writer.number;
  }

  /** The ring is about to come round to where it began. */
  get mustClose(): boolean {
    return this.#recording.writer.mustClose;
  }

  get particulars(): CallParticulars {
    return this.#particulars;
  }

  learn(caller: Caller): void {
    this.#particulars = { ...this.#particulars, caller };
  }

  flashed({ atMs, lengthMs }: Flash): void {
    this.#flashes.add({ atMs: atMs - this.startMs, lengthMs });
  }

  /** Encodes what is here up to `until`. */
  advance(until: LineSample): void {
    this.#recording.advance(until);
  }

  /** Has the store know, with the next commit, what is known by now: that is all a power cut leaves. Nothing where it knows. */
  restate(dialled: string | null, nowMs: MonotonicMs): void {
    if (nowMs - this.#toldMs < RESTATE_MS * 2 ** Math.floor(this.#restatements / RESTATEMENTS_AT_A_PACE)) return;
    const known = this.#known(dialled);
    const told = JSON.stringify(known);
    if (told === this.#told) return;
    this.#recording.writer.restate(sealableCall(known));
    this.#told = told;
    this.#toldMs = nowMs;
    this.#restatements += 1;
  }

  /** Ends it, with the last of its sound. Kept once the store's next commit resolves. */
  close({ outcome, atMs, dialled, end }: CallEnd): void {
    this.#recording.finish(end);
    const durationMs = atMs - this.startMs;
    const particulars = sealableCall({ ...this.#known(dialled), outcome, durationMs });
    const endedWallMs = particulars.startedWallMs + durationMs;
    this.#recording.writer.close({ endedWallMs, party: partyNumber(particulars), particulars });
  }

  #known(dialled: string | null): CallParticulars {
    const { gaps, moreGaps } = this.#recording;
    const { listed: flashes, more: moreFlashes } = this.#flashes;
    return { ...this.#particulars, dialled, flashes: [...flashes], moreFlashes, gaps: [...gaps], moreGaps };
  }
}

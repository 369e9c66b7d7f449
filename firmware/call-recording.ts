import type { Mp3Codec, Mp3Encoder } from '../hal/codec.js';
import type { RecordingWriter } from '../storage/recording-writer.js';
import type { History } from './audio/history.js';
import type { LineSample } from './audio/sample-clock.js';
import type { CallGap } from './call/call-record.js';
import { SpanList, type SpanSum } from './call/span-list.js';

/** Audio that waits in memory when the medium refuses it: four minutes at 32 kbit/s, then frames are dropped and counted. */
export const WAITING_MAX_BYTES = 1 << 20;

export interface CallAudioOptions {
  readonly writer: RecordingWriter;
  readonly codec: Mp3Codec;
  readonly history: History;
  readonly rateHz: number;
  readonly bitRate: number;
  readonly start: LineSample;
  /** Sound that waited for the medium found no room in memory: a gap of cause `storage`. */
  readonly onDropped: () => void;
}

/** The audio of one call, cut from the line's history and encoded: from its first sample on, never ahead of the cut. */
export class CallRecording {
  readonly writer: RecordingWriter;
  readonly #encoder: Mp3Encoder;
  readonly #history: History;
  readonly #rateHz: number;
  readonly #start: LineSample;
  readonly #onDropped: () => void;
  #next: LineSample;
  /** Samples the encoder was given, frames it gave back. */
  #given = 0;
  #frames = 0;
  readonly #gaps = new SpanList<CallGap>();

  constructor({ writer, codec, history, rateHz, bitRate, start, onDropped }: CallAudioOptions) {
    this.writer = writer;
    this.#onDropped = onDropped;
    this.#history = history;
    this.#rateHz = rateHz;
    this.#start = start;
    this.#next = start;
    const leadIn = lastSamples(history, start, codec.leadInSamples);
    this.#encoder = codec.open({ sampleRateHz: rateHz, bitRate, leadIn });
  }

  /** The first of what never reached the recording, one by one. */
  get gaps(): readonly CallGap[] {
    return this.#gaps.listed;
  }

  /** What came after those; undefined: nothing. */
  get moreGaps(): SpanSum | undefined {
    return this.#gaps.more;
  }

  /** The first sample that has not been encoded. */
  get next(): LineSample {
    return this.#next;
  }

  /** Encodes what is here up to `until`. */
  advance(until: LineSample): void {
    if (until <= this.#next) return;
    let at = this.#next;
    this.#history.read(this.#next, until, (samples, first) => {
      if (first > at) this.#lost(at, first, 'capture');
      at = (first + samples.length) as LineSample;
      this.#given += samples.length;
      this.#keep(this.#encoder.encode(samples), at);
    });
    // A loss at the very end is only certain once samples came after it.
    const known = Math.min(until, this.#history.end) as LineSample;
    if (known > at) this.#lost(at, known, 'capture');
    this.#next = Math.max(this.#next, known) as LineSample;
  }

  /** Encodes up to `end`, the last word included. What never arrived of it is a gap. */
  finish(end: LineSample): void {
    this.advance(end);
    if (end > this.#next) this.#lost(this.#next, end, 'capture');
    this.#keep(this.#encoder.finish(), end);
    this.#encoder.close();
  }

  /** Frames that became complete once the encoder had been given all up to `until`. What finds no room is a gap, to the frame. */
  #keep(frames: readonly Uint8Array[], until: LineSample): void {
    const { samplesPerFrame } = this.#encoder;
    for (const frame of frames) {
      const from = until - (this.#given - this.#frames * samplesPerFrame);
      this.#frames += 1;
      if (this.writer.erased) continue;
      if (this.writer.waitingBytes < WAITING_MAX_BYTES) {
        this.writer.append(frame);
        continue;
      }
      this.#lost(from as LineSample, Math.min(until, from + samplesPerFrame) as LineSample, 'storage');
      this.#onDropped();
    }
  }

  #lost(from: LineSample, to: LineSample, cause: CallGap['cause']): void {
    const atMs = ((from - this.#start) * 1000) / this.#rateHz;
    const lengthMs = ((to - from) * 1000) / this.#rateHz;
    const { last } = this.#gaps;
    const goesOn = last?.cause === cause && Math.abs(last.atMs + last.lengthMs - atMs) < 1;
    if (goesOn) this.#gaps.lengthen(lengthMs);
    else this.#gaps.add({ atMs, lengthMs, cause });
  }
}

/** Up to `count` samples right before `end`, without those from before a loss. */
function lastSamples(history: History, end: LineSample, count: number): Int16Array {
  const from = Math.max(history.begin, end - count) as LineSample;
  let joined: number[] = [];
  let next: number = from;
  history.read(from, end, (samples, first) => {
    if (first !== next) joined = [];
    joined.push(...samples);
    next = first + samples.length;
  });
  return next === end ? Int16Array.from(joined) : new Int16Array(0);
}

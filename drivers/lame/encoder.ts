import type { Mp3Encoder, Mp3Options } from '../../hal/codec.js';
import { HalError } from '../../hal/errors.js';
import { FRAME_HEAD_BYTES, parseFrame, samplesPerFrameAt } from './frames.js';

/** One LAME at work, whoever hosts it. Constant bit rate, mono, no bit reservoir, no header frame. */
export interface LameEngine {
  /** Filled by the caller before `encode`. At least `ENGINE_SAMPLES` long; the same array for the engine's whole life. */
  readonly input: Int16Array;
  /** What the last `encode` made. Borrowed until the next call; read it anew after each, it may have moved. */
  readonly output: Uint8Array;
  /** Encodes the first `count` samples of `input`. Returns bytes made, negative for LAME's own error numbers. */
  encode(count: number): number;
  /** Called exactly once. */
  close(): void;
}

/** Most samples one `LameEngine.encode` is given. */
export const ENGINE_SAMPLES = 2048;

/** Most bytes one `LameEngine.encode` can make: lame.h's own bound, 1.25 bytes a sample and 7200. */
export const ENGINE_BYTES = 1.25 * ENGINE_SAMPLES + 7200;

/** LAME's delay of 576 samples and the 529 every Layer III decoder adds. */
const DELAY_SAMPLES = 576 + 529;

/**
 * Lead-in so long that it and the delay are whole frames of either length (3456 = 6 x 576 = 3 x 1152), which are then
 * dropped: 47 samples would align as well, the other 2304 let filter bank, psychoacoustics and the loudness-driven
 * hearing threshold settle on real sound.
 */
export const LEAD_IN_SAMPLES = 3456 - DELAY_SAMPLES;

/** LAME gives frame `k` once it has seen this many samples beyond `(k + 1)` frames. Later than that it never is. */
const LOOKAHEAD_SAMPLES = 224;

/** Batches of silence `finish` feeds for one frame before it gives up on the library. */
const PATIENCE_BATCHES = 8;

const LONGEST_FRAME_BYTES = 1441;

/**
 * `Mp3Encoder` over any `LameEngine`. Hands LAME the batches that complete a frame each, whatever the caller's chunks
 * were, so the bytes depend on the samples alone and a frame leaves with the sample that completes it.
 */
export class AlignedEncoder implements Mp3Encoder {
  readonly samplesPerFrame: 576 | 1152;
  readonly #options: Mp3Options;
  #engine: LameEngine | undefined;
  /** Samples waiting in `engine.input`, and how many complete the batch. */
  #filled = 0;
  #batch: number;
  #given = 0;
  #toDrop: number;
  #returned = 0;
  #finished = false;
  /** Bytes of a frame that is not whole yet. LAME returns whole frames; this costs little and trusts less. */
  readonly #held = new Uint8Array(ENGINE_BYTES + LONGEST_FRAME_BYTES);
  #heldBytes = 0;

  /**
   * Owns the engine `open` makes from then on. Throws `HalError` `FORMAT_REFUSED` if the rates are none of Layer III's
   * or LAME settles on others; nothing is left open then.
   */
  constructor(options: Mp3Options, open: () => LameEngine) {
    this.samplesPerFrame = samplesPerFrameAt(options.sampleRateHz, options.bitRate);
    this.#options = { ...options, leadIn: EMPTY };
    this.#batch = LOOKAHEAD_SAMPLES + this.samplesPerFrame;
    this.#toDrop = (LEAD_IN_SAMPLES + DELAY_SAMPLES) / this.samplesPerFrame;
    this.#engine = open();
    try {
      const leadIn = options.leadIn.subarray(Math.max(0, options.leadIn.length - LEAD_IN_SAMPLES));
      this.#feedZeros(LEAD_IN_SAMPLES - leadIn.length, []);
      this.#feed(leadIn, []);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  encode(samples: Int16Array): Uint8Array[] {
    if (this.#finished) throw new Error('lame: encode after finish');
    const frames: Uint8Array[] = [];
    this.#given += samples.length;
    this.#feed(samples, frames);
    return frames;
  }

  finish(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    if (this.#finished) return frames;
    this.#open();
    this.#finished = true;
    const total = Math.ceil(this.#given / this.samplesPerFrame);
    for (let idle = 0; this.#returned < total; idle += 1) {
      if (idle > PATIENCE_BATCHES) throw new HalError('PROTOCOL', 'lame', 'the library keeps back the last frames');
      this.#feedZeros(this.#batch - this.#filled, frames);
    }
    return frames;
  }

  close(): void {
    this.#engine?.close();
    this.#engine = undefined;
  }

  #open(): LameEngine {
    if (this.#engine === undefined) throw new Error('lame: encoder is closed');
    return this.#engine;
  }

  #feed(samples: Int16Array, frames: Uint8Array[]): void {
    const { input } = this.#open();
    let at = 0;
    while (at < samples.length) {
      const count = Math.min(this.#batch - this.#filled, samples.length - at);
      input.set(samples.subarray(at, at + count), this.#filled);
      at += count;
      this.#advance(count, frames);
    }
  }

  #feedZeros(samples: number, frames: Uint8Array[]): void {
    const { input } = this.#open();
    for (let left = samples; left > 0; ) {
      const count = Math.min(this.#batch - this.#filled, left);
      input.fill(0, this.#filled, this.#filled + count);
      left -= count;
      this.#advance(count, frames);
    }
  }

  #advance(count: number, frames: Uint8Array[]): void {
    this.#filled += count;
    if (this.#filled < this.#batch) return;
    this.#filled = 0;
    const engine = this.#open();
    const made = engine.encode(this.#batch);
    this.#batch = this.samplesPerFrame;
    if (made < 0) throw new HalError('PROTOCOL', 'lame', `the library failed to encode (error ${made})`);
    const { output } = engine;
    this.#held.set(output.subarray(0, made), this.#heldBytes);
    this.#heldBytes += made;
    this.#split(frames);
  }

  /** Moves every whole frame out of `#held`. */
  #split(frames: Uint8Array[]): void {
    let at = 0;
    for (;;) {
      const length = this.#frameAt(at);
      if (length === 0 || at + length > this.#heldBytes) break;
      if (this.#toDrop > 0) {
        this.#toDrop -= 1;
      } else {
        frames.push(this.#held.slice(at, at + length));
        this.#returned += 1;
      }
      at += length;
    }
    if (at < this.#heldBytes) this.#held.copyWithin(0, at, this.#heldBytes);
    this.#heldBytes -= at;
  }

  /** Length of the frame at `at` after a look at its head; 0 where there is too little to tell. */
  #frameAt(at: number): number {
    const left = this.#heldBytes - at;
    if (left < FRAME_HEAD_BYTES) return 0;
    const frame = parseFrame(this.#held, at);
    if (frame === undefined) throw new HalError('PROTOCOL', 'lame', 'the library returned bytes that are no MP3 frame');
    const { sampleRateHz, bitRate } = this.#options;
    if (frame.sampleRateHz !== sampleRateHz || frame.bitRate !== bitRate || frame.channels !== 1) {
      const asked = `${sampleRateHz} Hz ${bitRate / 1000} kbit/s mono`;
      const given = `${frame.sampleRateHz} Hz ${frame.bitRate / 1000} kbit/s ${frame.channels === 1 ? 'mono' : 'stereo'}`;
      throw new HalError('FORMAT_REFUSED', 'lame', `asked for ${asked}, the library makes ${given}`);
    }
    if (frame.mainDataBegin !== 0) {
      throw new HalError('PROTOCOL', 'lame', 'the library reaches back into earlier frames although told not to');
    }
    return frame.bytes;
  }
}

const EMPTY = new Int16Array(0);

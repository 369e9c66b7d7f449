import { DtmfCallerId } from './dtmf-caller-id.js';
import { DtmfReceiver } from './dtmf-receiver.js';
import type { CallerIdMessage, SignalEvent } from './events.js';
import { FskReceiver } from './fsk-receiver.js';
import { LineFilter } from './line-filter.js';
import { BLOCK_MS, BLOCK_SAMPLES, PROFILES, type Profile, WORK_RATE_HZ } from './profile.js';
import { Decimator } from './resample.js';
import { ToneReceiver } from './tone-receiver.js';

/** Silence fed at the end, so that filters run dry and what was being heard is finished: 100 ms. */
const TAIL_BLOCKS = 20;

/** How a receiver is set up. */
export interface SignalReceiverOptions {
  /** 8000, 16000, 24000, 32000, 40000 or 48000. */
  readonly sampleRateHz: number;
  /** Country; `jp` when left out. */
  readonly profile?: Profile['name'];
}

/**
 * The ear of the recorder: samples in, events out. Caller ID, DTMF, call progress tones.
 * Nothing depends on how the samples are cut into chunks, and nothing is allocated while nothing is heard.
 */
export class SignalReceiver {
  readonly #decimator: Decimator;
  readonly #delayMs: number;
  readonly #onEvent: (event: SignalEvent) => void;
  /** Takes DC and hum away, for everyone. */
  readonly #rumble = new LineFilter(150, 0, 0.71);
  /** Takes dial tone away as well, for those who listen above it. */
  readonly #dialTone = new LineFilter(560, 400, 0.95);
  readonly #dtmf: DtmfReceiver;
  readonly #dtmfCallerId: DtmfCallerId;
  readonly #tones: ToneReceiver;
  readonly #fsk: FskReceiver;
  readonly #block = new Float64Array(BLOCK_SAMPLES);
  #filled = 0;
  #blocks = 0;
  #ended = false;

  /**
   * @param onEvent called during `push` and `flush`.
   * @throws RangeError when the sample rate is none of those above.
   */
  constructor(options: SignalReceiverOptions, onEvent: (event: SignalEvent) => void) {
    const profile = PROFILES[options.profile ?? 'jp'];
    this.#decimator = new Decimator(options.sampleRateHz);
    this.#delayMs = (this.#decimator.delaySamples * 1000) / WORK_RATE_HZ;
    this.#onEvent = onEvent;
    const callerId = (message: CallerIdMessage, startMs: number): void => {
      onEvent({ kind: 'caller-id', atMs: this.#at(startMs), ...message });
    };
    this.#dtmfCallerId = new DtmfCallerId(callerId);
    this.#fsk = new FskReceiver(profile.preferredModem, callerId);
    this.#dtmf = new DtmfReceiver(profile.dtmf, (digit, startMs, durationMs) => {
      onEvent({ kind: 'dtmf', atMs: this.#at(startMs), digit, durationMs });
      this.#dtmfCallerId.push(digit, startMs, durationMs);
    });
    this.#tones = new ToneReceiver(profile.tones, (tone, startMs, durationMs) => {
      this.#onEvent({ kind: 'tone', atMs: this.#at(startMs), tone, durationMs: Math.round(durationMs) });
    });
  }

  /** The tone sounding now, as soon as it is certain; see `ToneReceiver.current`. */
  get tone(): ToneReceiver['current'] {
    return this.#tones.current;
  }

  /**
   * Takes the next samples, as many as there are. The array is not kept.
   *
   * @throws Error after `flush`.
   */
  push(samples: Int16Array): void {
    if (this.#ended) throw new Error('SignalReceiver: the stream was flushed; start a new receiver');
    const decimator = this.#decimator;
    const block = this.#block;
    let filled = this.#filled;
    for (let i = 0; i < samples.length; i += 1) {
      const value = decimator.push(samples[i] as number);
      if (Number.isNaN(value)) continue;
      block[filled] = value;
      filled += 1;
      if (filled < BLOCK_SAMPLES) continue;
      filled = 0;
      this.#decode();
    }
    this.#filled = filled;
  }

  /** The stream has ended: what was being heard is judged and reported. */
  flush(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#block.fill(0, this.#filled);
    for (let i = 0; i < TAIL_BLOCKS; i += 1) {
      this.#decode();
      this.#block.fill(0);
    }
    this.#dtmf.flush();
    this.#dtmfCallerId.flush();
    this.#tones.flush();
    this.#fsk.flush();
  }

  /** Hands the full block to everyone. */
  #decode(): void {
    this.#blocks += 1;
    const block = this.#block;
    this.#rumble.run(block);
    this.#tones.push(block);
    this.#dialTone.run(block);
    this.#dtmf.push(block);
    this.#dtmfCallerId.advance(this.#blocks * BLOCK_MS);
    this.#fsk.push(block);
  }

  #at(ms: number): number {
    return Math.max(0, Math.round(ms - this.#delayMs));
  }
}

import type { MonotonicMs } from '../hal/clock.js';
import type { LineEdge } from '../hal/line.js';
import type { LineSample, SampleClock } from './audio/sample-clock.js';
import type { Caller, TrackerInput } from './call/call-event.js';
import type { SignalEvent } from './signal/events.js';
import { PulseDialDecoder } from './signal/pulse-dial.js';
import { SignalReceiver } from './signal/receiver.js';

/** NTT's service octet for a call that waits while another is talked on. */
const CALL_WAITING = 0x41;
/** Tones that say that dialling is over. */
const PROGRESS = new Set(['ringback', 'busy']);

/** What is heard and dialled on a line, as inputs of the call tracker. */
export class LineEar {
  readonly #samples: SampleClock;
  readonly #tell: (input: TrackerInput) => void;
  readonly #dial: PulseDialDecoder;
  #receiver: SignalReceiver | undefined;
  /** Line sample that the receiver counts from. */
  #base: number | undefined;
  #next = -1;
  #nowMs = 0 as MonotonicMs;
  #progressing = false;

  constructor(samples: SampleClock, tell: (input: TrackerInput) => void) {
    this.#samples = samples;
    this.#tell = tell;
    this.#dial = new PulseDialDecoder((event) => {
      if (event.kind === 'digit') tell({ kind: 'digit', digit: event.digit, atMs: event.atMs as MonotonicMs });
    });
  }

  edge(edge: LineEdge): void {
    if (edge.kind === 'hook') this.#dial.edge(edge.atMs, edge.hook === 'off-hook' ? 'off' : 'on');
  }

  /** Nothing older than `atMs` will come. */
  time(atMs: MonotonicMs): void {
    this.#dial.advance(atMs);
  }

  /** What comes next need not be heard: it is a conversation. */
  rest(): void {
    this.#receiver = undefined;
    this.#next = -1;
  }

  /** The line's samples from `first` on. After a loss the receivers start afresh: what they were hearing is gone. */
  hear(first: LineSample, samples: Int16Array, endMs: MonotonicMs): void {
    if (first !== this.#next) this.#listen(first);
    this.#next = first + samples.length;
    this.#nowMs = endMs;
    this.#receiver?.push(samples);
    const tone = this.#receiver?.tone;
    const progressing = tone !== undefined && tone !== null && PROGRESS.has(tone.tone);
    if (progressing && !this.#progressing) this.#tell({ kind: 'progress', atMs: endMs });
    this.#progressing = progressing;
  }

  #listen(first: LineSample): void {
    this.#base = first;
    this.#progressing = false;
    const { rateHz } = this.#samples;
    // At the rates of compact discs and their halves there is no telephone line to listen to.
    this.#receiver =
      rateHz % 8000 === 0 ? new SignalReceiver({ sampleRateHz: rateHz }, (event) => this.#heard(event)) : undefined;
  }

  #heard(event: SignalEvent): void {
    const first = (this.#base ?? 0) + (event.atMs * this.#samples.rateHz) / 1000;
    const atMs = this.#samples.momentOf(first);
    if (event.kind === 'dtmf') {
      this.#tell({ kind: 'digit', digit: event.digit, atMs });
    } else if (event.kind === 'caller-id' && event.service !== CALL_WAITING) {
      const { number, absence, name, standard } = event;
      const caller: Caller = {
        ...(number && { number }),
        ...(absence && { absence }),
        ...(name && { name }),
        standard,
      };
      this.#tell({ kind: 'caller', caller, atMs: this.#nowMs });
    }
  }
}

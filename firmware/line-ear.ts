import type { MonotonicMs } from '../hal/clock.js';
import type { LineEdge } from '../hal/line.js';
import type { LineSample, SampleClock } from './audio/sample-clock.js';
import { VoiceMeter } from './audio/voice-meter.js';
import type { Caller, TrackerInput } from './call/call-event.js';
import type { CallerIdEvent, SignalEvent } from './signal/events.js';
import { SERVICE_CALL_WAITING } from './signal/ntt-message.js';
import { PulseDialDecoder } from './signal/pulse-dial.js';
import { SignalReceiver } from './signal/receiver.js';

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
  #dialTone = false;
  readonly #voice: VoiceMeter;
  #spoken = false;

  constructor(samples: SampleClock, tell: (input: TrackerInput) => void) {
    this.#samples = samples;
    this.#tell = tell;
    this.#voice = new VoiceMeter(samples.rateHz);
    this.#dial = new PulseDialDecoder((event) => {
      if (event.kind === 'digit') tell({ kind: 'digit', digit: event.digit, atMs: event.atMs as MonotonicMs });
    });
  }

  edge(edge: LineEdge): void {
    if (edge.kind !== 'hook') return;
    this.#dial.edge(edge.atMs, edge.hook === 'off-hook' ? 'off' : 'on');
    // Whoever speaks does so after the handset has moved.
    this.#voice.reset();
    this.#spoken = false;
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
    this.#voice.push(samples);
    if (this.#voice.heard && !this.#spoken) this.#tell({ kind: 'voice', atMs: endMs });
    this.#spoken = this.#voice.heard;
    this.#toneNow(endMs);
  }

  #toneNow(nowMs: MonotonicMs): void {
    const tone = this.#receiver?.tone ?? null;
    const progressing = tone !== null && PROGRESS.has(tone.tone);
    if (progressing && !this.#progressing) this.#tell({ kind: 'progress', atMs: nowMs });
    this.#progressing = progressing;
    const dialTone = tone?.tone === 'dial';
    if (dialTone && !this.#dialTone) this.#tell({ kind: 'dial-tone', atMs: this.#momentOf(tone.sinceMs) });
    this.#dialTone = dialTone;
  }

  /** When what the receiver has heard at `heardMs` was at the line. */
  #momentOf(heardMs: number): MonotonicMs {
    return this.#samples.momentOf((this.#base ?? 0) + (heardMs * this.#samples.rateHz) / 1000);
  }

  #listen(first: LineSample): void {
    this.#base = first;
    this.#progressing = false;
    this.#dialTone = false;
    const { rateHz } = this.#samples;
    // At the rates of compact discs and their halves there is no telephone line to listen to.
    this.#receiver =
      rateHz % 8000 === 0 ? new SignalReceiver({ sampleRateHz: rateHz }, (event) => this.#heard(event)) : undefined;
  }

  #heard(event: SignalEvent): void {
    if (event.kind === 'dtmf') {
      this.#tell({ kind: 'digit', digit: event.digit, atMs: this.#momentOf(event.atMs) });
    } else if (event.kind === 'caller-id' && event.service !== SERVICE_CALL_WAITING) {
      this.#tell({ kind: 'caller', caller: callerOf(event), atMs: this.#nowMs });
    }
  }
}

/** What of a caller ID goes with the call; the date is the exchange's, and the record has our own. */
function callerOf({ number, absence, name, calledNumber, redirectedFrom, standard }: CallerIdEvent): Caller {
  return {
    ...(number && { number }),
    ...(absence && { absence }),
    ...(name && { name }),
    ...(calledNumber && { calledNumber }),
    ...(redirectedFrom && { redirectedFrom }),
    standard,
  };
}

import type { PcmBlock } from '../hal/audio.js';
import type { LinePort } from '../hal/board.js';
import type { Clock, MonotonicMs } from '../hal/clock.js';
import type { Mp3Codec } from '../hal/codec.js';
import type { LineEdge } from '../hal/line.js';
import type { ModemReport } from '../hal/modem.js';
import type { Store } from '../storage/store.js';
import { History, type Loss } from './audio/history.js';
import { levelDbm0, SILENCE_DBM0 } from './audio/level.js';
import { type LineSample, SampleClock } from './audio/sample-clock.js';
import type { CallEvent, TrackerInput } from './call/call-event.js';
import { type CallParticulars, particularsAt, partyNumber } from './call/call-record.js';
import {
  callSince,
  dueAt,
  flashesSoFar,
  listens,
  ringingSince,
  step,
  type TrackerState,
  trackerState,
} from './call/tracker.js';
import { CallRecording } from './call-recording.js';
import { CallerMatch, type ModemNote } from './caller-match.js';
import { LineEar } from './line-ear.js';
import { LineWatch } from './reckon/line-watch.js';
import type { LineAccount } from './reckon/reckoner.js';
import type { Settings } from './settings.js';

/** How much of an idle line is remembered: longer than any decision about a call takes. */
const HISTORY_MS = 30_000;
/** Audio never waits longer than this to be encoded, even if nobody commits. */
const ENCODE_MAX_MS = 6000;
/** Audio is encoded this much later than it arrives, so that an edge that is told late still cuts where it belongs. */
const EDGE_LATENESS_MS = 250;

export interface LineRecorderOptions {
  readonly port: LinePort;
  readonly clock: Clock;
  readonly codec: Mp3Codec;
  readonly store: Store;
  readonly settings: Settings;
  /** Where it is written down what was seen on the line, and what was put on record. */
  readonly account: LineAccount;
  /** A recording was closed or a missed call noted: worth a commit now. */
  readonly onKept: () => void;
  /** Samples were lost, in a call or not. */
  readonly onLoss: (lengthMs: number) => void;
}

/** What a passer-by could be told about a line. */
export interface LineView {
  readonly id: string;
  readonly state: 'idle' | 'ringing' | 'recording';
  /** Since when, for ringing and recording. */
  readonly sinceMs: MonotonicMs | null;
  readonly levelDbm0: number;
  readonly number: number | null;
}

type EventOf<Kind extends CallEvent['kind']> = Extract<CallEvent, { kind: Kind }>;

interface ActiveCall {
  readonly recording: CallRecording;
  readonly particulars: CallParticulars;
  readonly startMs: MonotonicMs;
}

/**
 * One line: edges and samples in, recordings out. Knows no timer: the owner calls `time` when `dueAt` comes. The constructor
 * throws `HalError` `FORMAT_REFUSED` for settings that the codec cannot do.
 */
export class LineRecorder {
  readonly #options: LineRecorderOptions;
  readonly #samples: SampleClock;
  readonly #history: History;
  readonly #ear: LineEar;
  readonly #watch: LineWatch;
  readonly #callers: CallerMatch;
  #tracker: TrackerState;
  #call: ActiveCall | null = null;
  /** While the handset is down and it is not known whether for good, nothing is encoded past here. */
  #holdAtMs: MonotonicMs | null = null;
  #level = SILENCE_DBM0;
  #encodedAtMs = 0 as MonotonicMs;

  constructor(options: LineRecorderOptions) {
    this.#options = options;
    const { port, clock, settings } = options;
    this.#samples = new SampleClock(port.audio.sampleRateHz);
    this.#history = new History((HISTORY_MS * port.audio.sampleRateHz) / 1000);
    this.#ear = new LineEar(this.#samples, (input) => this.#step(input));
    this.#watch = new LineWatch(settings.call, (judgement) => options.account.judged(judgement));
    this.#callers = new CallerMatch(settings.call);
    this.#watch.edge({ kind: 'hook', hook: port.sense.hook(), atMs: clock.now() });
    this.#tracker = trackerState(port.sense.hook(), clock.now(), settings.call);
    // A bit rate that Layer III does not have at this sample rate is found out now, not at the first call.
    const { codec } = options;
    codec
      .open({ sampleRateHz: port.audio.sampleRateHz, bitRate: settings.audio.bitRate, leadIn: new Int16Array(0) })
      .close();
  }

  get dueAt(): MonotonicMs | null {
    return dueAt(this.#tracker);
  }

  get view(): LineView {
    const since = callSince(this.#tracker);
    const rangSince = ringingSince(this.#tracker);
    const state = since !== null ? 'recording' : rangSince !== null ? 'ringing' : 'idle';
    return {
      id: this.#options.port.id,
      state,
      sinceMs: since ?? rangSince,
      levelDbm0: this.#level,
      number: this.#call?.recording.writer.number ?? null,
    };
  }

  edge(edge: LineEdge): void {
    this.#ear.edge(edge);
    this.#watch.edge(edge);
    this.#step(edge);
  }

  time(atMs: MonotonicMs): void {
    this.#ear.time(atMs);
    this.#step({ kind: 'time', atMs });
  }

  /** What the line's modem has said that is part of no record: at most `NOTES_MAX`, in memory only. */
  get modemNotes(): readonly ModemNote[] {
    return this.#callers.notes;
  }

  /** The line's modem says something. It never moves the tracker: that a call is one, the line alone decides. */
  modem(report: ModemReport): void {
    this.#callers.tell(report);
  }

  /** The recorder stops: what is in progress is closed as it stands. */
  stop(atMs: MonotonicMs): void {
    this.#step({ kind: 'stop', atMs });
    this.#watch.finish(atMs);
  }

  block(block: PcmBlock): void {
    const { samples, atMs } = block;
    const first = this.#samples.place(block);
    // A long loss takes up room in the history: what was heard before it goes into the call first.
    if (first - this.#history.end > this.#samples.rateHz) this.#encodeUntil(Number.POSITIVE_INFINITY);
    const loss = this.#history.add(first, samples);
    if (loss) this.#options.onLoss(this.#lengthMs(loss));
    const endMs = (atMs + (samples.length * 1000) / this.#samples.rateHz) as MonotonicMs;
    this.#level = levelDbm0(samples);
    if (listens(this.#tracker, endMs)) this.#ear.hear(first, samples, endMs);
    else this.#ear.rest();
    this.#ear.time(atMs);
    this.#watch.advance(atMs);
    if (ringingSince(this.#tracker) === null) this.#callers.quiet(atMs);
    if (endMs - this.#encodedAtMs >= ENCODE_MAX_MS) this.encode(endMs);
  }

  /**
   * Encodes what has been heard of the call in progress, but for the latest moment. Called before each commit: no frame is
   * needed before.
   */
  encode(nowMs: MonotonicMs): void {
    this.#encodedAtMs = nowMs;
    const untilMs = this.#encodeUntil(nowMs - EDGE_LATENESS_MS);
    if (this.#call?.recording.writer.mustClose) this.#goOnInANewOne(this.#call, untilMs);
  }

  /** The line's detector is lost: what happens on the line is not seen any more. */
  senseLost(): void {
    this.#options.account.lost();
  }

  /** The device is gone or was closed: its next stream counts anew. */
  captureClosed(): void {
    this.#samples.reopened();
    this.#level = SILENCE_DBM0;
  }

  #lengthMs({ from, to }: Loss): number {
    return ((to - from) * 1000) / this.#samples.rateHz;
  }

  /** Encodes what was heard until a moment, or until the handset went down if that was before: returns which. */
  #encodeUntil(atMs: number): MonotonicMs {
    const untilMs = Math.min(atMs, this.#holdAtMs ?? Number.POSITIVE_INFINITY) as MonotonicMs;
    this.#call?.recording.advance(this.#samples.at(untilMs));
    return untilMs;
  }

  #step(input: TrackerInput): void {
    const [next, events] = step(this.#tracker, input);
    this.#tracker = next;
    for (const event of events) this.#handle(event);
  }

  #handle(event: CallEvent): void {
    switch (event.kind) {
      case 'began':
        this.#callers.began(event);
        this.#begin(event);
        break;
      case 'down':
        this.#holdAtMs = event.atMs;
        break;
      case 'up':
        this.#holdAtMs = null;
        break;
      case 'ended':
        if (this.#call) this.#end(this.#call, event);
        this.#callers.ended();
        break;
      case 'fetched':
        this.#watch.explained('number-fetched', event.startMs, event.endMs);
        break;
      case 'missed':
        this.#missed(event);
        break;
    }
  }

  #begin({ direction, atMs, ringMs }: Pick<EventOf<'began'>, 'direction' | 'atMs' | 'ringMs'>): void {
    const { clock, codec, port, store, settings } = this.#options;
    const { bitRate } = settings.audio;
    const rateHz = this.#samples.rateHz;
    const audio = { codec: 'mp3', encoder: codec.name, sampleRateHz: rateHz, bitRate } as const;
    const known = particularsAt(port.id, direction, atMs, clock);
    const particulars = { ...known, ringMs, ...this.#callers.heard, audio };
    const writer = store.begin(particulars, particulars.startedWallMs);
    const start = this.#samples.at(atMs);
    const recording = new CallRecording({ writer, codec, history: this.#history, rateHz, bitRate, start });
    this.#call = { recording, particulars, startMs: atMs };
    this.#holdAtMs = null;
    this.#watch.explained('call', atMs);
    if (ringMs !== null) this.#watch.explained('rang', atMs - ringMs, atMs);
  }

  #end(call: ActiveCall, { outcome, atMs, flashes, dialled }: EventOf<'ended'>): void {
    const { recording, particulars, startMs } = call;
    const end = this.#samples.at(atMs);
    recording.finish(outcome === 'interrupted' ? this.#heardBefore(end) : end);
    const durationMs = atMs - startMs;
    const endedWallMs = particulars.startedWallMs + durationMs;
    const whole: CallParticulars = {
      ...particulars,
      ...this.#callers.heard,
      outcome,
      durationMs,
      dialled,
      // Of a call that went on in a new recording, each has its own.
      flashes: flashes
        .filter((flash) => flash.atMs >= startMs)
        .map((flash) => ({ atMs: flash.atMs - startMs, lengthMs: flash.lengthMs })),
      gaps: [...recording.gaps],
    };
    recording.writer.close({ endedWallMs, party: partyNumber(whole), particulars: whole });
    this.#watch.callEnded(atMs);
    this.#options.account.recorded(recording.writer.number, particulars.startedWallMs, false);
    this.#call = null;
    this.#holdAtMs = null;
    this.#options.onKept();
  }

  /** `end`, or as much of it as was heard where the rest is only on its way: what nobody waited for was not lost. */
  #heardBefore(end: LineSample): LineSample {
    const unheard = end - this.#history.end;
    const onItsWay = unheard > 0 && (unheard * 1000) / this.#samples.rateHz <= EDGE_LATENESS_MS;
    return onItsWay ? this.#history.end : end;
  }

  /** The call is longer than the ring: what there is of it is closed, and it goes on under the next number. */
  #goOnInANewOne(call: ActiveCall, atMs: MonotonicMs): void {
    const { direction } = call.particulars;
    const flashes = flashesSoFar(this.#tracker);
    this.#end(call, { kind: 'ended', outcome: 'interrupted', atMs, flashes, dialled: null });
    this.#begin({ direction, atMs, ringMs: null });
  }

  #missed(event: EventOf<'missed'>): void {
    const { startMs, endMs } = event;
    const { clock, port, store, onKept } = this.#options;
    const ringMs = endMs - startMs;
    const known = particularsAt(port.id, 'inbound', startMs, clock);
    const heard = this.#callers.missed(event);
    const particulars: CallParticulars = { ...known, ...heard, outcome: 'missed', ringMs, durationMs: 0 };
    const writer = store.begin(particulars, particulars.startedWallMs);
    const endedWallMs = particulars.startedWallMs + ringMs;
    writer.close({ endedWallMs, party: partyNumber(particulars), particulars });
    this.#watch.explained('rang', startMs, endMs);
    this.#options.account.recorded(writer.number, particulars.startedWallMs, true);
    onKept();
  }
}

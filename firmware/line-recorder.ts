import type { PcmBlock } from '../hal/audio.js';
import type { MonotonicMs } from '../hal/clock.js';
import type { Hook, LineEdge } from '../hal/line.js';
import type { ModemReport } from '../hal/modem.js';
import type { Store } from '../storage/store.js';
import { ActiveCall, type ActiveCallOptions } from './active-call.js';
import { History } from './audio/history.js';
import { levelDbm0, SILENCE_DBM0 } from './audio/level.js';
import { type LineSample, SampleClock } from './audio/sample-clock.js';
import type { CallEvent, Caller, TrackerInput } from './call/call-event.js';
import { heardByModem, heardOnLine } from './call/caller-belief.js';
import { CallerEars } from './call/caller-ears.js';
import { type CallSetting, callBegunAt, keepMissed } from './call/new-call.js';
import {
  callSince,
  type Doubts,
  dialledSoFar,
  doubtsOf,
  dueAt,
  listens,
  step,
  type TrackerState,
  trackerState,
} from './call/tracker.js';
import { LineEar } from './line-ear.js';
import { type LineView, stateOf } from './line-view.js';
import { explain } from './reckon/explain.js';
import { LineWatch } from './reckon/line-watch.js';
import type { LineAccount } from './reckon/reckoner.js';
import type { Settings } from './settings.js';

/** How much of an idle line is remembered: longer than any decision about a call takes. */
const HISTORY_MS = 30_000;
/** Audio is encoded at the latest so much later, even if nobody commits. */
const ENCODE_MAX_MS = 6000;
/** Audio is encoded this much later than it arrives, so that an edge that is told late still cuts where it belongs. */
const EDGE_LATENESS_MS = 250;

export interface LineRecorderOptions extends CallSetting, Pick<ActiveCallOptions, 'codec' | 'onDropped'> {
  readonly store: Store;
  readonly settings: Settings;
  /** Where it is written down what was seen on the line, and what was put on record. */
  readonly account: LineAccount;
  readonly onKept: () => void;
  /** Samples were lost; `inCall`: of a call. */
  readonly onLoss: (lengthMs: number, inCall: boolean) => void;
  /** Something that was off-hook for a moment was not kept: there has been too much of it. */
  readonly onTap: () => void;
}

type EventOf<Kind extends CallEvent['kind']> = Extract<CallEvent, { kind: Kind }>;

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
  /** Null where there is no modem to agree or disagree with. */
  readonly #callerEars: CallerEars | null;
  #tracker: TrackerState;
  #call: ActiveCall | null = null;
  /** While the handset is down and it is not known whether for good, nothing is encoded past here. */
  #holdAtMs: MonotonicMs | null = null;
  #steppedMs = 0 as MonotonicMs;
  #level = SILENCE_DBM0;
  #encodedAtMs = 0 as MonotonicMs;

  constructor(options: LineRecorderOptions) {
    this.#options = options;
    const { port, clock, settings } = options;
    this.#samples = new SampleClock(port.audio.sampleRateHz, clock.now());
    this.#history = new History((HISTORY_MS * port.audio.sampleRateHz) / 1000);
    this.#ear = new LineEar(this.#samples, (input) => this.#heard(input));
    this.#callerEars = port.modem ? new CallerEars(settings.call.callerAheadMs) : null;
    this.#watch = new LineWatch(settings.call, (judgement) => options.account.judged(judgement));
    this.#watch.edge({ kind: 'hook', hook: port.sense.hook(), atMs: clock.now() });
    this.#tracker = trackerState(port.sense.hook(), clock.now(), settings.call);
    // A bit rate that Layer III does not have at this sample rate is found out now, not at the first call.
    options.codec
      .open({ sampleRateHz: port.audio.sampleRateHz, bitRate: settings.audio.bitRate, leadIn: new Int16Array(0) })
      .close();
  }

  get dueAt(): MonotonicMs | null {
    return dueAt(this.#tracker);
  }

  /** What of the line's detectors is not to be believed now. */
  get doubts(): Doubts {
    return doubtsOf(this.#tracker);
  }

  get view(): LineView {
    return {
      id: this.#options.port.id,
      ...stateOf(this.#tracker),
      levelDbm0: this.#level,
      number: this.#call?.number ?? null,
    };
  }

  edge(edge: LineEdge): void {
    this.#ear.edge(edge);
    this.#watch.edge(edge);
    this.#step(edge);
  }

  /** Its rings tell nothing that the detector does not. */
  modem(report: ModemReport): void {
    if (report.kind !== 'caller') return;
    const caller = this.#callerEars?.hear('modem', heardByModem(report.caller), report.atMs);
    // Told late: what has happened meanwhile stays in its order.
    if (caller) this.#learn(caller, Math.max(report.atMs, this.#steppedMs) as MonotonicMs);
  }

  time(atMs: MonotonicMs): void {
    this.#ear.time(atMs);
    this.#step({ kind: 'time', atMs });
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
    if (loss) this.#options.onLoss(((loss.to - loss.from) * 1000) / this.#samples.rateHz, this.#call !== null);
    const endMs = (atMs + (samples.length * 1000) / this.#samples.rateHz) as MonotonicMs;
    this.#level = levelDbm0(samples);
    if (listens(this.#tracker, endMs)) this.#ear.hear(first, samples, endMs);
    else this.#ear.rest();
    this.#ear.time(atMs);
    this.#watch.advance(atMs);
    if (endMs - this.#encodedAtMs >= ENCODE_MAX_MS) this.encode(endMs);
  }

  /**
   * Encodes what has been heard of the call in progress, but for the latest moment, and has the store know what is known of it. Called
   * before each commit: neither is needed before.
   */
  encode(nowMs: MonotonicMs): void {
    this.#encodedAtMs = nowMs;
    const untilMs = this.#encodeUntil(nowMs - EDGE_LATENESS_MS);
    if (this.#call?.mustClose) this.#goOnInANewOne(this.#call, untilMs);
    this.#call?.restate(dialledSoFar(this.#tracker), nowMs);
  }

  /** The line's detector is lost: what happens on the line is not seen any more. */
  senseLost(): void {
    this.#options.account.lost();
  }

  /** It is seen again. A call that goes on goes on; one that is over ended nobody knows when, and is closed as interrupted. */
  senseBack(hook: Hook, atMs: MonotonicMs): void {
    this.#options.account.found();
    if (hook === 'on-hook' && callSince(this.#tracker) !== null) this.#step({ kind: 'stop', atMs });
  }

  /** The next stream counts anew. */
  captureClosed(): void {
    this.#samples.reopened();
    this.#level = SILENCE_DBM0;
  }

  /** Encodes what was heard until a moment, or until the handset went down if that was before: returns which. */
  #encodeUntil(atMs: number): MonotonicMs {
    const untilMs = Math.min(atMs, this.#holdAtMs ?? Number.POSITIVE_INFINITY) as MonotonicMs;
    this.#call?.advance(this.#samples.at(untilMs));
    return untilMs;
  }

  #heard(input: TrackerInput): void {
    if (input.kind === 'caller' && this.#callerEars) {
      const caller = this.#callerEars.hear('line', heardOnLine(input.caller), input.atMs);
      this.#learn(caller ?? input.caller, input.atMs);
    } else this.#step(input);
  }

  /** Who calls, as both ears have it now. An ear that is a little late still tells of the call that was just answered. */
  #learn(caller: Caller, atMs: MonotonicMs): void {
    this.#step({ kind: 'caller', caller, atMs });
    const call = this.#call;
    const { modemLateMs } = this.#options.settings.call;
    if (call?.particulars.direction !== 'inbound' || atMs - call.startMs > modemLateMs) return;
    call.learn(caller);
  }

  #step(input: TrackerInput): void {
    this.#steppedMs = input.atMs;
    const [next, events] = step(this.#tracker, input);
    this.#tracker = next;
    for (const event of events) this.#handle(event);
  }

  #handle(event: CallEvent): void {
    switch (event.kind) {
      case 'began':
        this.#begin(event);
        break;
      case 'down':
      case 'up':
        this.#holdAtMs = event.kind === 'down' ? event.atMs : null;
        if (event.kind === 'up' && event.flash) this.#call?.flashed(event.flash);
        break;
      case 'ended':
        if (this.#call) this.#end(this.#call, event);
        break;
      case 'missed':
        this.#missed(event);
        break;
      case 'tap':
        this.#options.onTap();
        break;
    }
    explain(this.#watch, event);
  }

  #begin({ direction, atMs, ringMs, caller }: EventOf<'began'>): void {
    if (direction === 'outbound') this.#callerEars?.forget();
    const { codec, onDropped, store, settings } = this.#options;
    const { bitRate } = settings.audio;
    const rateHz = this.#samples.rateHz;
    const audio = { codec: 'mp3', encoder: codec.name, sampleRateHz: rateHz, bitRate } as const;
    const particulars = { ...callBegunAt(this.#options, direction, atMs), ringMs, caller, audio };
    const sound = { codec, onDropped, history: this.#history, rateHz, bitRate, start: this.#samples.at(atMs) };
    this.#call = new ActiveCall({ ...sound, store, particulars, startMs: atMs });
    this.#holdAtMs = null;
  }

  #end(call: ActiveCall, { outcome, atMs, dialled }: EventOf<'ended'>): void {
    const at = this.#samples.at(atMs);
    const end = outcome === 'interrupted' ? this.#heardBefore(at) : at;
    call.close({ outcome, atMs, dialled, end });
    this.#options.account.recorded(call.number, call.startMs, false);
    this.#call = null;
    this.#holdAtMs = null;
    this.#callerEars?.forget();
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
    const { direction, caller } = call.particulars;
    this.#handle({ kind: 'ended', outcome: 'interrupted', atMs, dialled: null });
    this.#handle({ kind: 'began', direction, atMs, ringMs: null, caller });
  }

  #missed({ startMs, endMs, caller }: EventOf<'missed'>): void {
    const { store, onKept } = this.#options;
    const begun = callBegunAt(this.#options, 'inbound', startMs);
    const number = keepMissed(store, { ...begun, ringMs: endMs - startMs, caller });
    this.#callerEars?.forget();
    this.#options.account.recorded(number, startMs, true);
    onKept();
  }
}

import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook, LineEdge, LostEdges } from '../../hal/line.js';
import type { Doubts } from '../call/tracker.js';
import type { FaultCode, FaultSink } from './fault.js';
import { LevelWatch } from './level-watch.js';
import { OffHookWatch } from './off-hook-watch.js';

/** What comes and goes is shown for this long after it was there last. */
const SHOWN_MS = 60_000;

/** A loss, or a detector that makes no sense. */
type Passing = Extract<FaultCode, 'CAPTURE_OVERRUN' | 'EDGES_LOST' | 'SENSE_FALSE'>;

/** What is said of a detector that does what no telephone and no exchange does. */
const DOUBT_WORDS = {
  chatters: 'the hook detector trembles without end: taken for off-hook',
  stuck: 'the ring detector rings without a pause: taken for silent',
  taps: 'off-hook again and again for less than a second: not recorded',
} as const;

export interface LineHealthOptions {
  readonly line: string;
  readonly rateHz: number;
  readonly hook: Hook;
  readonly nowMs: MonotonicMs;
  readonly faults: FaultSink;
}

/** What can be wrong with one line and its ear, as far as edges and samples tell. */
export class LineHealth {
  readonly #line: string;
  readonly #faults: FaultSink;
  readonly #offHook: OffHookWatch;
  readonly #level: LevelWatch;
  /** What passes, by code and subject, and until when it is shown. */
  readonly #shown = new Map<string, { readonly code: Passing; readonly subject: string; readonly untilMs: number }>();
  /** Detectors that make no sense now. */
  #doubts: Doubts = { hook: null, ring: null };

  constructor({ line, rateHz, hook, nowMs, faults }: LineHealthOptions) {
    this.#line = line;
    this.#faults = faults;
    this.#offHook = new OffHookWatch(rateHz);
    this.#level = new LevelWatch(rateHz);
    this.edge({ kind: 'hook', hook, atMs: nowMs });
  }

  edge(edge: LineEdge): void {
    if (edge.kind !== 'hook') return;
    this.#offHook.hook(edge.hook);
    this.#level.hook(edge.hook === 'off-hook', edge.atMs);
    this.#tell();
  }

  /** The next samples, and their level. */
  hear(samples: Int16Array, levelDbm0: number): void {
    this.#offHook.hear(samples, levelDbm0);
    this.#level.hear(samples, levelDbm0);
    this.#tell();
  }

  /** Samples were lost. `inCall`: of a call. */
  lost(lengthMs: number, nowMs: MonotonicMs, inCall: boolean): void {
    this.#pass('CAPTURE_OVERRUN', this.#line, `${Math.round(lengthMs)} ms were not delivered`, nowMs, inCall);
  }

  /** Edges were not seen. */
  missed({ edges }: LostEdges, nowMs: MonotonicMs): void {
    this.#pass('EDGES_LOST', this.#line, `${edges ?? 'some'} edges of the detectors were not told`, nowMs);
  }

  /** Off-hook for a moment once too often: it was not recorded. */
  tapped(nowMs: MonotonicMs): void {
    this.#pass('SENSE_FALSE', `${this.#line}-hook`, DOUBT_WORDS.taps, nowMs);
  }

  /** What the detectors do that makes no sense; it goes on until this is called again. */
  doubted(doubts: Doubts, nowMs: MonotonicMs): void {
    // It was there until now, and may be there from now on.
    this.#doubt(this.#doubts, nowMs);
    this.#doubts = doubts;
    this.#doubt(doubts, nowMs);
  }

  time(nowMs: MonotonicMs): void {
    this.#doubt(this.#doubts, nowMs);
    for (const [key, { code, subject, untilMs }] of this.#shown) {
      if (nowMs <= untilMs) continue;
      this.#shown.delete(key);
      this.#faults.clear(code, subject);
    }
  }

  #doubt({ hook, ring }: Doubts, nowMs: MonotonicMs): void {
    if (hook) this.#pass('SENSE_FALSE', `${this.#line}-hook`, DOUBT_WORDS[hook], nowMs);
    if (ring) this.#pass('SENSE_FALSE', `${this.#line}-ring`, DOUBT_WORDS[ring], nowMs);
  }

  #pass(code: Passing, subject: string, detail: string, nowMs: MonotonicMs, costly = false): void {
    this.#shown.set(`${code} ${subject}`, { code, subject, untilMs: nowMs + SHOWN_MS });
    this.#faults.raise(code, subject, detail, costly);
  }

  #tell(): void {
    const { verdict } = this.#level;
    this.#say('HANDSET_OFF_HOOK', this.#offHook.isLeft, 'off-hook, and nobody has spoken for minutes');
    this.#say('LEVEL_DEAD', verdict === 'dead', 'the last calls were silent from end to end');
    this.#say('LEVEL_CLIPPING', verdict === 'clipping', 'the last calls were at full scale again and again');
  }

  #say(code: 'HANDSET_OFF_HOOK' | 'LEVEL_DEAD' | 'LEVEL_CLIPPING', there: boolean, detail: string): void {
    if (there) this.#faults.raise(code, this.#line, detail);
    else this.#faults.clear(code, this.#line);
  }
}

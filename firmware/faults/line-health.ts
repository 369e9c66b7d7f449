import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook, LineEdge, LostEdges } from '../../hal/line.js';
import type { FaultCode, FaultSink } from './fault.js';
import { LevelWatch } from './level-watch.js';
import { OffHookWatch } from './off-hook-watch.js';

/** A loss is shown for this long after the last one. */
const LOSS_SHOWN_MS = 60_000;

type Loss = Extract<FaultCode, 'CAPTURE_OVERRUN' | 'EDGES_LOST'>;

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
  /** When samples, when edges were lost last. */
  readonly #lostMs = new Map<Loss, MonotonicMs>();

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
    this.#loss('CAPTURE_OVERRUN', `${Math.round(lengthMs)} ms were not delivered`, nowMs, inCall);
  }

  /** Edges were not seen. */
  missed({ edges }: LostEdges, nowMs: MonotonicMs): void {
    this.#loss('EDGES_LOST', `${edges ?? 'some'} edges of the detectors were not told`, nowMs);
  }

  time(nowMs: MonotonicMs): void {
    for (const [code, atMs] of this.#lostMs) {
      if (nowMs - atMs <= LOSS_SHOWN_MS) continue;
      this.#lostMs.delete(code);
      this.#faults.clear(code, this.#line);
    }
  }

  #loss(code: Loss, detail: string, nowMs: MonotonicMs, costly = false): void {
    this.#lostMs.set(code, nowMs);
    this.#faults.raise(code, this.#line, detail, costly);
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

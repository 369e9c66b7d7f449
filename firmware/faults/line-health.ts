import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook, LineEdge } from '../../hal/line.js';
import type { FaultSink } from './fault.js';
import { LevelWatch } from './level-watch.js';
import { OffHookWatch } from './off-hook-watch.js';

/** An overrun is shown for this long after the last one. */
const OVERRUN_SHOWN_MS = 60_000;

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
  #lossMs: MonotonicMs | null = null;

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

  /** Samples were lost. */
  lost(lengthMs: number, nowMs: MonotonicMs): void {
    this.#lossMs = nowMs;
    this.#faults.raise('CAPTURE_OVERRUN', this.#line, `${Math.round(lengthMs)} ms were not delivered`);
  }

  time(nowMs: MonotonicMs): void {
    if (this.#lossMs === null || nowMs - this.#lossMs <= OVERRUN_SHOWN_MS) return;
    this.#lossMs = null;
    this.#faults.clear('CAPTURE_OVERRUN', this.#line);
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

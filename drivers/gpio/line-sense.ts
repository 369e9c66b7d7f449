import { filter, map, mergeMap, type Observable, Subject, share } from 'rxjs';
import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook, LineEdge, LineSense, LostEdges } from '../../hal/line.js';
import type { EdgeReport, EdgeSource } from './edge-source.js';
import { ringingCurrent, withoutRinging } from './ringing-current.js';

/** Which line of the source is which detector. Active = off-hook, ringing, reversed; the other way round is the line's `activeLow`. */
export interface Detectors {
  readonly hook: number;
  /** Where the board has one. */
  readonly ring?: number;
  readonly polarity?: number;
  /** The loop detector sees the current of a bell, too: what it shows while the line rings is not told (`ringing-current.ts`). */
  readonly hookSeesRinging?: boolean;
}

/** A telephone line's detectors on inputs that are watched together. */
export class GpioLineSense implements LineSense {
  readonly edges$: Observable<LineEdge>;
  readonly #lost$ = new Subject<LostEdges>();
  readonly lost$: Observable<LostEdges> = this.#lost$.asObservable();
  readonly #source: EdgeSource;
  readonly #detectors: Detectors;
  /** What was told last, by offset. */
  readonly #levels = new Map<number, boolean>();
  #lastMs = 0 as MonotonicMs;
  #current = ringingCurrent('on-hook');

  /** Opens nothing yet. */
  constructor(source: EdgeSource, detectors: Detectors) {
    this.#source = source;
    this.#detectors = detectors;
    this.edges$ = source.reports$.pipe(
      map((report) => this.#heard(report)),
      filter((edge) => edge !== undefined),
      mergeMap((edge) => this.#believed(edge)),
      share(),
    );
  }

  /**
   * Asks the line itself. Edges from then on are kept for `edges$`. Throws `HalError` as `EdgeSource.active`, and
   * `DEVICE_GONE` when the detector is lost.
   */
  hook(): Hook {
    const { hook, ring, hookSeesRinging = false } = this.#detectors;
    const seen = this.#source.active(hook) ? 'off-hook' : 'on-hook';
    if (!hookSeesRinging) return seen;
    // A line that rings is on-hook until it has rung.
    const now = ring !== undefined && this.#source.active(ring) ? this.#current.told : seen;
    this.#current = { ...this.#current, told: now, seen };
    return now;
  }

  #believed(edge: LineEdge): readonly LineEdge[] {
    if (!this.#detectors.hookSeesRinging) return [edge];
    const [current, edges] = withoutRinging(this.#current, edge);
    this.#current = current;
    return edges;
  }

  #heard(report: EdgeReport): LineEdge | undefined {
    if (report.kind === 'lost') {
      this.#lost$.next({ edges: report.edges, atMs: report.atMs });
      return undefined;
    }
    const { kind, offset, active } = report;
    if (kind === 'level' && this.#levels.get(offset) === active) return undefined;
    this.#levels.set(offset, active);
    this.#lastMs = Math.max(report.atMs, this.#lastMs) as MonotonicMs;
    return this.#edge(offset, active, this.#lastMs);
  }

  #edge(offset: number, active: boolean, atMs: MonotonicMs): LineEdge | undefined {
    const { hook, ring, polarity } = this.#detectors;
    if (offset === hook) return { kind: 'hook', hook: active ? 'off-hook' : 'on-hook', atMs };
    if (offset === ring) return { kind: 'ring', ringing: active, atMs };
    if (offset === polarity) return { kind: 'polarity', polarity: active ? 'reversed' : 'normal', atMs };
    return undefined;
  }
}

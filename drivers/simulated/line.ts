import { defer, type Observable, Subject, throwError } from 'rxjs';
import type { MonotonicMs } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { Hook, LineEdge, LineSense, LostEdges } from '../../hal/line.js';

/** A telephone pair that does what it is told. */
export class SimulatedLine implements LineSense {
  #edges$ = new Subject<LineEdge>();
  #gone = false;
  readonly edges$: Observable<LineEdge> = defer(() => (this.#gone ? throwError(gone) : this.#edges$));
  readonly #lost$ = new Subject<LostEdges>();
  readonly lost$: Observable<LostEdges> = this.#lost$.asObservable();
  #hook: Hook;
  #ringing = false;
  /** What each detector was last told to say. */
  readonly #told: Map<LineEdge['kind'], string>;
  /** What was not told since edges are being lost; null: they are not. */
  #missed: LineEdge[] | null = null;

  constructor(hook: Hook) {
    this.#hook = hook;
    this.#told = new Map([
      ['hook', hook],
      ['ring', 'false'],
      ['polarity', 'normal'],
    ]);
  }

  /** Throws `HalError` `DEVICE_GONE` while the detectors are lost. */
  hook(): Hook {
    if (this.#gone) throw gone();
    return this.#hook;
  }

  /** Whether ringing voltage is on the pair. */
  get ringing(): boolean {
    return this.#ringing;
  }

  /** The detectors are lost: listeners are told, and so is whoever listens again before `restore`. Levels go on unseen. */
  lose(): void {
    const lost = this.#edges$;
    this.#gone = true;
    this.#edges$ = new Subject<LineEdge>();
    lost.error(gone());
  }

  restore(): void {
    this.#gone = false;
  }

  /** From now on edges are lost on the way to whoever listens. */
  miss(): void {
    this.#missed = [];
  }

  /** Edges come through again: it is told that some were lost, then how the line stands where that is news. */
  see(atMs: MonotonicMs): void {
    const missed = this.#missed ?? [];
    this.#missed = null;
    if (missed.length === 0) return;
    this.#lost$.next({ edges: missed.length, atMs });
    for (const edge of new Map(missed.map((each) => [each.kind, each])).values()) {
      if (levelOf(edge) !== this.#told.get(edge.kind)) this.change({ ...edge, atMs });
    }
  }

  /** The detectors see `edge`, whether or not it changes a level. `hook()` shows it before anybody hears of it. */
  change(edge: LineEdge): void {
    if (edge.kind === 'hook') this.#hook = edge.hook;
    if (edge.kind === 'ring') this.#ringing = edge.ringing;
    if (this.#missed !== null) {
      this.#missed.push(edge);
      return;
    }
    this.#told.set(edge.kind, levelOf(edge));
    this.#edges$.next(edge);
  }
}

const levelOf = (edge: LineEdge): string =>
  edge.kind === 'hook' ? edge.hook : edge.kind === 'ring' ? String(edge.ringing) : edge.polarity;

const gone = (): HalError => new HalError('DEVICE_GONE', 'line', 'the detectors went away (simulated)');

import { defer, type Observable, Subject, throwError } from 'rxjs';
import { HalError } from '../../hal/errors.js';
import type { Hook, LineEdge, LineSense } from '../../hal/line.js';

/** A telephone pair that does what it is told. */
export class SimulatedLine implements LineSense {
  #edges$ = new Subject<LineEdge>();
  #gone = false;
  readonly edges$: Observable<LineEdge> = defer(() => (this.#gone ? throwError(gone) : this.#edges$));
  #hook: Hook;
  #ringing = false;

  constructor(hook: Hook) {
    this.#hook = hook;
  }

  hook(): Hook {
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

  /** The detectors see `edge`, whether or not it changes a level. `hook()` shows it before anybody hears of it. */
  change(edge: LineEdge): void {
    if (edge.kind === 'hook') this.#hook = edge.hook;
    if (edge.kind === 'ring') this.#ringing = edge.ringing;
    this.#edges$.next(edge);
  }
}

const gone = (): HalError => new HalError('DEVICE_GONE', 'line', 'the detectors went away (simulated)');

import { type Observable, Subject } from 'rxjs';
import type { Hook, LineEdge, LineSense } from '../../hal/line.js';

/** A telephone pair that does what it is told. */
export class SimulatedLine implements LineSense {
  readonly #edges$ = new Subject<LineEdge>();
  readonly edges$: Observable<LineEdge> = this.#edges$.asObservable();
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

  /** The detectors see `edge`, whether or not it changes a level. `hook()` shows it before anybody hears of it. */
  change(edge: LineEdge): void {
    if (edge.kind === 'hook') this.#hook = edge.hook;
    if (edge.kind === 'ring') this.#ringing = edge.ringing;
    this.#edges$.next(edge);
  }
}

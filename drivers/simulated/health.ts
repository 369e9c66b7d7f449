import { defer, from, merge, type Observable, Subject } from 'rxjs';
import type { HealthReading, HealthSense } from '../../hal/health.js';

const keyOf = (reading: HealthReading): string =>
  reading.kind === 'line-voltage' ? `${reading.kind} ${reading.line}` : reading.kind;

/** Senses that say what they are told, and to a new listener what was said last of each kind and line. */
export class SimulatedHealth implements HealthSense {
  readonly name = 'simulated';
  readonly #last = new Map<string, HealthReading>();
  readonly #readings$ = new Subject<HealthReading>();
  readonly readings$: Observable<HealthReading> = merge(
    defer(() => from([...this.#last.values()])),
    this.#readings$,
  );

  /** `first`: what there is to say from the beginning. */
  constructor(first: readonly HealthReading[]) {
    for (const reading of first) this.#last.set(keyOf(reading), reading);
  }

  say(reading: HealthReading): void {
    this.#last.set(keyOf(reading), reading);
    this.#readings$.next(reading);
  }
}

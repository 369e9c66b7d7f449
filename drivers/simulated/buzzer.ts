import { type Observable, Subject } from 'rxjs';
import type { Buzzer } from '../../hal/panel.js';

/** A buzzer that tells what it was told. */
export class SimulatedBuzzer implements Buzzer {
  readonly #sounded$ = new Subject<readonly number[]>();
  /** Hot: every rhythm it was given. */
  readonly sounded$: Observable<readonly number[]> = this.#sounded$.asObservable();

  sound(rhythmMs: readonly number[]): void {
    this.#sounded$.next(rhythmMs);
  }
}

import { type Observable, Subject } from 'rxjs';
import type { MonotonicMs } from '../../hal/clock.js';
import type { Key, KeyPress, Keypad } from '../../hal/panel.js';

/** A keypad whose keys are pressed by whoever holds this. */
export class SimulatedKeypad implements Keypad {
  readonly #keys$ = new Subject<KeyPress>();
  readonly keys$: Observable<KeyPress> = this.#keys$.asObservable();

  press(key: Key, atMs: MonotonicMs): void {
    this.#keys$.next({ key, atMs });
  }
}

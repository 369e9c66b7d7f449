import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { Key, KeyPress, Keypad } from '../../hal/panel.js';

/** A ten-key pad that is pressed when told. */
export class SimulatedKeypad implements Keypad {
  readonly #clock: Clock;
  readonly #keys$ = new Subject<KeyPress>();
  readonly keys$: Observable<KeyPress> = this.#keys$.asObservable();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  press(key: Key): void {
    this.#keys$.next({ key, atMs: this.#clock.now() });
  }
}

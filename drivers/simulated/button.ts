import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { Button, ButtonEdge } from '../../hal/panel.js';

/** A button that is pressed when told. */
export class SimulatedButton implements Button {
  readonly #clock: Clock;
  #edges$ = new Subject<ButtonEdge>();
  #pressed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get edges$(): Observable<ButtonEdge> {
    return this.#edges$;
  }

  /** Holds it down for `ms`. While it is down it cannot be pressed: then nothing happens. */
  hold(ms: number): void {
    if (this.#pressed) return;
    this.#change(true);
    this.#clock.after$(ms).subscribe(() => this.#change(false));
  }

  /** The device is lost: listeners are told, and those who listen again hear a button that is up. */
  lose(): void {
    const lost = this.#edges$;
    this.#edges$ = new Subject<ButtonEdge>();
    this.#pressed = false;
    lost.error(new HalError('DEVICE_GONE', 'button', 'the button went away (simulated)'));
  }

  #change(pressed: boolean): void {
    if (pressed === this.#pressed) return;
    this.#pressed = pressed;
    this.#edges$.next({ pressed, atMs: this.#clock.now() });
  }
}

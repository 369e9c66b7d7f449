import { Observable, type Subscriber } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { CallerIdModem, ModemReport } from '../../hal/modem.js';

/** A modem that says what it is told to. Ready as soon as somebody listens. */
export class SimulatedModem implements CallerIdModem {
  readonly reports$: Observable<ModemReport>;
  readonly #role: string;
  #listener: Subscriber<ModemReport> | undefined;
  #gone = false;

  constructor(role: string, clock: Clock) {
    this.#role = role;
    this.reports$ = new Observable((subscriber) => {
      if (this.#gone) throw new HalError('DEVICE_MISSING', role, 'no such port (simulated)');
      if (this.#listener !== undefined) throw new HalError('DEVICE_BUSY', role, 'somebody listens already (simulated)');
      this.#listener = subscriber;
      subscriber.next({ kind: 'ready', atMs: clock.now() });
      return () => {
        this.#listener = undefined;
      };
    });
  }

  /** The modem says this, whoever listens. */
  say(report: ModemReport): void {
    this.#listener?.next(report);
  }

  /** Pulled out: the listener is told, and so is whoever listens before `plug`. */
  pull(): void {
    this.#gone = true;
    this.#listener?.error(new HalError('DEVICE_GONE', this.#role, 'pulled out (simulated)'));
  }

  plug(): void {
    this.#gone = false;
  }
}

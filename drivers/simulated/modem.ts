import { defer, type Observable, Subject, startWith, throwError } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { CallerIdModem, ModemCaller, ModemReport } from '../../hal/modem.js';

/** A modem that says what it is told to say. */
export class SimulatedModem implements CallerIdModem {
  readonly #line: string;
  readonly #clock: Clock;
  #reports$ = new Subject<ModemReport>();
  #gone = false;

  constructor(line: string, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
  }

  readonly reports$: Observable<ModemReport> = defer(() => {
    if (this.#gone) return throwError(() => new HalError('DEVICE_MISSING', this.#line, 'no modem (simulated)'));
    return this.#reports$.pipe(startWith({ kind: 'ready', atMs: this.#clock.now() } as const));
  });

  tell(caller: ModemCaller): void {
    this.#reports$.next({ kind: 'caller', caller, atMs: this.#clock.now() });
  }

  /** Pulled out: whoever listens is told, and so is whoever listens again before `restore`. What it would have said is lost. */
  lose(): void {
    const lost = this.#reports$;
    this.#gone = true;
    this.#reports$ = new Subject<ModemReport>();
    lost.error(new HalError('DEVICE_GONE', this.#line, 'the modem went away (simulated)'));
  }

  restore(): void {
    this.#gone = false;
  }
}

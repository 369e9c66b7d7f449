import { defer, type Observable, Subject, type Subscription, tap, throwError } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { Hook, LineEdge, LineSense } from '../../hal/line.js';
import type { CallerIdModem, ModemReport } from '../../hal/modem.js';
import { hookAt, type PairVoltage, pairVoltage, readVoltage, type VoltageReading } from './line-voltage.js';

/** The shortest ringing a modem tells a burst of: it says RING once, and not when the burst is over. Under the CAR cadence's 750 ms [I]. */
const BURST_MS = 500;

/** A modem that also tells the line's voltage. `modem.ts` is one where its profile polls. */
export interface VoltageModem extends CallerIdModem {
  /** Hot, replays nothing, while somebody listens to `reports$`. */
  readonly voltages$: Observable<VoltageReading>;
}

/**
 * A line as a modem on it sees it: the hook by the voltage it measures on-hook, ringing by its RING. Nothing is seen unless
 * somebody listens to `modem.reports$`. Edges come a reading late and 0.1-0.3 s coarse: enough for calls, not for the
 * pulses of a dial.
 */
export class VoltageLineSense implements LineSense {
  readonly edges$: Observable<LineEdge>;
  /** The same modem, whose rings are edges too. */
  readonly modem: CallerIdModem;
  #pair: PairVoltage = pairVoltage();
  #edges$ = new Subject<LineEdge>();
  /** What the modem was lost with; null again with the first reading after it. */
  #lost: { readonly error: unknown } | null = null;
  readonly #clock: Clock;
  #burst: Subscription | undefined;

  constructor(modem: VoltageModem, clock: Clock) {
    this.#clock = clock;
    this.edges$ = defer(() => {
      const lost = this.#lost;
      return lost === null ? this.#edges$ : throwError(() => lost.error);
    });
    this.modem = {
      reports$: defer(() => {
        const readings = modem.voltages$.subscribe((reading) => this.#read(reading));
        const release = (): void => {
          readings.unsubscribe();
          this.#silence();
        };
        return modem.reports$.pipe(
          tap({
            next: (report) => this.#heard(report),
            error: (error: unknown) => this.#lose(error),
            finalize: release,
          }),
        );
      }),
    };
  }

  /** As last read; on-hook until then. A handset that is up at the start is an edge within half a second. */
  hook(): Hook {
    return this.#pair.hook;
  }

  #read(reading: VoltageReading): void {
    // Ringing is alternating current on top of the feed: what is measured then is neither.
    if (this.#burst !== undefined) return;
    if (this.#lost !== null) {
      this.#lost = null;
      this.#pair = { ...pairVoltage(), hook: hookAt(this.#pair, reading.volts), idleVolts: this.#pair.idleVolts };
    }
    const [pair, edges] = readVoltage(this.#pair, reading);
    this.#pair = pair;
    for (const edge of edges) this.#edges$.next(edge);
  }

  #heard({ kind, atMs }: ModemReport): void {
    if (kind !== 'ring') return;
    if (this.#burst === undefined) this.#edges$.next({ kind: 'ring', ringing: true, atMs });
    this.#burst?.unsubscribe();
    this.#burst = this.#clock.after$(BURST_MS).subscribe(() => this.#silence());
  }

  #silence(): void {
    if (this.#burst === undefined) return;
    this.#burst.unsubscribe();
    this.#burst = undefined;
    this.#edges$.next({ kind: 'ring', ringing: false, atMs: this.#clock.now() });
  }

  #lose(error: unknown): void {
    this.#silence();
    const lost = this.#edges$;
    this.#edges$ = new Subject<LineEdge>();
    this.#lost = { error };
    lost.error(error);
  }
}

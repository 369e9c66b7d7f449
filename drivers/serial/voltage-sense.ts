import { defer, map, NEVER, type Observable, Subject, type Subscription, tap, throwError } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { HealthSense } from '../../hal/health.js';
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
  /** Whether the exchange feeds the pair, as far as is known: hot, on change, two readings that agree. Replays nothing. */
  readonly fed$: Observable<boolean>;
  /** It is asked for levels: it has no edges to lose. */
  readonly lost$ = NEVER;
  /** The same modem, whose rings are edges too. */
  readonly modem: CallerIdModem;
  #pair: PairVoltage = pairVoltage();
  #edges$ = new Subject<LineEdge>();
  readonly #fed$ = new Subject<boolean>();
  /** What was told; null: nothing since the modem was there. */
  #fed: boolean | null = null;
  #fedBefore: boolean | null = null;
  /** What the modem was lost with; null again with the first reading after it. */
  #lost: { readonly error: unknown } | null = null;
  readonly #clock: Clock;
  #burst: Subscription | undefined;

  constructor(modem: VoltageModem, clock: Clock) {
    this.#clock = clock;
    this.fed$ = this.#fed$.asObservable();
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
    this.#feed(reading.volts !== 0);
    const [pair, edges] = readVoltage(this.#pair, reading);
    this.#pair = pair;
    for (const edge of edges) this.#edges$.next(edge);
  }

  #feed(fed: boolean): void {
    const agrees = fed === this.#fedBefore;
    this.#fedBefore = fed;
    if (!agrees || fed === this.#fed) return;
    this.#fed = fed;
    this.#fed$.next(fed);
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
    this.#fed = null;
    this.#fedBefore = null;
    const lost = this.#edges$;
    this.#edges$ = new Subject<LineEdge>();
    this.#lost = { error };
    lost.error(error);
  }
}

/** Whether the exchange feeds `line`, as the modem that is its sense measures it: under 3 V is no line, lifted handset or not. */
export const modemVoltageSense = ({ fed$ }: VoltageLineSense, line: string): HealthSense => ({
  name: `voltage of ${line}`,
  readings$: fed$.pipe(map((present) => ({ kind: 'line-voltage', line, present, seenOffHook: true }))),
});

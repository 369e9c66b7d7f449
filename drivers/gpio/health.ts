import { catchError, EMPTY, map, type Observable } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { HealthReading, HealthSense } from '../../hal/health.js';
import type { EdgeSource } from './edge-source.js';
import { settled$ } from './settled-input.js';

/** A lid's switch trembles when the box is knocked. */
const LID_SETTLE_MS = 200;
/** Ringing, a reversal of polarity and a dialled digit take the voltage away for moments. */
const VOLTAGE_SETTLE_MS = 3000;

/** The switch under the lid; active = open. */
export const lidSense = (source: EdgeSource, offset: number, clock: Clock): HealthSense => ({
  name: 'lid',
  readings$: readings$(source, offset, LID_SETTLE_MS, clock, (open) => ({ kind: 'lid', open })),
});

/** The detector of the exchange's feeding voltage on `line`; active = present. It sees a line that is on-hook. */
export const lineVoltageSense = (source: EdgeSource, offset: number, line: string, clock: Clock): HealthSense => ({
  name: `voltage of ${line}`,
  readings$: readings$(source, offset, VOLTAGE_SETTLE_MS, clock, (present) => ({
    kind: 'line-voltage',
    line,
    present,
    seenOffHook: false,
  })),
});

function readings$(
  source: EdgeSource,
  offset: number,
  settleMs: number,
  clock: Clock,
  reading: (active: boolean) => HealthReading,
): Observable<HealthReading> {
  return settled$(source, offset, settleMs, clock).pipe(
    map(({ active }) => reading(active)),
    // A sense that is not there, or not any more, has nothing to say.
    catchError(() => EMPTY),
  );
}

import { catchError, concat, defer, ignoreElements, map, type Observable, of, repeat } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { HealthReading, HealthSense } from '../../hal/health.js';
import type { EdgeSource } from './edge-source.js';
import { settled$ } from './settled-input.js';

/** A lid's switch trembles when the box is knocked. */
const LID_SETTLE_MS = 200;
/** Ringing, a reversal of polarity and a dialled digit take the voltage away for moments. */
const VOLTAGE_SETTLE_MS = 3000;
/** A detector that cannot be looked at is tried again after so long. */
const RETRY_MS = 5000;

/** The switch under the lid; active = open. */
export const lidSense = (source: EdgeSource, offset: number, clock: Clock): HealthSense => ({
  name: 'lid',
  readings$: readings$(source, offset, LID_SETTLE_MS, clock, null, (open) => ({ kind: 'lid', open })),
});

/** The detector of the exchange's feeding voltage on `line`; active = present. It sees a line that is on-hook. */
export const lineVoltageSense = (source: EdgeSource, offset: number, line: string, clock: Clock): HealthSense => ({
  name: `voltage of ${line}`,
  readings$: readings$(source, offset, VOLTAGE_SETTLE_MS, clock, line, (present) => ({
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
  line: string | null,
  reading: (active: boolean) => HealthReading,
): Observable<HealthReading> {
  return settled$(source, offset, settleMs, clock).pipe(
    map(({ active }) => reading(active)),
    // The board has it: that it cannot be seen (its pin is taken, its chip gone) is not that all is well.
    catchError((error: unknown) => {
      const unseen = of({ kind: 'unseen', line, why: (error as Error).message } as const);
      return concat(unseen, defer(() => clock.after$(RETRY_MS)).pipe(ignoreElements()));
    }),
    repeat(),
  );
}

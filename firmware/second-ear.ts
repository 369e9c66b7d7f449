import { defer, EMPTY, type Observable, retry, tap } from 'rxjs';
import type { LinePort } from '../hal/board.js';
import type { Clock } from '../hal/clock.js';
import { HalError } from '../hal/errors.js';
import type { ModemReport } from '../hal/modem.js';
import type { FaultSink } from './faults/fault.js';

/** How long a lost modem is left alone before it is tried again; and one that refuses what it must do. Noise may have looked so. */
const RETRY_MS = 1000;
const UNLIKELY_MS = 60_000;

/** What the modem on a line says, where there is one. Lost: a fault, and tried again. Cold; errors with nothing but a fault of this program. */
export function secondEar$(
  { id, modem }: Pick<LinePort, 'id' | 'modem'>,
  { clock, faults }: { readonly clock: Clock; readonly faults: FaultSink },
  heard: (report: ModemReport) => void,
): Observable<unknown> {
  if (!modem) return EMPTY;
  return defer(() => modem.reports$).pipe(
    tap((report) => {
      if (report.kind === 'ready') faults.clear('MODEM_LOST', id);
      heard(report);
    }),
    retry({
      delay: (error: unknown) => {
        if (!(error instanceof HalError)) throw error;
        faults.raise('MODEM_LOST', id, error.message);
        return clock.after$(error.retryHelps ? RETRY_MS : UNLIKELY_MS);
      },
    }),
  );
}

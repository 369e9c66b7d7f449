import { catchError, defer, finalize, NEVER, type Observable, retry, tap } from 'rxjs';
import type { LinePort } from '../hal/board.js';
import type { Clock } from '../hal/clock.js';
import { HalError } from '../hal/errors.js';
import type { FaultBook } from './faults/fault-book.js';
import type { LineHealth } from './faults/line-health.js';
import type { LineSigns } from './health/liveness.js';
import type { LineRecorder } from './line-recorder.js';

/** How long a lost device is left alone before it is tried again; and one that will not do. Somebody may plug the right one in again. */
const RETRY_MS = 1000;
const UNLIKELY_MS = 60_000;

export interface CapturedOptions {
  readonly port: LinePort;
  readonly line: LineRecorder;
  readonly health: LineHealth;
  readonly faults: FaultBook;
  readonly clock: Clock;
  /** Kept up to date for whoever supervises. */
  readonly signs: { -readonly [Sign in keyof Omit<LineSigns, 'id'>]: LineSigns[Sign] };
  /** Nobody would hear of a device that cannot be opened the first time: it is lost like any other. */
  readonly unattended: boolean;
  /** The device could not be opened the first time: somebody has to hear of it. */
  readonly onRefused: (error: HalError) => void;
}

/** One line's ear into its recorder. A device that is lost is a fault, and tried again every second, or every minute where that will hardly help. Errors with faults of this program alone. */
export function captured$(options: CapturedOptions): Observable<unknown> {
  const { port, line, health, faults, clock, signs, unattended, onRefused } = options;
  let told = unattended;
  return defer(() => port.audio.blocks$).pipe(
    tap((block) => {
      told = true;
      signs.samples += block.samples.length;
      signs.captureLost = false;
      faults.clear('CAPTURE_LOST', port.id);
      line.block(block);
      health.hear(block.samples, line.view.levelDbm0);
    }),
    finalize(() => line.captureClosed()),
    retry({
      delay: (error: unknown) => {
        if (!told || !(error instanceof HalError)) throw error;
        signs.captureLost = true;
        faults.raise('CAPTURE_LOST', port.id, error.message, line.view.state === 'recording');
        return clock.after$(error.retryHelps ? RETRY_MS : UNLIKELY_MS);
      },
    }),
    catchError((error: unknown) => {
      if (!(error instanceof HalError)) throw error; // a fault of this program: better dead than deaf
      signs.captureLost = true;
      onRefused(error);
      return NEVER;
    }),
  );
}

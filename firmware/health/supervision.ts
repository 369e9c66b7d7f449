import { defer, ignoreElements, NEVER, type Observable, repeat, tap } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { Supervisor } from '../../hal/supervisor.js';
import { type LifeSigns, type Standstill, standstill } from './liveness.js';

export interface SupervisionOptions {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly signs: () => LifeSigns;
  /** Called with each look that found a standstill. */
  readonly onStandstill: (what: Standstill) => void;
  /** Called when it goes on after all. */
  readonly onGoingOn: () => void;
}

/**
 * Says that the recorder is alive as often as the supervisor expects it, for as long as it is. Cold; never emits, never
 * completes. The event loop is part of what is watched: these looks stand still with it.
 */
export function supervision$({
  supervisor,
  clock,
  signs,
  onStandstill,
  onGoingOn,
}: SupervisionOptions): Observable<never> {
  const { intervalMs } = supervisor;
  if (intervalMs === null) return NEVER;
  return defer(() => {
    let before = signs();
    let stood = false;
    return defer(() => clock.after$(intervalMs)).pipe(
      tap(() => {
        const now = signs();
        const found = standstill(before, now);
        if (found === null) {
          supervisor.alive();
          before = now;
          if (stood) onGoingOn();
        } else onStandstill(found);
        stood = found !== null;
      }),
      repeat(),
      ignoreElements(),
    );
  });
}

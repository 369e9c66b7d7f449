import { concat, defer, distinctUntilChanged, filter, map, type Observable, of, switchMap } from 'rxjs';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { EdgeSource } from './edge-source.js';

export interface Level {
  readonly active: boolean;
  /** When it began, not when it had held. */
  readonly atMs: MonotonicMs;
}

/**
 * One input freed of bounce by the HAL clock: a level is told once it has held `settleMs`. Cold; begins with the level at
 * subscribe, then levels alternate. Errors as the source.
 */
export function settled$(source: EdgeSource, offset: number, settleMs: number, clock: Clock): Observable<Level> {
  return defer(() => {
    const now: Level = { active: source.active(offset), atMs: clock.now() };
    const changes$ = source.reports$.pipe(
      filter((report) => report.kind !== 'lost'),
      filter((report) => report.offset === offset),
      switchMap(({ active, atMs }) => clock.after$(settleMs).pipe(map((): Level => ({ active, atMs })))),
    );
    return concat(of(now), changes$).pipe(distinctUntilChanged((a, b) => a.active === b.active));
  });
}

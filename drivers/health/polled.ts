import { concatMap, defer, EMPTY, expand, filter, from, map, type Observable, tap } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { HealthReading } from '../../hal/health.js';

export interface Polling {
  readonly clock: Clock;
  readonly everyMs: number;
  /** One look; null where this machine has no such thing. Never rejects. */
  readonly look: () => Promise<HealthReading | null>;
  /** Whether a reading is news after the one told last. */
  readonly isNews: (now: HealthReading, told: HealthReading) => boolean;
}

/** Looks once in a while and tells what is news. Completes at the first look where there is nothing to see. */
export function polled$({ clock, everyMs, look, isNews }: Polling): Observable<HealthReading> {
  return defer(() => {
    let told: HealthReading | null = null;
    let seen = false;
    return from(look()).pipe(
      // A file that is there at first and cannot be read later is looked for again; one that never was is not.
      expand((reading) => (reading === null && !seen ? EMPTY : clock.after$(everyMs).pipe(concatMap(look)))),
      tap((reading) => {
        seen ||= reading !== null;
      }),
      filter((reading) => reading !== null),
      filter((reading) => told === null || isNews(reading, told)),
      map((reading) => {
        told = reading;
        return reading;
      }),
    );
  });
}

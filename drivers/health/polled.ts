import { concatMap, defer, EMPTY, expand, filter, from, map, type Observable } from 'rxjs';
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

/** What a driver that is loaded late has to show is there by then, or never. */
const LATE_LOOKS = 60;
const LATE_EVERY_MS = 10_000;

/** Looks once in a while and tells what is news. Completes where there was nothing to see in the first ten minutes. */
export function polled$({ clock, everyMs, look, isNews }: Polling): Observable<HealthReading> {
  return defer(() => {
    let told: HealthReading | null = null;
    let seen = false;
    let looks = 0;
    const looked = async (): Promise<HealthReading | null> => {
      const reading = await look();
      seen ||= reading !== null;
      looks += 1;
      return reading;
    };
    // A file that is there at first and cannot be read later is looked for again, for ever; one that never was is not.
    const again$ = (): Observable<HealthReading | null> =>
      seen || looks <= LATE_LOOKS ? clock.after$(seen ? everyMs : LATE_EVERY_MS).pipe(concatMap(looked)) : EMPTY;
    return from(looked()).pipe(
      expand(again$),
      filter((reading) => reading !== null),
      filter((reading) => told === null || isNews(reading, told)),
      map((reading) => {
        told = reading;
        return reading;
      }),
    );
  });
}

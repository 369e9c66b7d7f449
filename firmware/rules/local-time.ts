import { Temporal } from 'temporal-polyfill';

/** ISO 8601 with the zone's offset and milliseconds: `2026-11-24T09:00:05.150+09:00`. */
export function localIso(wallMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(wallMs))
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', fractionalSecondDigits: 3 });
}

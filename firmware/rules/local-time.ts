import { Temporal } from 'temporal-polyfill';

/** ISO 8601 with the zone's offset and milliseconds: `2026-11-24T09:00:05.150+09:00`. */
export function localIso(wallMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(wallMs))
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', fractionalSecondDigits: 3 });
}

/** The calendar day of the zone: `2026-11-24`. */
export const localDay = (wallMs: number, timeZone: string): string => localIso(wallMs, timeZone).slice(0, 10);

/** Whether this is a day: `2026-11-24`. */
export function isDay(text: string): boolean {
  try {
    return /^\d{4}-\d\d-\d\d$/.test(text) && Boolean(Temporal.PlainDate.from(text, { overflow: 'reject' }));
  } catch {
    return false;
  }
}

/** From 00:00 of a day to 00:00 of the next, in the zone: 23 to 25 hours. */
export function dayBounds(day: string, timeZone: string): { readonly fromWallMs: number; readonly toWallMs: number } {
  const date = Temporal.PlainDate.from(day);
  const at = (each: Temporal.PlainDate): number => each.toZonedDateTime(timeZone).epochMilliseconds;
  return { fromWallMs: at(date), toWallMs: at(date.add({ days: 1 })) };
}

/**
 * The wall time a text means in the zone: a day (`2026-11-24`, from 00:00 to 00:00), a time of the zone's
 * (`2026-11-24T09:00`) or of an offset's (`2026-11-24T09:00+09:00`), both an instant. Null for anything else.
 */
export function wallTimeIn(
  text: string,
  timeZone: string,
): { readonly fromWallMs: number; readonly toWallMs: number } | null {
  if (isDay(text)) return dayBounds(text, timeZone);
  const [time, offset] = TIME.exec(text) ?? [];
  if (time === undefined) return null;
  try {
    const at =
      offset === undefined
        ? Temporal.PlainDateTime.from(time, { overflow: 'reject' }).toZonedDateTime(timeZone)
        : Temporal.Instant.from(time);
    return { fromWallMs: at.epochMilliseconds, toWallMs: at.epochMilliseconds };
  } catch {
    return null;
  }
}

const TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?([Zz]|[+-]\d\d(?::?\d\d)?)?$/;

import { Temporal } from 'temporal-polyfill';

/**
 * How long a recording is kept, as an office writes it: a profile after the rule that an office of that name
 * has published, `capacity` (until the ring needs the room), or a term such as `30d`, `14d@next-day`, `10d@day`, `1mo`, `3mo@next-day`.
 */
export type RetentionRule = string & { readonly unit: 'retention-rule' };

/** What a term is counted from: the recording's very end, 00:00 local time of its day, or of the day after. */
type Origin = 'end' | 'day' | 'next-day';

interface Term {
  readonly count: number;
  readonly unit: 'days' | 'months';
  readonly from: Origin;
}

const RETENTION_PROFILES: ReadonlyMap<string, string> = new Map([
  ['kumamoto', '30d'],
  ['hokkaido', '14d@next-day'],
  ['shimonoseki', '30d'],
  ['fukushima', '7d@next-day'],
  ['office-30', '30d'],
  ['office-60', '60d'],
  ['office-90', '90d'],
  ['office-180', '180d'],
]);

/** The shortest of the presets: nothing is kept longer than somebody has decided. */
export const DEFAULT_RETENTION = 'office-30' as RetentionRule;

const TERM = /^(?<count>[1-9]\d{0,3})(?<unit>d|mo)(?:@(?<from>end|day|next-day))?$/;

export function isRetentionRule(text: string): text is RetentionRule {
  return text === 'capacity' || termOf(text) !== undefined;
}

/** When a recording that ended at `endedWallMs` has had its time; null: never by time. Days are the zone's, of 23 to 25 hours. */
export function keptUntilMs(rule: RetentionRule, endedWallMs: number, timeZone: string): number | null {
  const term = termOf(rule);
  if (!term) return null;
  const ended = Temporal.Instant.fromEpochMilliseconds(Math.floor(endedWallMs)).toZonedDateTimeISO(timeZone);
  const origin = { end: ended, day: ended.startOfDay(), 'next-day': ended.add({ days: 1 }).startOfDay() }[term.from];
  return origin.add({ [term.unit]: term.count }).epochMilliseconds;
}

function termOf(text: string): Term | undefined {
  const groups = TERM.exec(RETENTION_PROFILES.get(text) ?? text)?.groups;
  if (!groups) return undefined;
  const { count, unit, from = 'end' } = groups;
  return { count: Number(count), unit: unit === 'mo' ? 'months' : 'days', from: from as Origin };
}

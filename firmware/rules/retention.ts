import { Temporal } from 'temporal-polyfill';

/** Profiles of the published rules (requirements.md, "Retention profiles"). */
export const RETENTION_RULES = [
  'kumamoto',
  'hokkaido',
  'shimonoseki',
  'fukushima',
  'office-30',
  'office-60',
  'office-90',
  'office-180',
] as const;

export type RetentionRule = (typeof RETENTION_RULES)[number];

interface Retention {
  readonly days: number;
  /** From the recording's very end, or from 00:00 local time of the day after it. */
  readonly from: 'end' | 'next-day';
}

const RULES: Readonly<Record<RetentionRule, Retention>> = {
  kumamoto: { days: 30, from: 'end' },
  hokkaido: { days: 14, from: 'next-day' },
  shimonoseki: { days: 30, from: 'end' },
  fukushima: { days: 7, from: 'next-day' },
  'office-30': { days: 30, from: 'end' },
  'office-60': { days: 60, from: 'end' },
  'office-90': { days: 90, from: 'end' },
  'office-180': { days: 180, from: 'end' },
};

/** When a recording that ended at `endedWallMs` has had its time. Days are the time zone's, 23 and 25 hours included. */
export function keptUntilMs(rule: RetentionRule, endedWallMs: number, timeZone: string): number {
  const { days, from } = RULES[rule];
  const ended = Temporal.Instant.fromEpochMilliseconds(Math.floor(endedWallMs)).toZonedDateTimeISO(timeZone);
  const counted = from === 'end' ? ended : ended.add({ days: 1 }).startOfDay();
  return counted.add({ days }).epochMilliseconds;
}

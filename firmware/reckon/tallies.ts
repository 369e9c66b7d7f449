import type { Store } from '../../storage/store.js';
import { particularsSchema } from '../call/call-record.js';
import { localDay } from '../rules/local-time.js';
import { type DayTally, emptyTally, readTally, withRecord } from './day-tally.js';

/** So many days are kept: a tally stands where the one of 40 days before stood. */
const DAYS_KEPT = 40;
const DAY_MS = 24 * 3_600_000;
const LINES_SETTING = 'reckon/lines';
const placeOf = (line: string, day: string): string =>
  `reckon/${line}/${(Date.parse(`${day}T00:00Z`) / DAY_MS) % DAYS_KEPT}`;

/** Every line's tallies of the last days, by line and day. */
export type Tallies = Map<string, Map<string, DayTally>>;

/** The lines that have ever been reckoned, and `more`. */
export async function linesOf(store: Store, more: readonly string[] = []): Promise<string[]> {
  const value = await store.setting(LINES_SETTING);
  const known = Array.isArray(value) ? value.filter((line) => typeof line === 'string') : [];
  return [...new Set([...known, ...more])];
}

/** What is written down, and what a recorder did not live to write down: records that no tally has counted yet. */
export async function readTallies(
  store: Store,
  lines: readonly string[],
  timeZone: string,
  wallMs: number,
): Promise<Tallies> {
  const tallies: Tallies = new Map();
  for (const line of lines) {
    const days = new Map<string, DayTally>();
    for (let i = 0; i < DAYS_KEPT; i += 1) {
      const tally = readTally(await store.setting(`reckon/${line}/${i}`));
      if (tally && isKept(tally.day, wallMs)) days.set(tally.day, tally);
    }
    tallies.set(line, days);
  }
  await countTheRest(store, tallies, timeZone, wallMs);
  return tallies;
}

/** Writes down which lines there are, if that is news. */
export async function rememberLines(store: Store, lines: readonly string[]): Promise<void> {
  const known = await linesOf(store);
  const all = [...new Set([...known, ...lines])];
  if (all.length > known.length) await store.putSetting(LINES_SETTING, all);
}

export const writeTally = (store: Store, line: string, tally: DayTally): Promise<void> =>
  store.putSetting(placeOf(line, tally.day), tally);

export function tallyOf(tallies: Tallies, line: string, day: string): DayTally {
  return tallies.get(line)?.get(day) ?? emptyTally(day);
}

export function putTally(tallies: Tallies, line: string, tally: DayTally): void {
  const days = tallies.get(line) ?? new Map<string, DayTally>();
  days.set(tally.day, tally);
  tallies.set(line, days);
}

/** Lets tallies go that have had their time. */
export function forgetOld(tallies: Tallies, line: string, wallMs: number): void {
  const days = tallies.get(line);
  for (const day of days?.keys() ?? []) if (!isKept(day, wallMs)) days?.delete(day);
}

/** Days to come too, should the clock have been there. */
const isKept = (day: string, wallMs: number): boolean => Date.parse(`${day}T00:00Z`) > wallMs - DAYS_KEPT * DAY_MS;

/** A line's calls follow one another, so its highest number that was counted parts those that were from those that were not. */
async function countTheRest(store: Store, tallies: Tallies, timeZone: string, wallMs: number): Promise<void> {
  const counted = new Map<string, number>();
  for (const [line, days] of tallies)
    counted.set(line, Math.max(0, ...[...days.values()].map(({ lastNumber }) => lastNumber)));
  const lowest = Math.min(...counted.values());
  for await (const { row, particulars } of store.recordings()) {
    if (row.n <= lowest || row.startedWallMs < wallMs - DAYS_KEPT * DAY_MS) return;
    const call = particularsSchema.safeParse(particulars).data;
    if (!call || row.state !== 'kept' || row.n <= (counted.get(call.line) ?? Number.POSITIVE_INFINITY)) continue;
    const tally = tallyOf(tallies, call.line, localDay(row.startedWallMs, timeZone));
    const missed = call.outcome === 'missed';
    putTally(tallies, call.line, withRecord({ ...tally, calls: tally.calls + (missed ? 0 : 1) }, row.n, missed));
  }
}

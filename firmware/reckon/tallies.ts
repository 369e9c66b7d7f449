import { countedFrom } from '../../storage/row.js';
import type { Store } from '../../storage/store.js';
import { particularsSchema } from '../call/call-record.js';
import { localDay } from '../rules/local-time.js';
import { isUndated } from '../rules/terms.js';
import { type DayTally, emptyTally, readTally, withRecord } from './day-tally.js';

/** So many days are kept: a tally stands where the one of 40 days before stood. */
export const DAYS_KEPT = 40;
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

/** What is written down. A day of long ago stands there until another is written over it. */
export async function readWritten(store: Store, lines: readonly string[]): Promise<Tallies> {
  const tallies: Tallies = new Map();
  for (const line of lines) {
    const days = new Map<string, DayTally>();
    for (let i = 0; i < DAYS_KEPT; i += 1) {
      const tally = readTally(await store.setting(`reckon/${line}/${i}`));
      if (tally) days.set(tally.day, tally);
    }
    tallies.set(line, days);
  }
  return tallies;
}

/** What is written down, and what a recorder did not live to write down: records that no tally has counted yet. */
export async function readTallies(
  store: Store,
  lines: readonly string[],
  timeZone: string,
  wallMs: number,
): Promise<Tallies> {
  const tallies = await readWritten(store, lines);
  const among = { countedTo: countedTo(tallies), timeZone, wallMs };
  for (const record of await uncounted(store, among))
    putTally(tallies, record.line, withUncounted(tallyOf(tallies, record.line, record.day), record));
  return tallies;
}

/** Writes down which lines there are, if that is news. */
export async function rememberLines(store: Store, lines: readonly string[]): Promise<void> {
  const known = await linesOf(store);
  const all = [...new Set([...known, ...lines])];
  if (all.length > known.length) await store.putSetting(LINES_SETTING, all);
}

/** Never over a newer day: then this one has had its time, or the clock is not where it was. */
export async function writeTally(store: Store, line: string, tally: DayTally): Promise<void> {
  const place = placeOf(line, tally.day);
  const there = readTally(await store.setting(place));
  if (there && there.day > tally.day) return;
  await store.putSetting(place, tally);
}

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
export function countedTo(tallies: Tallies): ReadonlyMap<string, number> {
  const highest = (days: ReadonlyMap<string, DayTally>) =>
    Math.max(0, ...[...days.values()].map(({ lastNumber }) => lastNumber));
  return new Map([...tallies].map(([line, days]) => [line, highest(days)]));
}

/** A record that no tally has counted. */
export interface Uncounted {
  readonly line: string;
  readonly day: string;
  readonly number: number;
  readonly missed: boolean;
}

export const withUncounted = (tally: DayTally, { number, missed }: Uncounted): DayTally =>
  withRecord({ ...tally, calls: tally.calls + (missed ? 0 : 1) }, number, missed);

/** Records of the last days that no tally has counted, up to `lastNumber`; those that nobody can date yet are left out. */
export async function uncounted(
  store: Store,
  among: {
    readonly countedTo: ReadonlyMap<string, number>;
    readonly timeZone: string;
    readonly wallMs: number;
    readonly lastNumber?: number;
  },
): Promise<Uncounted[]> {
  const lowest = Math.min(...among.countedTo.values());
  const found: Uncounted[] = [];
  for await (const recording of store.recordings((among.lastNumber ?? Number.POSITIVE_INFINITY) + 1)) {
    const { row, particulars } = recording;
    if (row.n <= lowest) break;
    if (isUndated(recording)) continue;
    const startedWallMs = row.startedWallMs + ((countedFrom(row) ?? 0) - (row.endedWallMs ?? 0));
    if (startedWallMs < among.wallMs - DAYS_KEPT * DAY_MS) break;
    const call = particularsSchema.safeParse(particulars).data;
    if (!call || row.state !== 'kept') continue;
    if (row.n <= (among.countedTo.get(call.line) ?? Number.POSITIVE_INFINITY)) continue;
    const day = localDay(startedWallMs, among.timeZone);
    found.push({ line: call.line, day, number: row.n, missed: call.outcome === 'missed' });
  }
  return found.reverse();
}

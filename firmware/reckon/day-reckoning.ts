import type { Store } from '../../storage/store.js';
import { dayBounds, localDay, localIso } from '../rules/local-time.js';
import { officeRules } from '../rules/office.js';
import { notWatched } from './day-tally.js';
import { linesOf, readTallies, type Tallies } from './tallies.js';

interface Stretch {
  readonly line: string;
  readonly from: string;
  readonly to: string;
}

/** A day's account: everything that was seen on the lines against everything that was put on record. */
export interface DayReckoning {
  readonly day: string;
  /** Off-hook intervals that were not the fetching of a number, and those that no record accounts for among them. */
  readonly calls: number;
  /** Recordings that were closed, whatever has become of them since. */
  readonly recordings: number;
  readonly missed: number;
  readonly numbersFetched: number;
  /** Off-hook or ringing without a record; listed are the first of each line. */
  readonly unexplained: number;
  readonly unexplainedListed: readonly (Stretch & { readonly kind: 'off-hook' | 'ringing' })[];
  /** When no recorder watched a line; pauses too many to be listed are counted. */
  readonly notWatched: readonly Stretch[];
  readonly notWatchedUnlisted: number;
  readonly lines: readonly string[];
}

/** Reckons a day (default: today) of a store; `live` are the books of the recorder that runs on it. */
export async function reckonDay(
  store: Store,
  wallMs: number,
  live: Tallies | null,
  asked?: string,
): Promise<DayReckoning> {
  const { timeZone } = await officeRules(store);
  const day = asked ?? localDay(wallMs, timeZone);
  const tallies = live ?? (await readTallies(store, await linesOf(store), timeZone, wallMs));
  const { fromWallMs, toWallMs } = dayBounds(day, timeZone);
  const at = (ms: number): string => localIso(ms, timeZone);
  const sum = { calls: 0, recordings: 0, missed: 0, numbersFetched: 0, unexplained: 0, notWatchedUnlisted: 0 };
  const unexplainedListed: DayReckoning['unexplainedListed'][number][] = [];
  const gaps: Stretch[] = [];
  for (const [line, days] of tallies) {
    const tally = days.get(day);
    // A trace may lie in the future: as far as it was watched, it has happened.
    const seenMs = Math.max(wallMs, ...(tally?.watched.map(([, to]) => to) ?? []));
    for (const [from, to] of notWatched(tally, fromWallMs, Math.min(toWallMs, seenMs)))
      gaps.push({ line, from: at(from), to: at(to) });
    if (!tally) continue;
    sum.calls += tally.calls;
    sum.recordings += tally.recordings;
    sum.missed += tally.missed;
    sum.numbersFetched += tally.fetched;
    sum.unexplained += tally.unexplained.count;
    sum.notWatchedUnlisted += tally.pauses.count;
    for (const [kind, from, to] of tally.unexplained.listed) {
      unexplainedListed.push({ line, kind: kind === 'o' ? 'off-hook' : 'ringing', from: at(from), to: at(to) });
    }
  }
  return { day, ...sum, unexplainedListed, notWatched: gaps, lines: [...tallies.keys()] };
}

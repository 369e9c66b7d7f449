import { Chance } from '../../../support/chance.js';
import { callerAt, callersOf, DAY_MS, daysOf, FIRST_DAY_MS } from './calls.js';
import type { Keeper } from './keeper.js';

const PAGE = 50;

/** Milliseconds of every query of one question; null where the store has no answer to it. */
export interface SearchTimes {
  readonly newest50: readonly number[];
  readonly number: readonly number[] | null;
  readonly day: readonly number[] | null;
}

/** Asks each question `queries` times, about other numbers and days every time. Every answer is read to its last particular. */
export async function search(keeper: Keeper, calls: number, queries: number): Promise<SearchTimes> {
  const chance = new Chance(3);
  const { newest, ofNumber, ofRange } = keeper;
  if (newest === null) throw new Error(`${keeper.name} cannot list its newest calls`);
  const caller = () => callerAt(Math.floor(callersOf(calls) * chance.next() ** 2));
  const day = () => FIRST_DAY_MS + chance.integer(0, daysOf(calls) - 1) * DAY_MS;
  const askDay = (range: NonNullable<typeof ofRange>) => {
    const from = day();
    return range(from, from + DAY_MS);
  };
  return {
    newest50: await timed(queries, () => newest(PAGE)),
    number: ofNumber && (await timed(queries, () => ofNumber(caller(), PAGE))),
    day: ofRange && (await timed(queries, () => askDay(ofRange))),
  };
}

async function timed(queries: number, ask: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  let found = 0;
  for (let i = 0; i < queries; i += 1) {
    const from = performance.now();
    found += await ask();
    times.push(performance.now() - from);
  }
  if (found === 0) throw new Error('a search that finds nothing measures nothing');
  return times;
}

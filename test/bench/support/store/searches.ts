import { Chance } from '../../../support/chance.js';
import { callerAt, callersOf, DAY_MS, daysOf, FIRST_DAY_MS } from './calls.js';
import type { Keeper } from './keeper.js';

const PAGE = 50;

export const QUESTIONS = [
  'newest 50',
  'the 50 behind them',
  'number, whole',
  'number, begins',
  'number, ends',
  'one day, newest 50',
] as const;

/** Milliseconds of every query of each question; null where the store has no answer to it. */
export type SearchTimes = Readonly<Record<(typeof QUESTIONS)[number], readonly number[] | null>>;

/** Asks each question `queries` times, about other numbers and days every time. Every answer is read to its last particular. */
export async function search(keeper: Keeper, calls: number, queries: number): Promise<SearchTimes> {
  const chance = new Chance(3);
  const { newest, second, ofNumber, ofRange } = keeper;
  const caller = () => callerAt(Math.floor(callersOf(calls) * chance.next() ** 2));
  const day = () => FIRST_DAY_MS + chance.integer(0, daysOf(calls) - 1) * DAY_MS;
  const askDay = (range: NonNullable<typeof ofRange>) => {
    const from = day();
    return range(from, from + DAY_MS, PAGE);
  };
  return {
    'newest 50': newest && (await timed(queries, () => newest(PAGE))),
    'the 50 behind them': second && (await timed(queries, () => second(PAGE))),
    'number, whole': ofNumber && (await timed(queries, () => ofNumber(caller(), 'whole', PAGE))),
    'number, begins': ofNumber && (await timed(queries, () => ofNumber(caller().slice(0, -2), 'begins', PAGE))),
    'number, ends': ofNumber && (await timed(queries, () => ofNumber(caller().slice(-4), 'ends', PAGE))),
    'one day, newest 50': ofRange && (await timed(queries, () => askDay(ofRange))),
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

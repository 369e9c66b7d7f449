import { Chance } from '../../../support/chance.js';
import type { BenchCall } from './keeper.js';

/** An office of 900 calls a day: a million of them are three years. */
const CALLS_A_DAY = 900;
export const DAY_MS = 86_400_000;
export const FIRST_DAY_MS = Date.parse('2026-04-01T00:00:00+09:00');
/** Of so many calls of one number there is one caller: some call once, some every week. */
const CALLS_A_CALLER = 50;

/** Calls in order of time; the same seed and count give the same calls. */
export function* callsOf(count: number, seed: number): Generator<BenchCall> {
  const chance = new Chance(seed);
  const callers = callersOf(count);
  for (let i = 0; i < count; i += 1) {
    yield {
      startedWallMs: Math.floor(FIRST_DAY_MS + (i * DAY_MS) / CALLS_A_DAY),
      durationMs: chance.integer(5_000, 95_000),
      line: `line-${chance.integer(1, 4)}`,
      direction: chance.happens(0.6) ? 'inbound' : 'outbound',
      // Squared: few callers ring often, many seldom.
      caller: callerAt(Math.floor(callers * chance.next() ** 2)),
    };
  }
}

/** How many different numbers stand in that many calls. */
export const callersOf = (count: number): number => Math.max(1, Math.floor(count / CALLS_A_CALLER));

export const callerAt = (index: number): string => `096${String(1_000_000 + index * 7)}`;

/** Days that hold calls. */
export const daysOf = (count: number): number => Math.max(1, Math.floor(count / CALLS_A_DAY));

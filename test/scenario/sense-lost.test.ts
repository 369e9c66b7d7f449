import assert from 'node:assert/strict';
import type { CallRecord } from '../../firmware/call/call-record.js';
import type { FaultHistory } from '../../firmware/faults/fault-report.js';
import type { DayReckoning } from '../../firmware/reckon/day-reckoning.js';
import { Chance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { must } from '../support/world.js';
import { callsOf, record, requireClean, scratch } from './recorded.js';

const DAY = '2026-11-24';
const START_MS = Date.parse(`${DAY}T09:00:00+09:00`);
/** A lost detector is tried again once a second. */
const RETRY_MS = 1000;

/** A call that came in, from 2 s to 32 s. */
const CALL: readonly EdgeJson[] = [
  { atMs: 500, ring: true },
  { atMs: 1500, ring: false },
  { atMs: 2000, hook: 'off' },
  { atMs: 32_000, hook: 'on' },
];
/** Nobody answered. */
const RINGING: readonly EdgeJson[] = [0, 3000, 6000].flatMap((atMs) => [
  { atMs: 500 + atMs, ring: true },
  { atMs: 1500 + atMs, ring: false },
]);

interface Seen {
  readonly calls: readonly CallRecord[];
  /** When nobody watched, ms of the trace, within it. */
  readonly unwatched: readonly (readonly [number, number])[];
  readonly unexplained: number;
  readonly told: readonly string[];
}

describe('scenario: a line detector that is lost', () => {
  const at = scratch();
  let runs = 0;

  async function suffer(edges: readonly EdgeJson[], atMs: number, lengthMs: number): Promise<Seen> {
    runs += 1;
    const store = at(`store-${runs}`);
    const said = new Murmur(new Chance(91), 8000).speak(50 * 8000);
    const trace = cleanTrace(edges, said, { dir: at(`trace-${runs}`), startsAt: `${DAY}T09:00:00+09:00` });
    await record(store, [trace], '--fault', `sense-gone@${atMs}:${lengthMs}`);
    await requireClean(store);
    const jsonOf = async <T>(...argv: string[]): Promise<T> =>
      JSON.parse((await must([...argv, '--data', store, '--json'])).out) as T;
    const { notWatched, unexplained } = await jsonOf<DayReckoning>('reckon', '--day', DAY);
    const { events } = await jsonOf<FaultHistory>('faults', '--history');
    const msOf = (time: string): number => Date.parse(time) - START_MS;
    return {
      calls: await callsOf(store),
      unwatched: notWatched
        .map(({ from, to }) => [msOf(from), msOf(to)] as const)
        .filter(([from, to]) => from > 0 && to <= 60_000),
      unexplained,
      told: events.map(({ kind, code }) => `${kind} ${code}`),
    };
  }
  const within = (value: number | null | undefined, from: number, to: number): void =>
    assert.ok(value != null && value >= from && value <= to, `${value} is not in ${from} … ${to}`);
  const BOTH = ['fault-raised SENSE_LOST', 'fault-cleared SENSE_LOST'];

  it('and comes back in the middle of the call: the call goes on whole, and the loss is told', async () => {
    const { calls, unwatched, unexplained, told } = await suffer(CALL, 10_000, 5500);
    const [call] = calls;
    assert.deepEqual([calls.length, call?.outcome, call?.durationMs, call?.gaps], [1, 'answered', 30_000, []]);
    assert.equal(unwatched.length, 1);
    within(unwatched[0]?.[0], 9000, 10_000);
    within(unwatched[0]?.[1], 15_500, 15_500 + RETRY_MS);
    assert.equal(unexplained, 0);
    assert.deepEqual(told, BOTH);
  });

  it('over the end of the call: what was heard until the return is kept, as interrupted', async () => {
    const { calls, unwatched, unexplained, told } = await suffer(CALL, 20_000, 15_500);
    const [call] = calls;
    assert.deepEqual([calls.length, call?.outcome, call?.direction, call?.gaps], [1, 'interrupted', 'inbound', []]);
    within(call?.durationMs, 33_500, 33_500 + RETRY_MS);
    within(unwatched[0]?.[1], 35_500, 35_500 + RETRY_MS);
    assert.equal(unexplained, 0);
    assert.deepEqual(told, BOTH);
  });

  it('over the beginning of the call: it is recorded from the return on', async () => {
    const { calls, unexplained, told } = await suffer(CALL, 200, 10_000);
    const [call] = calls;
    // As with a handset that is up when the recorder starts: nobody has seen it ring, nothing was dialled.
    assert.deepEqual([calls.length, call?.direction, call?.gaps], [1, 'outbound', []]);
    within(Date.parse(call?.startedAt ?? '') - START_MS, 10_200, 10_200 + RETRY_MS);
    within(call?.durationMs, 32_000 - 10_200 - RETRY_MS, 32_000 - 10_200);
    assert.equal(unexplained, 0);
    assert.deepEqual(told, BOTH);
  });

  it('over the whole call: no call is made up, and nobody is said to have watched', async () => {
    const { calls, unwatched } = await suffer(CALL, 200, 40_000);
    assert.deepEqual(calls, []);
    within(unwatched[0]?.[1], 40_200, 40_200 + RETRY_MS);
  });

  it('while it rings: the ringing that was seen is a missed call, and the line is not taken to ring for ever', async () => {
    const { calls, unexplained } = await suffer(RINGING, 4000, 20_000);
    assert.deepEqual(
      calls.map(({ outcome, ringMs }) => [outcome, ringMs]),
      [['missed', 3500]],
    );
    assert.equal(unexplained, 0);
  });

  it('for good: the call in progress is kept to the end of the run', async () => {
    const { calls, told } = await suffer(CALL, 10_000, 100_000);
    assert.deepEqual(
      calls.map(({ outcome, gaps }) => [outcome, gaps]),
      [['interrupted', []]],
    );
    within(calls[0]?.durationMs, 48_000, 54_000);
    assert.deepEqual(told, BOTH.slice(0, 1));
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { SystemClock } from '../../drivers/clock/system.js';
import { openStore } from '../../firmware/open-store.js';
import type { DayReckoning } from '../../firmware/reckon/day-reckoning.js';
import { emptyTally, withRecord, withUnexplained, withWatched } from '../../firmware/reckon/day-tally.js';
import { rememberLines, writeTally } from '../../firmware/reckon/tallies.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { kikitome, must } from '../support/world.js';
import { record, scratch } from './recorded.js';

const DAY = '2026-11-24';

/** One call in, from 1 s to 3 s of a trace of 6 s. */
const CALL: readonly EdgeJson[] = [
  { atMs: 1000, hook: 'off' },
  { atMs: 3000, hook: 'on' },
];
const trace = (dir: string, startsAt: string, edges = CALL): string =>
  cleanTrace(edges, new Int16Array(48_000), { dir, startsAt });

describe('scenario: the reckoning of a day', () => {
  const at = scratch();
  const reckoned = async (store: string, day = DAY): Promise<DayReckoning> =>
    JSON.parse((await must(['reckon', '--data', at(store), '--day', day, '--json'])).out) as DayReckoning;

  it('adds up over two runs, and says when nobody watched in between', async () => {
    await record(at('two'), [trace(at('a'), `${DAY}T09:00:00+09:00`)]);
    await must(['run', '--data', at('two'), '--trace', trace(at('b'), `${DAY}T11:00:00+09:00`), '--speed', 'max']);
    const { calls, recordings, missed, unexplained, notWatched } = await reckoned('two');
    assert.deepEqual(
      { calls, recordings, missed, unexplained },
      { calls: 2, recordings: 2, missed: 0, unexplained: 0 },
    );
    assert.deepEqual(notWatched[0], {
      line: 'line-1',
      from: `${DAY}T00:00:00.000+09:00`,
      to: `${DAY}T09:00:00.000+09:00`,
    });
    assert.match(notWatched[1]?.from ?? '', /T09:00:[01]\d/);
    assert.equal(notWatched[1]?.to, `${DAY}T11:00:00.000+09:00`);
    const said = await must(['reckon', '--data', at('two'), '--day', DAY]);
    assert.match(said.out, /^2 calls, 2 recordings, 0 missed, 0 unexplained/);
    assert.match(said.out, /line-1: no recorder watched, 09:00:[01]\d – 11:00:00/);
  });

  it('counts a call on the day it began, and watches over midnight', async () => {
    const night = [
      { atMs: 1000, hook: 'off' },
      { atMs: 5000, hook: 'on' },
    ] as const;
    await record(at('night'), [trace(at('n'), '2026-11-24T23:59:57+09:00', night)]);
    const [before, after] = [await reckoned('night'), await reckoned('night', '2026-11-25')];
    assert.deepEqual([before.calls, before.recordings, after.calls, after.recordings], [1, 1, 0, 0]);
    assert.deepEqual(
      before.notWatched.map(({ to }) => to),
      ['2026-11-24T23:59:57.000+09:00'],
    );
    assert.ok(after.notWatched.every(({ from }) => from > '2026-11-25T00:00:01'));
  });

  it('counts what a recorder kept and did not live to write down', async () => {
    await record(at('cut'), [trace(at('c'), `${DAY}T09:00:00+09:00`), trace(at('d'), `${DAY}T09:10:00+09:00`)]);
    const clock = new SystemClock();
    const store = await openStore({ folder: at('cut'), chance: randomBytes, wall: () => clock.wall() });
    // As it stood on the medium after the first call: a power cut took what came after.
    await writeTally(store, 'line-1', withRecord({ ...emptyTally(DAY), calls: 1 }, 1, false));
    await store.close();
    const { calls, recordings } = await reckoned('cut');
    assert.deepEqual({ calls, recordings }, { calls: 2, recordings: 2 });
    await must(['run', '--data', at('cut'), '--trace', trace(at('e'), `${DAY}T12:00:00+09:00`), '--speed', 'max']);
    assert.equal((await reckoned('cut')).recordings, 3);
    assert.equal((await reckoned('cut')).calls, 3);
  });

  it('lists what is unexplained', async () => {
    await record(at('odd'), [trace(at('o'), `${DAY}T09:00:00+09:00`)]);
    const clock = new SystemClock();
    const store = await openStore({ folder: at('odd'), chance: randomBytes, wall: () => clock.wall() });
    const fromMs = Date.parse(`${DAY}T08:00:00+09:00`);
    const watched = withWatched(emptyTally(DAY), fromMs, fromMs + 3_600_000);
    await rememberLines(store, ['line-7']);
    await writeTally(store, 'line-7', withUnexplained({ ...watched, calls: 1 }, [['o', fromMs + 1250, fromMs + 8000]]));
    await store.close();
    const { out } = await must(['reckon', '--data', at('odd'), '--day', DAY]);
    assert.match(out, /^2 calls, 1 recordings, 0 missed, 1 unexplained/);
    assert.match(out, /line-7: off-hook, unexplained, 08:00:01\.250 – 08:00:08\.000/);
    const ja = await must(['reckon', '--data', at('odd'), '--day', DAY, '--lang', 'ja']);
    assert.match(ja.out, /^通話 2 件、録音 1 件、不在 0 件、説明のつかないもの 1 件/);
  });

  it('refuses what is no day', async () => {
    await must(['format', '--data', at('new'), '--capacity', '16MiB']);
    for (const day of ['2026-02-30', 'today', '2026-1-1']) {
      const { exit, err } = await kikitome(['reckon', '--data', at('new'), '--day', day]);
      assert.equal(exit, 2);
      assert.match(err, /^kikitome: DAY_UNKNOWN: /);
    }
    assert.match((await must(['reckon', '--data', at('new')])).out, /no recorder has ever watched/);
  });
});

import assert from 'node:assert/strict';
import { emptyTally, notWatched, readTally, withUnexplained, withWatched } from '../../../firmware/reckon/day-tally.js';

describe('day tally', () => {
  it('draws what abuts together, and says when nobody watched', () => {
    let tally = emptyTally('2026-11-24');
    tally = withWatched(tally, 10_000, 20_000);
    tally = withWatched(tally, 20_000, 50_000);
    tally = withWatched(tally, 80_000, 90_000);
    assert.deepEqual(tally.watched, [
      [10_000, 50_000],
      [80_000, 90_000],
    ]);
    assert.deepEqual(notWatched(tally, 0, 100_000), [
      [0, 10_000],
      [50_000, 80_000],
      [90_000, 100_000],
    ]);
    assert.deepEqual(notWatched(tally, 15_000, 45_000), []);
    assert.deepEqual(notWatched(undefined, 0, 5000), [[0, 5000]]);
  });

  it('counts the pauses that it has no room for, the shortest first', () => {
    let tally = emptyTally('2026-11-24');
    for (let i = 0; i < 40; i += 1) tally = withWatched(tally, i * 100_000, i * 100_000 + 50_000 + i);
    assert.equal(tally.watched.length, 12);
    assert.equal(tally.pauses.count, 28);
    const gone = tally.watched.reduce((sum, [from, to]) => sum + to - from, 0) - tally.pauses.ms;
    assert.equal(gone, 40 * 50_000 + (39 * 40) / 2);
  });

  it('fits in a page of the journal, whatever happens', () => {
    let tally = emptyTally('2026-11-24');
    const ms = 1_795_478_400_123.456;
    for (let i = 0; i < 40; i += 1) tally = withWatched(tally, ms + i * 100_000, ms + i * 100_000 + 50_000);
    tally = withUnexplained(
      tally,
      Array.from({ length: 5000 }, () => ['o', ms, ms] as const).map(([a, b, c]) => [a, b, c]),
    );
    assert.equal(tally.unexplained.count, 5000);
    assert.ok(JSON.stringify(tally).length < 2000);
    assert.deepEqual(readTally(JSON.parse(JSON.stringify(tally))), tally);
    assert.equal(readTally({ day: 5 }), undefined);
  });
});

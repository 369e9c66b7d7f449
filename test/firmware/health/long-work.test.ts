import assert from 'node:assert/strict';
import { LongWork } from '../../../firmware/health/long-work.js';
import type { MonotonicMs } from '../../../hal/clock.js';

describe('LongWork', () => {
  function stage() {
    let nowMs = 0;
    let said = 0;
    const work = new LongWork({ working: () => void said++ }, { now: () => nowMs as MonotonicMs });
    const piecesAfter = (ms: number) => {
      nowMs += ms;
      for (let i = 0; i < 1000; i += 1) work.advance();
    };
    return { work, piecesAfter, said: () => said };
  }

  it('says that it goes on at the first piece, and then now and again, however many pieces there are', () => {
    const { work, piecesAfter, said } = stage();
    for (const [ms, expected] of [
      [0, 1],
      [4999, 1],
      [1, 2],
      [60_000, 3],
    ] as const) {
      piecesAfter(ms);
      assert.equal(said(), expected);
    }
    assert.equal(work.pieces, 4000);
  });

  it('says nothing by itself, and nothing once the recorder is armed', () => {
    const { work, piecesAfter, said } = stage();
    piecesAfter(0);
    work.armed();
    piecesAfter(60_000);
    assert.equal(said(), 1);
    assert.equal(work.pieces, 2000);
  });
});

import assert from 'node:assert/strict';
import type { CallGap, CallParticulars } from '../../firmware/call/call-record.js';
import { interruptedCall } from '../../firmware/call/interrupted-call.js';
import { sealableCall } from '../../firmware/call/sealable-call.js';
import { isSealable } from '../../storage/particulars.js';
import { Chance } from '../support/chance.js';
import { particulars } from './faults/support/particulars.js';

const PARTICULARS = particulars(0);

const gap = (atMs: number, lengthMs: number): CallGap => ({ atMs, lengthMs, cause: 'capture' });

describe('a call that the recorder did not live to close', () => {
  const closed = (soundMs: number, gaps: CallGap[], more: Partial<CallParticulars> = {}) => {
    const {
      durationMs,
      gaps: found,
      outcome,
    } = interruptedCall({ ...PARTICULARS, outcome: null, gaps, ...more }, soundMs);
    return { durationMs, gaps: found, outcome };
  };

  it('is as long as its sound and its gaps', () => {
    assert.deepEqual(closed(5000, []), { durationMs: 5000, gaps: [], outcome: 'interrupted' });
    const gaps = [gap(0, 100), gap(1000, 3000)];
    assert.deepEqual(closed(5000, gaps), { durationMs: 8100, gaps, outcome: 'interrupted' });
    const moreGaps = { count: 2, lengthMs: 900 };
    assert.equal(closed(5000, gaps, { moreGaps }).durationMs, 9000);
  });

  it('has a gap begin where its sound ends, where what came before the gap is lost', () => {
    const { durationMs, gaps } = closed(1800, [gap(500, 500), gap(2500, 3000)]);
    assert.deepEqual([durationMs, gaps], [5500, [gap(500, 500), gap(2300, 3200)]]);
    assert.deepEqual(closed(0, [gap(1000, 10), gap(2000, 10)]).gaps, [gap(0, 1010), gap(1010, 1000)]);
  });

  it('takes gaps as they were noticed: of storage later than of the ear, one over the other', () => {
    const { durationMs, gaps } = closed(4000, [gap(3000, 1000), gap(1000, 500), gap(3500, 200)]);
    assert.deepEqual([durationMs, gaps], [5500, [gap(1000, 500), gap(3000, 1000)]]);
  });

  it('keeps what was decided before', () => {
    assert.equal(closed(0, [], { outcome: 'missed' }).outcome, 'missed');
  });
});

describe('what is known of a call, as the store takes it', () => {
  it('is all of it where it can be', () => {
    assert.equal(sealableCall(PARTICULARS), PARTICULARS);
  });

  for (const seed of [30, 31, 32]) {
    it(`is never more than a block holds, and loses no count (seed ${seed})`, () => {
      const chance = new Chance(seed);
      for (let i = 0; i < 40; i += 1) {
        const call: CallParticulars = {
          ...PARTICULARS,
          flashes: Array.from({ length: chance.integer(0, 4000) }, (_, at) => ({ atMs: at, lengthMs: 200 })),
          gaps: Array.from({ length: chance.integer(0, 4000) }, (_, at) => gap(at, 3)),
          moreGaps: { count: 7, lengthMs: 700 },
          caller: {
            number: '0312345678',
            name: '電'.repeat(chance.integer(0, 40_000)),
            [`${'k'.repeat(90_000 * chance.integer(0, 1))}`]: 1,
          },
          dialled: '0'.repeat(chance.integer(0, 100_000)),
        };
        const sealed = sealableCall(call);
        assert.ok(isSealable(sealed));
        assert.equal(sealed.flashes.length + (sealed.moreFlashes?.count ?? 0), call.flashes.length);
        assert.equal(sealed.gaps.length + (sealed.moreGaps?.count ?? 0), call.gaps.length + 7);
        assert.equal(sealed.caller?.['number'], '0312345678');
      }
    });
  }
});

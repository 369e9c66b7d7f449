import assert from 'node:assert/strict';
import { SPANS_MAX, SpanList, sumOf } from '../../firmware/call/span-list.js';

describe('a list of spans', () => {
  it(`has the first ${SPANS_MAX} one by one, and hides none of the others`, () => {
    const list = new SpanList();
    const spans = Array.from({ length: SPANS_MAX + 3 }, (_, i) => ({ atMs: 100 * i, lengthMs: 10 }));
    for (const [i, span] of spans.entries()) {
      list.add(span);
      assert.deepEqual(list.last, span);
      assert.deepEqual(
        list.more,
        i < SPANS_MAX ? undefined : { count: i + 1 - SPANS_MAX, lengthMs: 10 * (i + 1 - SPANS_MAX) },
      );
    }
    assert.deepEqual(list.listed, spans.slice(0, SPANS_MAX));
  });

  it('lengthens the latest, listed or not', () => {
    const list = new SpanList();
    for (let i = 0; i < SPANS_MAX + 1; i += 1) {
      list.add({ atMs: 100 * i, lengthMs: 10 });
      list.lengthen(5);
      list.lengthen(5);
      assert.deepEqual(list.last, { atMs: 100 * i, lengthMs: 20 });
    }
    assert.ok(list.listed.every(({ lengthMs }) => lengthMs === 20));
    assert.deepEqual(list.more, { count: 1, lengthMs: 20 });
  });

  it('sums up spans and what was summed up before', () => {
    assert.equal(sumOf([]), undefined);
    assert.deepEqual(sumOf([{ atMs: 0, lengthMs: 2 }]), { count: 1, lengthMs: 2 });
    assert.deepEqual(sumOf([{ atMs: 0, lengthMs: 2 }], { count: 3, lengthMs: 4 }), { count: 4, lengthMs: 6 });
    assert.deepEqual(sumOf([], { count: 3, lengthMs: 4 }), { count: 3, lengthMs: 4 });
  });
});

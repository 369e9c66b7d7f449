import assert from 'node:assert/strict';
import fc from 'fast-check';
import { History } from '../../firmware/audio/history.js';
import { levelDbm0, SILENCE_DBM0 } from '../../firmware/audio/level.js';
import { type LineSample, SampleClock } from '../../firmware/audio/sample-clock.js';
import type { PcmBlock } from '../../hal/audio.js';
import type { MonotonicMs } from '../../hal/clock.js';

const at = (sample: number): LineSample => sample as LineSample;
const ms = (value: number): MonotonicMs => value as MonotonicMs;
/** Samples that tell their own place, modulo 30,000. */
const ramp = (first: number, count: number): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => (first + i) % 30_000);

function read(history: History, from: number, to: number): [first: number, samples: number[]][] {
  const runs: [number, number[]][] = [];
  history.read(at(from), at(to), (samples, first) => {
    const last = runs.at(-1);
    if (last && last[0] + last[1].length === first) last[1].push(...samples);
    else runs.push([first, [...samples]]);
  });
  return runs;
}

describe('history', () => {
  it('gives back what it was given, to the sample', () => {
    const history = new History(100);
    history.add(at(0), ramp(0, 30));
    history.add(at(30), ramp(30, 30));
    assert.deepEqual(read(history, 10, 50), [[10, [...ramp(10, 40)]]]);
    assert.deepEqual(read(history, 50, 500), [[50, [...ramp(50, 10)]]]);
    assert.deepEqual(read(history, 60, 70), []);
  });

  it('forgets its oldest samples, and keeps no more than it may', () => {
    const history = new History(50);
    for (let first = 0; first < 200; first += 20) history.add(at(first), ramp(first, 20));
    assert.equal(history.begin, 150);
    assert.equal(history.end, 200);
    assert.deepEqual(read(history, 0, 200), [[150, [...ramp(150, 50)]]]);
  });

  it('takes a block larger than itself', () => {
    const history = new History(10);
    history.add(at(0), ramp(0, 25));
    assert.deepEqual(read(history, 0, 25), [[15, [...ramp(15, 10)]]]);
  });

  it('tells a loss, and reads around it', () => {
    const history = new History(100);
    assert.equal(history.add(at(7), ramp(7, 10)), null);
    assert.deepEqual(history.add(at(20), ramp(20, 10)), { from: 17, to: 20 });
    assert.deepEqual(read(history, 0, 100), [
      [7, [...ramp(7, 10)]],
      [20, [...ramp(20, 10)]],
    ]);
    assert.deepEqual(read(history, 18, 22), [[20, [20, 21]]]);
  });

  it('keeps the first of two samples for one place', () => {
    const history = new History(100);
    history.add(at(0), ramp(0, 10));
    assert.equal(
      history.add(
        at(5),
        Int16Array.from({ length: 10 }, () => -1),
      ),
      null,
    );
    assert.deepEqual(read(history, 0, 15), [[0, [...ramp(0, 10), -1, -1, -1, -1, -1]]]);
  });

  const SEED = 2;
  it(`is a window on the stream whatever the blocks (seed ${SEED})`, () => {
    const blocks = fc.array(fc.tuple(fc.nat(40), fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(30))), {
      maxLength: 40,
    });
    const property = fc.property(blocks, fc.integer({ min: 1, max: 64 }), (steps, capacity) => {
      const history = new History(capacity);
      const heard = new Map<number, number>();
      let next = 0;
      for (const [count, lost] of steps) {
        next += heard.size === 0 ? 0 : lost;
        if (count === 0) continue;
        history.add(at(next), ramp(next, count));
        for (let i = next; i < next + count; i += 1) heard.set(i, i % 30_000);
        next += count;
      }
      const got = read(history, 0, next).flatMap(([first, samples]) => samples.map((value, i) => [first + i, value]));
      const expected = [...heard].filter(([place]) => place >= history.end - capacity);
      assert.deepEqual(got, expected);
    });
    fc.assert(property, { seed: SEED, numRuns: 1000 });
  });
});

describe('sample clock', () => {
  const block = (firstSample: number, atMs: number): PcmBlock => ({
    firstSample,
    atMs: ms(atMs),
    samples: new Int16Array(256),
  });

  it('goes by the latest block', () => {
    const clock = new SampleClock(8000);
    assert.equal(clock.at(ms(5)), 0);
    assert.equal(clock.place(block(0, 100)), 0);
    assert.equal(clock.at(ms(132)), 256);
    assert.equal(clock.place(block(256, 132)), 256);
    assert.equal(clock.at(ms(100)), 0);
    assert.equal(clock.at(ms(99)), 0);
    assert.equal(clock.at(ms(132.0625)), 257);
  });

  it('follows a device that is a little fast or slow', () => {
    const clock = new SampleClock(8000);
    for (let i = 0; i < 1000; i += 1) clock.place(block(i * 256, i * 32 * 1.0001));
    assert.equal(clock.at(ms(999 * 32 * 1.0001)), 999 * 256);
  });

  it('goes on where time says when the device was reopened', () => {
    const clock = new SampleClock(8000);
    clock.place(block(0, 0));
    clock.place(block(256, 32));
    clock.reopened();
    assert.equal(clock.place(block(0, 1064)), 8512);
    assert.equal(clock.place(block(256, 1096)), 8768);
  });

  it('never goes back', () => {
    const clock = new SampleClock(8000);
    clock.place(block(8000, 1000));
    clock.reopened();
    assert.equal(clock.place(block(0, 10)), 8000 - 8000 + 0 + clock.at(ms(10)));
    assert.ok(clock.place(block(256, 42)) > 0);
  });

  it('keeps the count over time that is passed over', () => {
    const clock = new SampleClock(8000);
    clock.place(block(0, 0));
    assert.equal(clock.place(block(256, 3_600_000)), 256);
    assert.equal(clock.at(ms(3_600_010)), 336);
  });
});

describe('level', () => {
  it('is +3.14 dBm0 for a full-scale sine, and has a floor', () => {
    const sine = Int16Array.from({ length: 8000 }, (_, i) => Math.round(32_767 * Math.sin((2 * Math.PI * i) / 8)));
    assert.ok(Math.abs(levelDbm0(sine) - 3.14) < 0.01);
    assert.equal(levelDbm0(new Int16Array(256)), SILENCE_DBM0);
    assert.equal(levelDbm0(new Int16Array(0)), SILENCE_DBM0);
    assert.ok(levelDbm0(Int16Array.from([1, 0, 0, 0])) >= SILENCE_DBM0);
  });
});

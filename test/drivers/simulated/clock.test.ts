import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';

const WALL = Date.parse('2026-11-24T00:00:00Z') as WallMs;

describe('SimulatedClock', () => {
  it('stands still until told', () => {
    const clock = new SimulatedClock(WALL);
    assert.equal(clock.now(), 0);
    assert.equal(clock.wall(), WALL);
    clock.advanceTo(1234.5);
    assert.equal(clock.now(), 1234.5);
    assert.equal(clock.wall(), WALL + 1234.5);
  });

  it('never rings on subscription, not even for 0 ms', () => {
    const clock = new SimulatedClock(WALL);
    let rung = 0;
    clock.after$(0).subscribe(() => {
      rung += 1;
    });
    assert.equal(rung, 0);
    clock.advanceTo(0);
    assert.equal(rung, 1);
  });

  it('rings alarms set while ringing, in the same advance', () => {
    const clock = new SimulatedClock(WALL);
    const rung: number[] = [];
    const chain = () =>
      clock.after$(10).subscribe(() => {
        rung.push(clock.now());
        chain();
      });
    chain();
    clock.advanceTo(35);
    assert.deepEqual(rung, [10, 20, 30]);
    assert.equal(clock.now(), 35);
  });

  it('stalls: alarms ring late, in the order they were due, and those set then are not late', () => {
    const clock = new SimulatedClock(WALL);
    const rung: string[] = [];
    for (const ms of [200, 100])
      clock.after$(ms).subscribe(() => {
        rung.push(`${ms} at ${clock.now()}`);
        if (ms === 100) clock.after$(50).subscribe(() => rung.push(`50 more at ${clock.now()}`));
      });
    clock.stallTo(1000);
    assert.deepEqual(rung, []);
    assert.equal(clock.wall(), WALL + 1000);
    clock.advanceTo(2000);
    assert.deepEqual(rung, ['100 at 1000', '200 at 1000', '50 more at 1050']);
    assert.throws(() => clock.stallTo(1999), RangeError);
  });

  it('steps the wall alone', () => {
    const clock = new SimulatedClock(WALL);
    let rungAt = -1;
    clock.after$(100).subscribe(() => {
      rungAt = clock.now();
    });
    clock.advanceTo(50);
    clock.stepWall(-3_600_000);
    clock.advanceTo(200);
    assert.equal(rungAt, 100);
    assert.equal(clock.wall(), WALL - 3_600_000 + 200);
  });

  it('is synchronised unless told otherwise', () => {
    const clock = new SimulatedClock(WALL);
    assert.equal(clock.trust(), 'synchronised');
    clock.setTrust('unset');
    assert.equal(clock.trust(), 'unset');
  });

  it('refuses to go back, to be moved by an alarm, and impossible delays', () => {
    const clock = new SimulatedClock(WALL);
    clock.advanceTo(10);
    assert.throws(() => clock.advanceTo(9), RangeError);
    assert.throws(() => clock.advanceTo(Number.NaN), RangeError);
    assert.throws(() => clock.advanceTo(Number.POSITIVE_INFINITY), RangeError);
    for (const delay of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => clock.after$(delay), RangeError);
    let refused: unknown;
    clock.after$(1).subscribe(() => {
      try {
        clock.advanceTo(20);
      } catch (error) {
        refused = error;
      }
    });
    clock.advanceTo(20);
    assert.ok(refused instanceof Error);
  });

  it('rings whatever was not cancelled in order of due time, then of setting (fast-check, seed 1)', () => {
    const alarm = fc.record({ delay: fc.integer({ min: 0, max: 50 }), keep: fc.boolean() });
    const property = fc.property(fc.array(alarm, { maxLength: 400 }), fc.array(fc.nat(60)), (alarms, stops) => {
      const clock = new SimulatedClock(WALL);
      const rung: { id: number; atMs: number }[] = [];
      const subscriptions = alarms.map(({ delay }, id) =>
        clock.after$(delay).subscribe(() => rung.push({ id, atMs: clock.now() })),
      );
      for (const [id, { keep }] of alarms.entries()) if (!keep) subscriptions[id]?.unsubscribe();
      for (const stop of [...stops].sort((a, b) => a - b)) clock.advanceTo(stop);
      clock.advanceTo(100);
      const wanted = alarms
        .map(({ delay, keep }, id) => ({ id, atMs: delay, keep }))
        .filter(({ keep }) => keep)
        .sort((a, b) => a.atMs - b.atMs)
        .map(({ id, atMs }) => ({ id, atMs }));
      assert.deepEqual(rung, wanted);
    });
    fc.assert(property, { seed: 1 });
  });

  it('holds a million alarms set and cancelled without keeping them', () => {
    const clock = new SimulatedClock(WALL);
    let rung = 0;
    for (let index = 0; index < 1_000_000; index += 1) {
      const alarm = clock.after$(1000).subscribe(() => {
        rung += 1;
      });
      if (index % 1000 !== 0) alarm.unsubscribe();
    }
    clock.advanceTo(1000);
    assert.equal(rung, 1000);
  });
});

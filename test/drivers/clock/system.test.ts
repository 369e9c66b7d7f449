import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sinon from 'sinon';
import { SystemClock } from '../../../drivers/clock/system.js';

const DAY_MS = 24 * 3_600_000;

/** The mark of a clock that a server has set, touched at this wall time. */
function touchedMark(folder: string, wallMs: number): string {
  const mark = path.join(folder, 'synchronized');
  writeFileSync(mark, '');
  utimesSync(mark, wallMs / 1000, wallMs / 1000);
  return mark;
}

describe('SystemClock', () => {
  let timers: sinon.SinonFakeTimers;
  beforeEach(() => {
    timers = sinon.useFakeTimers({
      now: Date.UTC(2026, 10, 24),
      toFake: ['Date', 'hrtime', 'setTimeout', 'clearTimeout'],
    });
  });
  afterEach(() => timers.restore());

  it('tells monotonic and wall time apart', () => {
    const clock = new SystemClock();
    const startMs = clock.now();
    timers.tick(1500);
    assert.equal(clock.now() - startMs, 1500);
    assert.equal(clock.wall(), Date.UTC(2026, 10, 24) + 1500);
    timers.setSystemTime(Date.UTC(2020, 0, 1));
    assert.equal(clock.now() - startMs, 1500);
    assert.equal(clock.wall(), Date.UTC(2020, 0, 1));
  });

  it('rings once, on time, never at once', () => {
    const clock = new SystemClock();
    const rung: string[] = [];
    clock.after$(0).subscribe(() => rung.push('0'));
    clock.after$(250).subscribe({ next: () => rung.push('250'), complete: () => rung.push('over') });
    assert.deepEqual(rung, []);
    timers.tick(0);
    timers.tick(249);
    assert.deepEqual(rung, ['0']);
    timers.tick(1);
    timers.tick(1000);
    assert.deepEqual(rung, ['0', '250', 'over']);
  });

  it('rings when due though the wall clock steps back an hour', () => {
    const clock = new SystemClock();
    let rung = 0;
    clock.after$(1000).subscribe(() => {
      rung += 1;
    });
    timers.setSystemTime(Date.UTC(2026, 10, 23));
    timers.tick(1000);
    assert.equal(rung, 1);
  });

  it('is never early, neither by a fraction nor for a delay longer than a timer can be', () => {
    const clock = new SystemClock();
    const rung: number[] = [];
    const startMs = clock.now();
    clock.after$(10.4).subscribe(() => rung.push(clock.now() - startMs));
    clock.after$(60 * DAY_MS).subscribe(() => rung.push(clock.now() - startMs));
    timers.tick(61 * DAY_MS);
    assert.deepEqual(rung, [11, 60 * DAY_MS]);
  });

  it('forgets an alarm that nobody waits for', () => {
    new SystemClock()
      .after$(10)
      .subscribe(() => assert.fail('it was cancelled'))
      .unsubscribe();
    assert.equal(timers.countTimers(), 0);
  });

  it('refuses impossible delays', () => {
    const clock = new SystemClock();
    for (const delay of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => clock.after$(delay), RangeError);
  });

  it('knows how far the wall clock is to be trusted', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-clock-'));
    const mark = touchedMark(folder, Date.now());
    assert.equal(new SystemClock(mark).trust(), 'synchronised');
    assert.equal(new SystemClock(`${mark}.missing`).trust(), 'free-running');
    timers.tick(DAY_MS);
    assert.equal(new SystemClock(mark).trust(), 'synchronised');
    timers.tick(1);
    assert.equal(new SystemClock(mark).trust(), 'free-running', 'the network went a day ago');
    touchedMark(folder, Date.now() + 3_600_000);
    assert.equal(new SystemClock(mark).trust(), 'free-running', 'somebody has set the clock back since');
    timers.setSystemTime(Date.UTC(2024, 11, 31));
    assert.equal(new SystemClock(touchedMark(folder, Date.now())).trust(), 'unset');
    rmSync(folder, { recursive: true });
  });

  it('is unset where the clock with a battery had lost the time, unless somebody has told it since', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-clock-'));
    const battery = path.join(folder, 'since_epoch');
    const trust = (mark = path.join(folder, 'none')) => new SystemClock(mark, battery).trust();
    try {
      assert.equal(trust(), 'unset', 'its driver may come yet');
      timers.tick(60_000);
      assert.equal(trust(), 'free-running', 'no such clock says nothing');
      writeFileSync(battery, `${Date.UTC(2026, 10, 23, 23, 57) / 1000}\n`);
      assert.equal(trust(), 'free-running');
      writeFileSync(battery, `${Date.UTC(2000, 0, 1) / 1000}\n`);
      assert.equal(trust(), 'unset');
      assert.equal(trust(touchedMark(folder, Date.now())), 'synchronised');
      writeFileSync(battery, `${Date.UTC(2026, 10, 26) / 1000}\n`);
      assert.equal(trust(), 'unset', 'nobody has set the system by it');
      timers.tick(30 * DAY_MS);
      writeFileSync(battery, `${(Date.UTC(2026, 11, 24) + 20 * 60_000) / 1000}\n`);
      assert.equal(trust(), 'free-running', 'in a month they have pulled apart');
      rmSync(battery);
      mkdirSync(battery); // there, and cannot be read
      assert.equal(trust(), 'unset');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

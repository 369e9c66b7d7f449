import assert from 'node:assert/strict';
import { Subject } from 'rxjs';
import type { LifeSigns } from '../../../firmware/health/liveness.js';
import { supervision$ } from '../../../firmware/health/supervision.js';
import type { Clock, MonotonicMs, WallMs } from '../../../hal/clock.js';

describe('supervision$', () => {
  /** A clock whose delays all end when the test says so. */
  function stage(intervalMs: number | null) {
    let tick$ = new Subject<void>();
    const asked: number[] = [];
    const clock: Clock = {
      now: () => 0 as MonotonicMs,
      wall: () => 0 as WallMs,
      trust: () => 'unset',
      after$: (delayMs) => {
        asked.push(delayMs);
        tick$ = new Subject<void>();
        return tick$;
      },
    };
    const tick = () => {
      const due$ = tick$;
      due$.next();
      due$.complete();
    };
    let fed = 0;
    const found: string[] = [];
    const nothing = () => undefined;
    const supervisor = {
      ...{ intervalMs, working: nothing, ready: nothing, status: nothing, closing: nothing, stopping: nothing },
      alive: () => void fed++,
    };
    let signs: LifeSigns = { lines: [{ id: 'line-1', samples: 0, captureLost: false }], commits: 0, pieces: 0 };
    const advance = (samples: number, captureLost = false) => {
      const [line] = signs.lines;
      assert.ok(line);
      const lines = [{ ...line, samples: line.samples + samples, captureLost }];
      signs = { ...signs, lines, commits: signs.commits + 1 };
    };
    const running = supervision$({
      supervisor,
      clock,
      signs: () => signs,
      onStandstill: (what) => found.push(what),
      onGoingOn: () => found.push('goes on'),
    }).subscribe();
    return { tick, advance, asked, found, fed: () => fed, running };
  }

  it('feeds while samples come and commits end, and stops when capture stands still', () => {
    const { tick, advance, fed, found, asked } = stage(10_000);
    for (let i = 0; i < 3; i++) {
      advance(80_000);
      tick();
    }
    assert.equal(fed(), 3);
    for (let i = 0; i < 3; i++) {
      advance(0);
      tick();
    }
    assert.equal(fed(), 3, 'a stalled capture is not fed for');
    assert.deepEqual(found, Array(3).fill('capture of line-1'));
    advance(80_000);
    tick();
    assert.equal(fed(), 4, 'it came back in time');
    assert.deepEqual(found.slice(3), ['goes on']);
    assert.ok(asked.every((ms) => ms === 10_000));
  });

  it('goes on feeding where the loss of a capture is known', () => {
    const { tick, advance, fed } = stage(10_000);
    for (let i = 0; i < 5; i++) {
      advance(0, true);
      tick();
    }
    assert.equal(fed(), 5);
  });

  it('does nothing where nobody waits, nor after it was let go', () => {
    assert.deepEqual(stage(null).asked, []);
    const { tick, advance, fed, running } = stage(10_000);
    running.unsubscribe();
    advance(80_000);
    tick();
    assert.equal(fed(), 0);
  });
});

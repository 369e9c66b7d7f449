import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { of } from 'rxjs';
import { openVirtualBoard } from '../../../boards/virtual/board.js';
import { LOOK_MS, TAIL_MS } from '../../../boards/virtual/player.js';
import type { Speed } from '../../../drivers/simulated/pacer.js';
import type { Trace } from '../../../drivers/simulated/trace.js';
import type { Clock, MonotonicMs, WallMs } from '../../../hal/clock.js';
import { atOnce, log, ramp, stoppedClock, traceFolder } from './rig.js';

describe('virtual board: pace', () => {
  const make = traceFolder();
  const rig = (speed: Speed, ...traces: Trace[]) => {
    const realClock = stoppedClock();
    return { realClock, board: openVirtualBoard({ traces, speed, realClock }) };
  };
  /** As many turns of the event loop as any step of the play needs. */
  const turns = async () => {
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  };

  for (const speed of [0.5, 1, 4]) {
    it(`keeps to real time at speed ${speed}, never ahead and at most a look and a block behind`, async () => {
      const { realClock, board } = rig(speed, make([], ramp(4000)));
      let over = false;
      const play = board.play({ settled: atOnce }).then(() => {
        over = true;
      });
      for (let realMs = 0; !over; realMs += 8) {
        realClock.advanceTo(realMs);
        await turns();
        const lagMs = realMs * speed - board.clock.now();
        if (!over) assert.ok(lagMs >= 0 && lagMs < 8 * speed + LOOK_MS + 32, `${lagMs} ms behind`);
      }
      await play;
      assert.equal(board.clock.now(), 500 + TAIL_MS);
      assert.ok(Math.abs(realClock.now() - board.clock.now() / speed) <= 8);
    });
  }

  it('waits ten times a second, and for every edge', async () => {
    const { realClock, board } = rig(1, make([{ atMs: 250, hook: 'off' }], ramp(8000)));
    const moved = new Set<number>();
    const ended = new AbortController();
    const play = board.play({ settled: atOnce, signal: ended.signal });
    board.lines[0]?.sense.edges$.subscribe(({ atMs }) => assert.equal(atMs, realClock.now()));
    for (let realMs = 0; realMs <= 1000; realMs += 1) {
      const before = board.clock.now();
      realClock.advanceTo(realMs);
      await turns();
      if (board.clock.now() !== before) moved.add(realMs);
    }
    ended.abort();
    await play;
    assert.deepEqual([...moved], [100, 200, 250, 300, 400, 500, 600, 700, 800, 900, 1000]);
  });

  it('goes on where a moment passes while it looks at the clock', async () => {
    for (let lookMs = 0.05; lookMs < 2; lookMs += 0.05) {
      let nowMs = 0;
      const realClock: Clock = {
        now: () => {
          nowMs += lookMs;
          return nowMs as MonotonicMs;
        },
        wall: () => 0 as WallMs,
        trust: () => 'synchronised',
        after$: (delayMs) => {
          assert.ok(delayMs >= 0, `asked for a delay of ${delayMs} ms`);
          nowMs += delayMs;
          return of(undefined);
        },
      };
      const board = openVirtualBoard({ traces: [make([], ramp(8000))], speed: 50, realClock });
      await board.play({ settled: atOnce });
      assert.equal(board.clock.now(), 1000 + TAIL_MS);
    }
  });

  it('makes up for time lost by the machine', async () => {
    const { realClock, board } = rig(1, make([], ramp(80_000)));
    const ended = new AbortController();
    const play = board.play({ settled: atOnce, signal: ended.signal });
    await turns();
    realClock.advanceTo(3000);
    while (board.clock.now() < 2976) await setImmediate();
    assert.ok(board.clock.now() <= 3000);
    ended.abort();
    await play;
  });

  it('asks whether all is settled once a second, and waits for the answer', async () => {
    const { board } = rig('max', make([], ramp(8000)));
    const asked: number[] = [];
    let settle = (): void => assert.fail('nobody asked');
    const settled = () => {
      asked.push(board.clock.now());
      return new Promise<void>((resolve) => {
        settle = resolve;
      });
    };
    const play = board.play({ settled });
    for (let second = 1; second <= 7; second += 1) {
      await turns();
      assert.equal(asked.length, second);
      const heldAt = asked.at(-1);
      await turns();
      assert.equal(board.clock.now(), heldAt);
      settle();
    }
    await play;
    for (const [index, atMs] of asked.entries()) assert.ok(Math.abs(atMs - Math.min(6000, (index + 1) * 1000)) <= 32);
  });

  it('rejects with what settled rejects with', async () => {
    const { board } = rig('max', make([], ramp(80_000)));
    await assert.rejects(board.play({ settled: () => Promise.reject(new Error('disk full')) }), /disk full/u);
  });

  it('does not wait for idle time that is passed over', async () => {
    const later = make([], ramp(800), { startsAt: '2026-11-24T18:00:00+09:00' });
    const { realClock, board } = rig(1, make([], ramp(800)), later);
    let over = false;
    const play = board.play({ settled: atOnce }).then(() => {
      over = true;
    });
    for (let realMs = 0; !over; realMs += 32) {
      realClock.advanceTo(realMs);
      await turns();
    }
    await play;
    assert.equal(board.clock.now(), 9 * 3_600_000 + 100 + TAIL_MS);
    assert.ok(realClock.now() <= 100 + 5000 + 5000 + 100 + TAIL_MS + 64);
  });

  it('stops early when told, whether running, waiting or not begun', async () => {
    const aborted = AbortSignal.abort();
    const first = rig('max', make([], ramp(80_000)));
    await first.board.play({ settled: atOnce, signal: aborted });
    assert.equal(first.board.clock.now(), 0);

    const waiting = rig(1, make([], ramp(80_000)));
    const ended = new AbortController();
    const play = waiting.board.play({ settled: atOnce, signal: ended.signal });
    waiting.realClock.advanceTo(100);
    await turns();
    ended.abort();
    await play;
    assert.ok(waiting.board.clock.now() <= 100);

    const running = rig('max', make([], ramp(80_000)));
    const seen = log(running.board);
    const stop = new AbortController();
    running.board.clock.after$(2500).subscribe(() => stop.abort());
    await running.board.play({ settled: atOnce, signal: stop.signal });
    assert.ok(running.board.clock.now() <= 2532);
    assert.equal(parseFloat(seen.at(-1) ?? ''), running.board.clock.now());
  });
});

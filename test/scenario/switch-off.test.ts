import assert from 'node:assert/strict';
import { SimulatedButton } from '../../drivers/simulated/button.js';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { SimulatedHealth } from '../../drivers/simulated/health.js';
import { SimulatedLamp } from '../../drivers/simulated/lamp.js';
import type { FaultHistory, FaultsReport } from '../../firmware/faults/fault-report.js';
import { VERY_LONG_MS } from '../../firmware/panel/press.js';
import { faultPattern } from '../../firmware/panel/view.js';
import type { Board } from '../../hal/board.js';
import type { WallMs } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { Supervisor } from '../../hal/supervisor.js';
import { kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

/** What systemd hears of. */
class Heard implements Supervisor {
  readonly intervalMs = null;
  readonly said: string[] = [];
  working = (): void => undefined;
  ready = (): void => void this.said.push('ready');
  alive = (): void => void this.said.push('alive');
  closing = (): void => void this.said.push('closing');
  status = (): void => undefined;
  stopping = (): void => void this.said.push('stopping');
}

describe('scenario: a very long press on a box with a machine to switch off', () => {
  const at = scratch();
  const data = () => at('store');

  /** A box without lines. Its machine answers `powerOff`; `stop` is its telling programs to end. */
  function box(powerOff: (stop: AbortController) => Promise<void>) {
    const clock = new SimulatedClock(Date.parse('2026-11-24T09:00:00+09:00') as WallMs);
    const lamp = new SimulatedLamp();
    const button = new SimulatedButton(clock);
    const shown: string[] = [];
    lamp.shown$.subscribe(({ rhythmMs }) => shown.push(String(rhythmMs)));
    const health = new SimulatedHealth([{ kind: 'machine-start', bootId: 'a', byWatchdog: false }]);
    const board: Board = {
      id: 'bare',
      clock,
      lines: [],
      lamp,
      button,
      buzzer: null,
      keypads: [],
      sticks: null,
      health: [health],
    };
    const stop = new AbortController();
    const order: string[] = [];
    const supervisor = new Heard();
    const ended = kikitome(['run', '--data', data()], {
      openBoard: async () => ({
        board,
        close: () => void order.push('close'),
        powerOff: () => {
          order.push('off');
          return powerOff(stop);
        },
      }),
      stop: stop.signal,
      clock,
      supervisor,
    });
    let over = false;
    void ended.then(() => {
      over = true;
    });
    return { clock, button, shown, ended, stop, order, supervisor, isOver: () => over };
  }
  type Box = ReturnType<typeof box>;
  /** Lets time pass until something is the case. */
  const until = async ({ clock }: Box, there: () => boolean): Promise<void> => {
    while (!there()) {
      clock.advanceTo(clock.now() + 100);
      await new Promise(setImmediate);
    }
  };
  const press = async (one: Box): Promise<void> => {
    await until(one, () => one.supervisor.said.includes('ready'));
    one.button.hold(VERY_LONG_MS + 500);
    await until(one, one.isOver);
  };
  const faults = async (): Promise<string[]> =>
    (JSON.parse((await must(['faults', '--data', data(), '--json'])).out) as FaultsReport).faults.map(
      ({ code }) => code,
    );

  beforeEach(async () => {
    await must(['format', '--data', data(), '--capacity', '8MiB', '--erase-everything']);
  });

  it('closes the store before it asks, and is over when the machine says so', async () => {
    let closed = false;
    const one = box(async (stop) => {
      // A store that is open is nobody else's.
      closed = (await kikitome(['check', '--data', data()])).exit === 0;
      setImmediate(() => stop.abort());
    });
    await press(one);
    const { exit, err } = await one.ended;
    assert.deepEqual([exit, err, closed], [0, '', true]);
    assert.deepEqual(one.order, ['close', 'off'], 'the telephone goes straight through before the power goes');
    assert.equal(one.shown.at(-1), '', 'the lamp is dark');
    // Longer than any watchdog waits for a sign of life, and not `stopping`: systemd would not tell a service to end that says it does.
    assert.deepEqual(one.supervisor.said, ['ready', 'closing', 'closing']);
    assert.deepEqual(await faults(), []);
  });

  for (const [what, powerOff, message] of [
    [
      'refuses',
      () => Promise.reject(new HalError('DEVICE_FAILED', 'systemctl poweroff', 'Access denied')),
      /^kikitome: POWER_OFF_REFUSED: systemctl poweroff: Access denied[^\n]*\n$/,
    ],
    [
      'says yes and stays on',
      () => Promise.resolve(),
      /^kikitome: POWER_OFF_REFUSED: the machine still runs 20 s after[^\n]*\n$/,
    ],
  ] as const) {
    it(`fails, and the lamp says so, where the machine ${what}; the next run records and has the fault`, async () => {
      const one = box(powerOff);
      await press(one);
      const { exit, err } = await one.ended;
      assert.equal(exit, 1);
      assert.match(err, message);
      assert.deepEqual(one.shown.slice(-2), [String(faultPattern('STILL_ON').rhythmMs), '']);
      const next = box(() => Promise.resolve());
      await until(next, () => next.supervisor.said.includes('ready'));
      next.stop.abort();
      assert.equal((await next.ended).exit, 0);
      assert.deepEqual(await faults(), ['STILL_ON']);
      const { out } = await must(['faults', '--data', data(), '--history', '--json']);
      assert.deepEqual(
        (JSON.parse(out) as FaultHistory).events.flatMap(({ kind, code, subject }) =>
          code === 'STILL_ON' ? [[kind, subject]] : [],
        ),
        [
          ['fault-raised', 'box'],
          ['fault-cleared', 'box'],
        ],
      );
      // Said once: the run after that one was not to be the last.
      await must(['faults', '--data', data(), '--acknowledge', 'all']);
      const third = box(() => Promise.resolve());
      await until(third, () => third.supervisor.said.includes('ready'));
      third.stop.abort();
      await third.ended;
      assert.deepEqual(await faults(), []);
    });
  }

  it('is heeded while the medium is missing, too', async () => {
    await must(['dispose', '--data', data(), '--by', 'x', '--certificate', at('certificate.json')]);
    let asked = false;
    const one = box(async (stop) => {
      asked = true;
      stop.abort();
    });
    const missing = String(faultPattern('STORAGE_MISSING').rhythmMs);
    await until(one, () => one.shown.includes(missing));
    one.button.hold(VERY_LONG_MS + 500);
    await until(one, one.isOver);
    const { exit, err } = await one.ended;
    assert.deepEqual([exit, asked, one.shown.at(-1)], [0, true, '']);
    assert.match(err, /^kikitome: (DATA|STORE)_MISSING: [^\n]*\n$/);
  });
});

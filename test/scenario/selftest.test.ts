import assert from 'node:assert/strict';
import { Subject } from 'rxjs';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { selftest } from '../../firmware/selftest/selftest.js';
import type { StepResult } from '../../firmware/selftest/step.js';
import type { Board } from '../../hal/board.js';
import type { WallMs } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import { HOME, kikitome } from '../support/world.js';

const TRACE = `${HOME}/boards/virtual/office-morning/04-missed`;

describe('selftest', () => {
  it('runs every step on the virtual board and says pass', async () => {
    const { exit, out, err } = await kikitome(['selftest', '--trace', TRACE, '--json']);
    assert.deepEqual([exit, err], [0, '']);
    const results = JSON.parse(out) as StepResult[];
    assert.deepEqual(
      results.map(({ step, line, verdict }) => [step, line, verdict]),
      [
        ['line', 'line-1', 'pass'],
        ['sound', 'line-1', 'pass'],
        ['lamp', null, 'skipped'],
        ['button', null, 'pass'],
        ['stick', null, 'pass'],
        ['clock', null, 'pass'],
      ],
    );
  });

  it('is said in both languages', async () => {
    const lines = async (lang: string) =>
      (await kikitome(['selftest', '--trace', TRACE, '--lang', lang])).out.split('\n');
    assert.match((await lines('en'))[1] ?? '', /^pass {2}sound {2}line-1 {2}peak \d+/u);
    assert.match((await lines('ja'))[1] ?? '', /^合格 {2}音 {2}line-1/u);
  });

  it('fails, and the command with it, where a part fails', async () => {
    const gone = new HalError('DEVICE_MISSING', 'line-1', 'no such device');
    const clock = new SimulatedClock(0 as WallMs);
    const broken: Board = {
      id: 'broken',
      clock,
      lines: [
        {
          id: 'line-1',
          sense: {
            hook: () => {
              throw gone;
            },
            edges$: new Subject(),
            lost$: new Subject(),
          },
          audio: { sampleRateHz: 8000, blocks$: new Subject() },
          modem: null,
        },
      ],
      lamp: { show: () => undefined },
      button: null,
      buzzer: null,
      keypads: [],
      sticks: null,
      health: [],
    };
    const ended = new AbortController();
    const tried = selftest({ board: broken, pressed: true, ended: ended.signal });
    ended.abort();
    const results = await tried;
    const verdicts = Object.fromEntries(results.map(({ step, verdict }) => [step, verdict]));
    assert.deepEqual(
      [verdicts['line'], verdicts['sound'], verdicts['button'], verdicts['stick']],
      ['fail', 'fail', 'absent', 'absent'],
    );
    const openBoard = async () => ({ board: broken, play: async () => undefined });
    const { exit, out } = await kikitome(['selftest', '--board', 'virtual'], { openBoard });
    assert.equal(exit, 1);
    assert.match(out, /^FAIL {2}line {2}line-1 {2}line-1: no such device$/mu);
  });
});

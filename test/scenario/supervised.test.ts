import assert from 'node:assert/strict';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { parseFault } from '../../drivers/simulated/fault.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import type { FaultHistory } from '../../firmware/faults/fault-report.js';
import type { Supervisor } from '../../hal/supervisor.js';
import { cleanTrace } from '../support/traces.js';
import { kikitome, must } from '../support/world.js';
import { contentsOf, scratch } from './recorded.js';

const RATE_HZ = 8000;

describe('scenario: a recorder under a supervisor', () => {
  const at = scratch();
  const call = (): string =>
    cleanTrace(
      [
        { atMs: 6000, hook: 'off' },
        { atMs: 16_000, hook: 'on' },
      ],
      new Int16Array(25 * RATE_HZ),
      { dir: at('call') },
    );

  /** Keeps what it is told, in order. */
  function listening(): { readonly supervisor: Supervisor; readonly heard: string[] } {
    const heard: string[] = [];
    const supervisor: Supervisor = {
      intervalMs: null,
      working: () => void heard.push('working'),
      ready: () => void heard.push('ready'),
      alive: () => void heard.push('alive'),
      status: (text) => void heard.push(text),
      closing: () => void heard.push('closing'),
      stopping: () => void heard.push('stopping'),
    };
    return { supervisor, heard };
  }

  /** A run over one call; what the lamp and the supervisor were shown, in order. */
  async function run(name: string, supervised: boolean, ...faults: string[]) {
    const { supervisor, heard } = listening();
    await must(['format', '--data', at(name), '--capacity', '8MiB']);
    const argv = ['run', '--data', at(name), '--speed', 'max', '--trace', call()];
    const outcome = await kikitome([...argv, ...faults.flatMap((fault) => ['--fault', fault])], {
      supervisor: supervised ? supervisor : null,
      openBoard: async ({ traces, speed, faults: named }) => {
        const realClock = { now: unasked, wall: unasked, trust: unasked, after$: unasked };
        const options = { traces: traces.map(openTrace), speed, faults: named.map(parseFault), realClock };
        const board = openVirtualBoard(options);
        const play = (options: { settled: () => Promise<void>; signal: AbortSignal }) => {
          heard.push('the world moves');
          return board.play(options).finally(() => heard.push('the world ends'));
        };
        return { board, play };
      },
    });
    return { ...outcome, heard };
  }

  it('says that it is armed before anything is lost, and that it stops before it closes', async () => {
    const { exit, heard } = await run('well', true);
    assert.equal(exit, 0);
    assert.equal(heard[0], 'working', 'the store is being opened');
    const told = heard.filter((what) => what !== 'working');
    assert.deepEqual(told, ['armed: line-1', 'ready', 'the world moves', 'the world ends', 'stopping']);
    assert.equal(heard.lastIndexOf('working') < heard.indexOf('ready'), true, 'armed is armed');
  });

  it('ends without a sound device where somebody reads why', async () => {
    const { exit, err, heard } = await run('attended', false, 'capture-gone@0:5000');
    assert.equal(exit, 1);
    assert.match(err, /DEVICE_GONE/);
    assert.ok(!heard.includes('ready'));
  });

  it('is armed without a sound device where nobody does: a fault until it is there, then heard', async () => {
    const { exit, heard } = await run('unattended', true, 'capture-gone@0:5000');
    assert.equal(exit, 0);
    assert.ok(heard.indexOf('ready') < heard.indexOf('the world moves'));
    const history = JSON.parse((await must(['faults', '--data', at('unattended'), '--history', '--json'])).out);
    const lost = (history as FaultHistory).events.filter(({ code }) => code === 'CAPTURE_LOST');
    assert.deepEqual(
      lost.map(({ kind }) => kind),
      ['fault-raised', 'fault-cleared'],
    );
    const { calls } = await contentsOf(at('unattended'));
    assert.deepEqual(
      calls.map(({ outcome, durationMs, gaps }) => [outcome, durationMs, gaps]),
      [['abandoned', 10_000, []]],
    );
  });
});

function unasked(): never {
  throw new Error('the real clock was asked');
}

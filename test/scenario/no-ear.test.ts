import assert from 'node:assert/strict';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { parseFault } from '../../drivers/simulated/fault.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import type { CallRecord } from '../../firmware/call/call-record.js';
import type { FaultHistory } from '../../firmware/faults/fault-report.js';
import { faultPattern } from '../../firmware/panel/view.js';
import type { Supervisor } from '../../hal/supervisor.js';
import { Chance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { cleanTrace } from '../support/traces.js';
import { kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

const RATE_HZ = 8000;

describe('scenario: a box that starts without its sound device', () => {
  const at = scratch();
  const supervisor: Supervisor = {
    intervalMs: null,
    working: () => undefined,
    closing: () => undefined,
    ready: () => undefined,
    alive: () => undefined,
    status: () => undefined,
    stopping: () => undefined,
  };

  /** Two calls; the device is there after 20 s, in the middle of the first. */
  async function run(name: string, supervised: boolean) {
    await must(['format', '--data', at(name), '--capacity', '16MiB']);
    const edges = [
      { atMs: 5000, hook: 'off' },
      { atMs: 35_000, hook: 'on' },
      { atMs: 45_000, hook: 'off' },
      { atMs: 60_000, hook: 'on' },
    ] as const;
    const said = new Murmur(new Chance(5), RATE_HZ).speak(65 * RATE_HZ);
    const trace = cleanTrace([...edges], said, { dir: at(`${name}-trace`) });
    const shown: string[] = [];
    const outcome = await kikitome(['run', '--data', at(name), '--trace', trace, '--speed', 'max'], {
      ...(supervised && { supervisor }),
      openBoard: async ({ traces }) => {
        const unasked = () => assert.fail('the real clock was asked');
        const board = openVirtualBoard({
          traces: traces.map(openTrace),
          speed: 'max',
          faults: [parseFault('capture-gone@0:20000')],
          realClock: { now: unasked, wall: unasked, trust: unasked, after$: unasked },
        });
        board.lampShown$.subscribe(({ rhythmMs }) => shown.push(String(rhythmMs)));
        return { board, play: (play) => board.play(play) };
      },
    });
    return { ...outcome, shown };
  }

  it('says so by its lamp where nobody would read a message, and records what it hears once it is there', async () => {
    const { exit, err, shown } = await run('box', true);
    assert.deepEqual([exit, err], [0, '']);
    assert.ok(shown.includes(String(faultPattern('CAPTURE_LOST').rhythmMs)));
    const calls = JSON.parse((await must(['calls', '--data', at('box'), '--json'])).out) as CallRecord[];
    assert.deepEqual(
      calls.map(({ durationMs, gaps }) => [durationMs, gaps.length]),
      [
        [15_000, 0],
        [30_000, 1],
      ],
    );
    const [gap] = calls[1]?.gaps ?? [];
    assert.ok(gap && gap.atMs === 0 && gap.lengthMs >= 14_900 && gap.lengthMs <= 16_100, JSON.stringify(gap));
    const { events } = JSON.parse(
      (await must(['faults', '--data', at('box'), '--history', '--json'])).out,
    ) as FaultHistory;
    assert.deepEqual(
      events.map(({ kind, code }) => `${kind} ${code}`),
      ['fault-raised CAPTURE_LOST', 'fault-cleared CAPTURE_LOST'],
    );
    const { breaches } = JSON.parse((await must(['check', '--data', at('box'), '--json'])).out) as {
      breaches: string[];
    };
    assert.deepEqual(breaches, []);
  });

  it('ends with the reason where somebody has typed the command', async () => {
    const { exit, err } = await run('typed', false);
    assert.equal(exit, 1);
    assert.match(err, /^kikitome: DEVICE_GONE: [^\n]*\n$/u);
  });
});

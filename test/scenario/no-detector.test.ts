import assert from 'node:assert/strict';
import { defer, throwError } from 'rxjs';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import type { CallRecord } from '../../firmware/call/call-record.js';
import type { FaultHistory } from '../../firmware/faults/fault-report.js';
import { faultPattern } from '../../firmware/panel/view.js';
import type { LinePort } from '../../hal/board.js';
import type { Clock } from '../../hal/clock.js';
import { HalError, type HalErrorCode } from '../../hal/errors.js';
import type { Supervisor } from '../../hal/supervisor.js';
import { Chance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { cleanTrace } from '../support/traces.js';
import { kikitome, must } from '../support/world.js';
import { callsOf, scratch } from './recorded.js';

const RATE_HZ = 8000;

/** The line, whose detectors cannot be had before `untilMs`. */
function refusing(port: LinePort, clock: Clock, code: HalErrorCode, untilMs: number): LinePort {
  const { id, sense, audio, modem } = port;
  const refusal = () => new HalError(code, id, 'no GPIO chip of this label');
  const isThere = () => clock.now() >= untilMs;
  const hook = () => {
    if (!isThere()) throw refusal();
    return sense.hook();
  };
  const edges$ = defer(() => (isThere() ? sense.edges$ : throwError(refusal)));
  return { id, sense: { hook, edges$, lost$: sense.lost$ }, audio, modem };
}

describe('scenario: a box that starts without its line detector', () => {
  const at = scratch();
  const nothing = () => undefined;
  const supervisor: Supervisor = {
    ...{ intervalMs: null, working: nothing, closing: nothing, ready: nothing },
    ...{ alive: nothing, status: nothing, stopping: nothing },
  };

  /** Two calls; the detector is there after 20 s, in the middle of the first, or never. */
  async function run(name: string, supervised: boolean, code: HalErrorCode = 'DEVICE_MISSING', untilMs = 20_000) {
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
        const realClock = { now: unasked, wall: unasked, trust: unasked, after$: unasked };
        const virtual = openVirtualBoard({ traces: traces.map(openTrace), speed: 'max', faults: [], realClock });
        virtual.lampShown$.subscribe(({ rhythmMs }) => shown.push(String(rhythmMs)));
        const lines = virtual.lines.map((port) => refusing(port, virtual.clock, code, untilMs));
        return { board: { ...virtual, lines }, play: (play) => virtual.play(play) };
      },
    });
    return { ...outcome, shown };
  }

  const told = async (name: string): Promise<string[]> => {
    const { out } = await must(['faults', '--data', at(name), '--history', '--json']);
    return (JSON.parse(out) as FaultHistory).events.map(({ kind, code }) => `${kind} ${code}`);
  };

  it('says so by its lamp where nobody would read a message, and records from when it is there', async () => {
    const { exit, err, shown } = await run('box', true);
    assert.deepEqual([exit, err], [0, '']);
    assert.ok(shown.includes(String(faultPattern('SENSE_LOST').rhythmMs)));
    const calls: readonly CallRecord[] = await callsOf(at('box'));
    assert.deepEqual(calls.map(({ durationMs }) => durationMs).sort(), [15_000, 15_000]);
    assert.deepEqual(await told('box'), ['fault-raised SENSE_LOST', 'fault-cleared SENSE_LOST']);
    const { out } = await must(['check', '--data', at('box'), '--json']);
    assert.deepEqual(JSON.parse(out).breaches, []);
  });

  it('goes on with its lamp telling where trying again does not help', async () => {
    const { exit, err, shown } = await run('refused', true, 'FORMAT_REFUSED', Number.POSITIVE_INFINITY);
    assert.deepEqual([exit, err], [0, '']);
    assert.ok(shown.includes(String(faultPattern('SENSE_LOST').rhythmMs)));
    assert.deepEqual(await told('refused'), ['fault-raised SENSE_LOST']);
  });

  it('ends with the reason where somebody has typed the command', async () => {
    const { exit, err } = await run('typed', false);
    assert.equal(exit, 1);
    assert.match(err, /^kikitome: DEVICE_MISSING: line-1: no GPIO chip of this label[^\n]*\n$/u);
  });
});

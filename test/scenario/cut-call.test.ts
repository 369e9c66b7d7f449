import assert from 'node:assert/strict';
import { cpSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { parseFault } from '../../drivers/simulated/fault.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import { Chance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { kikitome, must } from '../support/world.js';
import { contentsOf, scratch } from './recorded.js';

const RATE_HZ = 8000;
const BYTES_PER_MS = 4;
const STARTS_AT_MS = Date.parse('2026-11-24T09:00:00+09:00');
const LIFT_MS = 2000;
/** What a power cut may take of a call's end. */
const LOST_MAX_MS = 2000;
const OPEN_BLOCK = 1;

/** 0 by dial pulses, from a moment on: ten breaks of 67 ms. */
const dialledZero = (atMs: number): EdgeJson[] =>
  Array.from({ length: 10 }, (_, i): EdgeJson[] => [
    { atMs: atMs + 100 * i, hook: 'on' },
    { atMs: atMs + 100 * i + 67, hook: 'off' },
  ]).flat();

/** How often the open block of a recording stands in a store of so few calls that the ring has not come round. */
function openBlocksIn(store: string): number {
  const ring = path.join(store, 'ring');
  const unit = Buffer.alloc(6);
  const file = openSync(ring, 'r');
  let count = 0;
  for (let at = 0; at < statSync(ring).size; at += 4096) {
    readSync(file, unit, 0, unit.length, at);
    if (unit.toString('latin1', 0, 4) === 'KTB1' && unit[5] === OPEN_BLOCK) count += 1;
  }
  return count;
}

describe('scenario: the power goes in the middle of a call', () => {
  const at = scratch();

  /** What is in the store as it stood at a moment of a call that is lifted at 2 s. */
  async function cutAt(cutMs: number, { edges = [], faults = [] }: { edges?: EdgeJson[]; faults?: string[] }) {
    const name = `${cutMs}-${faults.length}-${edges.length}`;
    await must(['format', '--data', at(name), '--capacity', '32MiB']);
    const endMs = cutMs + 10_000;
    const said = new Murmur(new Chance(3), RATE_HZ).speak((endMs * RATE_HZ) / 1000);
    const lift: EdgeJson = { atMs: LIFT_MS, hook: 'off' };
    const trace = cleanTrace([lift, ...edges], said, { dir: at(`${name}-trace`) });
    const { exit, err } = await kikitome(['run', '--data', at(name), '--trace', trace, '--speed', 'max'], {
      openBoard: async ({ traces }) => {
        const unasked = () => assert.fail('the real clock was asked');
        const board = openVirtualBoard({
          traces: traces.map(openTrace),
          speed: 'max',
          faults: faults.map(parseFault),
          realClock: { now: unasked, wall: unasked, trust: unasked, after$: unasked },
        });
        board.clock.after$(cutMs).subscribe(() => cpSync(at(name), at(`${name}-cut`), { recursive: true, filter }));
        return { board, play: (play) => board.play(play) };
      },
    });
    assert.deepEqual([exit, err], [0, '']);
    const { calls, breaches } = await contentsOf(at(`${name}-cut`));
    assert.deepEqual(breaches, []);
    const [call, ...more] = calls;
    assert.ok(call?.audio);
    assert.deepEqual([call.outcome, call.startedAt, more], ['interrupted', '2026-11-24T09:00:02.000+09:00', []]);
    const lostMs = cutMs - (Date.parse(call.endedAt ?? '') - STARTS_AT_MS);
    const gapsMs = call.gaps.reduce((sum, { lengthMs }) => sum + lengthMs, call.moreGaps?.lengthMs ?? 0);
    const soundMs = call.audio.bytes / BYTES_PER_MS;
    assert.ok(Math.abs((call.durationMs ?? 0) - soundMs - gapsMs) < 1, `${call.durationMs}: ${soundMs} + ${gapsMs}`);
    assert.equal(Date.parse(call.endedAt ?? '') - Date.parse(call.startedAt), Math.round(call.durationMs ?? 0));
    return { call, lostMs, openBlocks: openBlocksIn(at(`${name}-cut`)) };
  }
  const filter = (file: string): boolean => !file.endsWith('control.sock');

  it('a gap that was known is in the record, which is as long as sound and gap together', async () => {
    const { call, lostMs } = await cutAt(12_000, { faults: ['capture-overrun@4000:3000'] });
    assert.equal(call.gaps.length, 1);
    const [gap] = call.gaps;
    assert.ok(gap && Math.abs(gap.atMs - 2000) <= 30 && Math.abs(gap.lengthMs - 3000) <= 30, JSON.stringify(gap));
    assert.ok(lostMs >= 0 && lostMs <= LOST_MAX_MS, `${lostMs}`);
  });

  it('what was dialled and flashed until then, too', async () => {
    const flash: EdgeJson[] = [
      { atMs: 20_000, hook: 'on' },
      { atMs: 20_500, hook: 'off' },
    ];
    const { call, lostMs } = await cutAt(26_000, { edges: [...dialledZero(4000), ...flash] });
    assert.deepEqual(
      [call.direction, call.dialled, call.flashes, call.gaps],
      ['outbound', '0', [{ atMs: 18_000, lengthMs: 500 }], []],
    );
    assert.ok(lostMs >= 0 && lostMs <= LOST_MAX_MS, `${lostMs}`);
  });

  it('nothing is said anew of a call of which nothing becomes known', async () => {
    const { openBlocks, lostMs } = await cutAt(60_000, {});
    assert.equal(openBlocks, 1);
    assert.ok(lostMs >= 0 && lostMs <= LOST_MAX_MS, `${lostMs}`);
  });

  it('a sound card that flaps three times a second for five minutes costs 28 blocks', async () => {
    const faults = Array.from({ length: 900 }, (_, i) => `capture-overrun@${3000 + i * 333}:40`);
    const { call, openBlocks, lostMs } = await cutAt(304_000, { faults });
    assert.equal(call.gaps.length, 200);
    assert.ok((call.moreGaps?.count ?? 0) > 500, JSON.stringify(call.moreGaps));
    // At its beginning; every 5 s for 50 s, every 10 s for 100 s, and every 20 s.
    assert.equal(openBlocks, 1 + 10 + 10 + 7);
    // 40 of 333 ms are gaps: those of the last 20 s at the most are not known.
    assert.ok(lostMs >= 0 && lostMs <= LOST_MAX_MS + 20_000 * (40 / 333), `${lostMs}`);
  });
});

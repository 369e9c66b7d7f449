import assert from 'node:assert/strict';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { Chance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { must } from '../support/world.js';
import { contentsOf, match, record, samplesOf, scratch } from './recorded.js';

const RATE_HZ = 8000;
/** A half-wave of the mains at 60 Hz, as a detector shows it. */
const HALF_WAVE_MS = 8.3;

const hook = (atMs: number, to: 'on' | 'off'): EdgeJson => ({ atMs, hook: to });

/** A hook detector that hums, beginning with an edge to the other level than `before`, for about `lengthMs`; it ends at `last`. */
function hum(fromMs: number, lengthMs: number, before: 'on' | 'off', last: 'on' | 'off'): EdgeJson[] {
  const pairs = Math.floor(lengthMs / HALF_WAVE_MS / 2);
  const count = 2 * pairs + (before === last ? 0 : 1);
  const other = before === 'on' ? 'off' : 'on';
  return Array.from({ length: count }, (_, i) => hook(fromMs + i * HALF_WAVE_MS, i % 2 === 0 ? other : before));
}

const lastMs = (edges: readonly EdgeJson[]): number => edges.at(-1)?.atMs ?? 0;

describe('scenario: a detector that tells what no telephone does', () => {
  const at = scratch();

  /** Plays it with somebody speaking all the time, and looks at what was kept. */
  async function played(name: string, edges: readonly EdgeJson[], restMs = 80_000) {
    const said = new Murmur(new Chance(7), RATE_HZ).speak(Math.round(((lastMs(edges) + restMs) * RATE_HZ) / 1000));
    const trace = cleanTrace(edges, said, { dir: at(`${name} trace`) });
    await record(at(name), [trace]);
    const { out: reckoned } = await must(['reckon', '--data', at(name), '--day', '2026-11-24']);
    const contents = await contentsOf(at(name));
    assert.deepEqual(contents.breaches, []);
    return { ...contents, reckoned, said: samplesOf(trace, 'line-1') };
  }

  /** When and how long, from the start of the trace. */
  const timesOf = ({ startedAt, endedAt, durationMs }: CallRecord): (number | null)[] => {
    const since = (text: string | null) => Date.parse(text ?? '') - Date.parse('2026-11-24T09:00:00+09:00');
    return [since(startedAt), since(endedAt), Math.round(durationMs ?? -1)];
  };

  const hums: readonly [what: string, edges: readonly EdgeJson[], fromMs: number, toMs: number][] = [
    ['on an idle line', hum(5000, 60_000, 'on', 'on'), 5000, lastMs(hum(5000, 60_000, 'on', 'on'))],
    [
      'on an idle line, and ends with the handset up',
      [...hum(5000, 60_000, 'on', 'off'), hook(75_000, 'on')],
      5000,
      75_000,
    ],
    [
      'in a call, and ends with the handset down',
      [hook(2000, 'off'), ...hum(12_000, 60_000, 'off', 'on')],
      2000,
      lastMs(hum(12_000, 60_000, 'off', 'on')),
    ],
    [
      'in a call that goes on after it',
      [hook(2000, 'off'), ...hum(12_000, 60_000, 'off', 'off'), hook(80_000, 'on')],
      2000,
      80_000,
    ],
  ];
  for (const [what, edges, fromMs, toMs] of hums) {
    it(`hums for a minute ${what}: one call, whole, its sound as long as it says, and a fault`, async () => {
      const { calls, audio, faults, reckoned, said } = await played(what, edges);
      const [call] = calls;
      assert.equal(calls.length, 1);
      assert.ok(call);
      const [from, to, durationMs] = timesOf(call);
      assert.deepEqual([from, durationMs], [fromMs, Math.round(toMs - fromMs)]);
      assert.ok(Math.abs((to ?? 0) - toMs) <= 1);
      assert.deepEqual([call.outcome, call.gaps, call.flashes], ['answered', [], []]);
      const stretch = said.subarray((fromMs * RATE_HZ) / 1000, Math.round((toMs * RATE_HZ) / 1000));
      const { lagSamples, correlation, longerSamples } = match(stretch, audio.get(call.number) ?? new Uint8Array());
      assert.ok(Math.abs(lagSamples) <= 1 && correlation > 0.9, `${lagSamples} ${correlation}`);
      assert.ok(longerSamples >= 0 && longerSamples < 2 * 576, `${longerSamples}`);
      assert.match(reckoned, /1 calls, 1 recordings, 0 missed, 0 unexplained/);
      assert.deepEqual(
        faults.map(({ kind, code, subject }) => [kind, code, subject]),
        [
          ['fault-raised', 'SENSE_FALSE', 'line-1-hook'],
          ['fault-cleared', 'SENSE_FALSE', 'line-1-hook'],
        ],
      );
    });
  }

  it('rings without a pause: a missed call at its beginning, lifts are calls of their own, and a fault until it lets go', async () => {
    const edges: EdgeJson[] = [
      { atMs: 2000, ring: true },
      hook(300_000, 'off'),
      hook(310_000, 'on'),
      { atMs: 400_000, ring: false },
    ];
    const { calls, faults, reckoned } = await played('stuck', edges);
    assert.deepEqual(
      calls.map(({ direction, ringMs, startedAt }) => [direction, ringMs, startedAt.slice(11, 19)]),
      [
        ['inbound', 6000, '09:00:02'],
        ['outbound', null, '09:05:00'],
      ],
    );
    assert.deepEqual(
      faults.map(({ kind, subject, at: when }) => [kind, subject, when.slice(11, 16)]),
      [
        ['fault-raised', 'line-1-ring', '09:00'],
        ['fault-cleared', 'line-1-ring', '09:07'],
      ],
    );
    assert.match(reckoned, /1 calls, 1 recordings, 1 missed, 0 unexplained/);
  });

  it('taps without end: a dozen records, no more; calls among them are kept from their first edge, and a fault', async () => {
    const taps = Array.from({ length: 100 }, (_, i) => [hook(2000 + 1600 * i, 'off'), hook(2040 + 1600 * i, 'on')]);
    const edges = [...taps.slice(0, 50).flat(), hook(82_500, 'off'), hook(142_500, 'on')];
    const more = taps.slice(0, 50).map((tap) => tap.map((edge): EdgeJson => ({ ...edge, atMs: edge.atMs + 150_000 })));
    const { calls, faults, reckoned } = await played('taps', [...edges, ...more.flat()]);
    assert.equal(calls.length, 13);
    assert.deepEqual(timesOf(calls[12] as CallRecord), [82_500, 142_500, 60_000]);
    assert.match(reckoned, /13 calls, 13 recordings, 0 missed, 0 unexplained/);
    assert.deepEqual(
      faults.map(({ kind, code, subject }) => [kind, code, subject]),
      [
        ['fault-raised', 'SENSE_FALSE', 'line-1-hook'],
        ['fault-cleared', 'SENSE_FALSE', 'line-1-hook'],
        ['fault-raised', 'SENSE_FALSE', 'line-1-hook'],
        ['fault-cleared', 'SENSE_FALSE', 'line-1-hook'],
      ],
    );
  });
});

import assert from 'node:assert/strict';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { Chance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { must } from '../support/world.js';
import { contentsOf, match, samplesOf, scratch } from './recorded.js';

const MINUTES = 20;
const SEED = 95;

describe(`scenario: a call of ${MINUTES} minutes in a ring of four (seed ${SEED})`, () => {
  const at = scratch();
  let calls: readonly CallRecord[] = [];
  let audio: ReadonlyMap<number, Buffer> = new Map();
  let breaches: readonly string[] = [];

  before(async () => {
    const endMs = MINUTES * 60_000;
    const edges: EdgeJson[] = [
      { atMs: 500, ring: true },
      { atMs: 1500, ring: false },
      { atMs: 2000, hook: 'off' },
      // Flashes in the first and in the last part.
      { atMs: 30_000, hook: 'on' },
      { atMs: 30_500, hook: 'off' },
      { atMs: endMs - 10_000, hook: 'on' },
      { atMs: endMs - 9500, hook: 'off' },
      { atMs: endMs, hook: 'on' },
    ];
    cleanTrace(edges, new Murmur(new Chance(SEED), 8000).speak(MINUTES * 60 * 8000 + 8000), { dir: at('trace') });
    await must(['format', '--data', at('store'), '--capacity', '4MiB']);
    const { out } = await must(['run', '--data', at('store'), '--trace', at('trace'), '--speed', 'max']);
    assert.doesNotMatch(out, /STORAGE_FAILING/);
    ({ calls, audio, breaches } = await contentsOf(at('store')));
  });

  it('goes on under the next number, without losing a sample at the seam', () => {
    assert.ok(calls.length >= 1);
    assert.ok((calls.at(-1)?.number ?? 0) >= 4, 'several parts');
    const samples = samplesOf(at('trace'), 'line-1');
    const startMs = Date.parse('2026-11-24T09:00:00+09:00');
    for (const [i, call] of calls.entries()) {
      const next = calls[i + 1];
      assert.deepEqual(call.gaps, []);
      assert.equal(call.direction, 'inbound');
      assert.equal(call.outcome, next ? 'interrupted' : 'answered');
      if (next) assert.ok(Math.abs(Date.parse(next.startedAt) - Date.parse(call.endedAt ?? '')) <= 1);
      for (const { atMs } of call.flashes) assert.ok(atMs >= 0 && atMs < (call.durationMs ?? 0));
      const from = Math.round((Date.parse(call.startedAt) - startMs) * 8);
      const said = samples.subarray(from, from + Math.round((call.durationMs ?? 0) * 8));
      // A record's time is in whole milliseconds, its seam on any sample: 8 of them at most.
      const { lagSamples, correlation, longerSamples } = match(said, audio.get(call.number) ?? Buffer.alloc(0), 80);
      assert.ok(Math.abs(lagSamples) <= 8, `${lagSamples}`);
      assert.ok(correlation > 0.9);
      assert.ok(longerSamples >= -8 && longerSamples < 584);
    }
    assert.equal(calls.at(-1)?.flashes.length, 1);
  });

  it('leaves a sound store, in which the oldest parts made room', () => {
    assert.deepEqual(breaches, []);
    assert.ok((calls[0]?.number ?? 0) > 1);
  });
});

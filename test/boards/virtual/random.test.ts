import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTrace } from '../../../drivers/simulated/trace.js';
import { makeRandomTrace } from '../../support/traces.js';
import { ramp, traceFolder } from './rig.js';

describe('random traces', () => {
  const make = traceFolder();
  const random = (seed: number, calls: number) =>
    makeRandomTrace({ seed, calls, line: 'line-1', dir: make([], ramp(8)).dir, meanCallS: 5 });

  it('are written the same by the same seed, else not (seeds 1, 2)', () => {
    const bytes = [1, 1, 2].map((seed) => {
      const { dir } = random(seed, 5);
      return readFileSync(join(dir, 'trace.json'), 'latin1') + readFileSync(join(dir, 'line-1.wav'), 'latin1');
    });
    assert.equal(bytes[0], bytes[1]);
    assert.notEqual(bytes[0], bytes[2]);
  });

  for (const seed of [3, 4, 5]) {
    it(`have edges and sound where the expected calls say (seed ${seed})`, () => {
      const { dir, expected } = random(seed, 60);
      const { edges, audio, durationMs } = openTrace(dir);
      const wav = readFileSync(audio.path);
      const peak = (fromMs: number, toMs: number) => {
        let most = 0;
        for (let at = Math.ceil(fromMs * 8); at < Math.floor(toMs * 8); at += 1) {
          most = Math.max(most, Math.abs(wav.readInt16LE(audio.dataOffsetBytes + 2 * at)));
        }
        return most;
      };
      assert.equal(new Set(expected.map(({ kind }) => kind)).size, 4);
      assert.ok(expected.some(({ flashes }) => flashes.length > 0));
      let freeMs = 0;
      for (const { kind, direction, offHookMs, onHookMs, ringStartMs, ringMs, flashes } of expected) {
        const startMs = ringStartMs ?? offHookMs ?? 0;
        assert.ok(startMs - freeMs >= 1500);
        assert.equal(direction === 'inbound', ringStartMs !== null);
        if (ringStartMs !== null) assert.ok(edges.some((edge) => edge.kind === 'ring' && edge.atMs === ringStartMs));
        freeMs = onHookMs ?? startMs + ringMs + 5000;
        assert.ok(peak(startMs - 1000, offHookMs ?? freeMs) <= 32);
        if (offHookMs === null || onHookMs === null) continue;
        for (const [hook, atMs] of [
          ['off-hook', offHookMs],
          ['on-hook', onHookMs],
        ] as const) {
          assert.ok(edges.some((edge) => edge.kind === 'hook' && edge.hook === hook && edge.atMs === atMs));
        }
        assert.ok(peak(offHookMs, offHookMs + 500) > 1000);
        assert.ok(peak(onHookMs, Math.min(onHookMs + 1500, durationMs)) <= 32);
        assert.ok(kind !== 'outbound' || onHookMs - offHookMs > 8999.9);
        assert.ok(kind !== 'abandoned' || onHookMs - offHookMs < 4000.1);
        for (const { atMs, lengthMs } of flashes) assert.ok(peak(atMs, atMs + lengthMs) <= 32);
      }
    });
  }
});

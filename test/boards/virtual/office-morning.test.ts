import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openVirtualBoard } from '../../../boards/virtual/board.js';
import { openTrace } from '../../../drivers/simulated/trace.js';
import { atOnce, log, stoppedClock } from './rig.js';

const MORNING = fileURLToPath(new URL('../../../boards/virtual/office-morning/', import.meta.url));

describe('office morning', () => {
  const folders = readdirSync(MORNING, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const traces = folders.map(({ name }) => openTrace(join(MORNING, name)));

  it('is small, and its traces keep their distance on each line', () => {
    const bytes = traces.reduce((sum, { audio }) => sum + statSync(audio.path).size, 0);
    assert.ok(traces.length >= 8 && bytes < 5_000_000);
    for (const line of ['line-1', 'line-2']) {
      let freeMs = 0;
      for (const { startsAtMs, durationMs, edges } of traces.filter((trace) => trace.line === line)) {
        assert.ok(startsAtMs + (edges[0]?.atMs ?? 0) - freeMs >= 3000);
        assert.ok(startsAtMs + durationMs >= freeMs);
        freeMs = startsAtMs + (edges.at(-1)?.atMs ?? 0);
      }
    }
  });

  it('plays on two lines, loud and clear and never clipped, and ends with both on-hook', async () => {
    const board = openVirtualBoard({ traces, speed: 'max', realClock: stoppedClock() });
    const edges = log(board, { audio: false });
    const peaks = board.lines.map(({ audio }) => {
      const peak = { value: 0 };
      audio.blocks$.subscribe(({ samples }) => {
        for (const sample of samples) peak.value = Math.max(peak.value, Math.abs(sample));
      });
      return peak;
    });
    await board.play({ settled: atOnce });
    assert.ok(edges.length > 80);
    for (const { value } of peaks) assert.ok(value > 8000 && value < 28_000);
    assert.deepEqual(
      board.lines.map(({ sense }) => sense.hook()),
      ['on-hook', 'on-hook'],
    );
    assert.equal(board.clock.wall() - Date.parse('2026-11-24T09:00:00+09:00'), board.clock.now());
  });
});

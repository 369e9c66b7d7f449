import assert from 'node:assert/strict';
import fc from 'fast-check';
import stringWidth from 'string-width';
import type { CallRecord } from '../../../firmware/call/call-record.js';
import { LiveView, type Scene } from '../../../firmware/cli/live-view.js';
import { FAULT_CODES } from '../../../firmware/faults/catalogue.js';
import { sayingOf } from '../../../firmware/panel/view.js';
import type { MonotonicMs } from '../../../hal/clock.js';
import { Terminal } from '../../support/terminal.js';

interface Shown {
  readonly lines?: number;
  readonly faults?: number;
  readonly calls?: number;
  readonly hasKeys?: boolean;
}

/** As much to be seen as is wanted. */
function scene({ lines = 1, faults = 0, calls = 0, hasKeys = true }: Shown): Scene {
  const retrieval = { phase: 'idle' } as const;
  const there = FAULT_CODES.slice(0, faults).map((code) => {
    return { code, subject: 'x', sinceWallMs: 0, detail: '', active: true, acknowledged: false, times: 1 };
  });
  const views = Array.from({ length: lines }, (_, i) => {
    return { id: `line-${i + 1}`, state: 'idle', sinceMs: null, levelDbm0: -60, number: null } as const;
  });
  const saying = sayingOf({ lines: views, faults: there, retrieval, guidance: false, asked: null });
  const call = { line: 'line-1', startedAt: '2026-11-24T09:00:00+09:00', durationMs: 1000, direction: 'inbound' };
  const kept = Array.from({ length: calls }, (_, i) => {
    return { ...call, number: calls - i, outcome: 'answered', caller: null, dialled: null, audio: null, state: 'kept' };
  });
  return {
    recorder: { lines: views, keptCalls: 0, nowMs: 0 },
    panel: { ...saying, faults: there, retrieval, sinceMs: 0 as MonotonicMs },
    calls: kept as unknown as CallRecord[],
    nowMs: 0,
    hasKeys,
  };
}

const many = { lines: 4, faults: 6, calls: 10 };

describe('the panel drawn on a terminal', () => {
  const drawn = (terminal: Terminal, ...scenes: readonly Shown[]): readonly string[] => {
    const view = new LiveView(terminal, 'en', () => terminal.size);
    for (const each of scenes) view.show(scene(each));
    return terminal.lines;
  };

  it('shows everything where there is room for it', () => {
    const lines = drawn(new Terminal(100, 26), many);
    assert.equal(lines.filter((line) => /^ {2}line-/.test(line)).length, 4);
    assert.equal(lines.filter((line) => line.startsWith('  !')).length, 6);
    assert.equal(lines.filter((line) => line.includes('2026-11-24')).length, 10);
    assert.match(lines.at(-2) ?? '', /^Space: press/);
  });

  it('shows fewer calls on a terminal of 24 rows, and never scrolls', () => {
    const terminal = new Terminal(80, 24);
    const lines = drawn(terminal, ...Array.from({ length: 20 }, () => many));
    assert.equal(terminal.scrolled, 0);
    assert.match(lines[0] ?? '', /fault 1-1/);
    assert.equal(lines.filter((line) => line.startsWith('  !')).length, 6);
    const calls = lines.filter((line) => line.includes('2026-11-24'));
    assert.equal(calls.length, 8);
    assert.match(calls[0] ?? '', /^ +10 /); // the newest
    assert.match(lines[22] ?? '', /^Space: press/);
  });

  it('says how many faults and lines it leaves out on a small one', () => {
    const lines = drawn(new Terminal(40, 10), many);
    const starts = lines.map((line) => line.trimStart().split(/[ :]/)[0]);
    assert.deepEqual(starts, ['●', 'line-1', 'line-2', 'line-3', 'line-4', '!', '!', '!', '…', '']);
    assert.equal(lines[8], '  … 3 not shown');
    assert.deepEqual(drawn(new Terminal(40, 5), many).slice(1), [
      '  line-1  ························  -60',
      '  … 3 not shown',
      '  … 6 not shown',
      '',
    ]);
  });

  it('scrolls once where it begins at the bottom, then stays in place', () => {
    const terminal = new Terminal(80, 24, 23);
    drawn(terminal, ...Array.from({ length: 20 }, () => many));
    assert.equal(terminal.scrolled, 23);
  });

  it('is drawn anew where the terminal has another size', () => {
    const terminal = new Terminal(80, 24);
    const view = new LiveView(terminal, 'en', () => terminal.size);
    view.show(scene(many));
    for (const [columns, rows] of [
      [40, 10],
      [120, 40],
    ] as const) {
      terminal.resize(columns, rows);
      view.show(scene(many));
      view.show(scene(many));
      assert.deepEqual(terminal.lines, drawn(new Terminal(columns, rows), many));
    }
    assert.equal(terminal.scrolled, 0);
  });

  it('never scrolls once it is drawn, whatever there is to be seen and however large the terminal is (property, seed 8)', () => {
    const shown = fc.record({
      lines: fc.integer({ min: 1, max: 8 }),
      faults: fc.nat({ max: 12 }),
      calls: fc.nat({ max: 12 }),
      hasKeys: fc.boolean(),
    });
    const size = fc.record({ columns: fc.integer({ min: 5, max: 130 }), rows: fc.integer({ min: 2, max: 45 }) });
    fc.assert(
      fc.property(fc.array(fc.record({ shown, size }), { minLength: 1, maxLength: 6 }), (frames) => {
        const terminal = new Terminal(80, 24);
        const view = new LiveView(terminal, 'ja', () => terminal.size);
        view.show(scene({}));
        for (const { shown, size } of frames) {
          terminal.resize(size.columns, size.rows);
          for (const each of [shown, { ...shown, faults: 0 }, shown]) view.show(scene(each));
          assert.equal(terminal.scrolled, 0);
          for (const line of terminal.lines) assert.ok(stringWidth(line) <= size.columns);
          assert.match(terminal.lines[0] ?? '', /^[●○]/u);
        }
      }),
      { numRuns: 40, seed: 8 },
    );
  });
});

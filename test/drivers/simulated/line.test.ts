import assert from 'node:assert/strict';
import { SimulatedLine } from '../../../drivers/simulated/line.js';
import type { MonotonicMs } from '../../../hal/clock.js';
import type { LineEdge } from '../../../hal/line.js';

describe('SimulatedLine', () => {
  it('shows a level before anybody hears of its edge, and replays nothing', () => {
    const line = new SimulatedLine('off-hook');
    const seen: string[] = [];
    line.edges$.subscribe(({ kind }) => seen.push(`${kind} ${line.hook()} ${line.ringing}`));
    const atMs = 1 as MonotonicMs;
    const edges: LineEdge[] = [
      { kind: 'hook', hook: 'on-hook', atMs },
      { kind: 'ring', ringing: true, atMs },
      { kind: 'polarity', polarity: 'reversed', atMs },
    ];
    for (const edge of edges) line.change(edge);
    assert.deepEqual(seen, ['hook on-hook false', 'ring on-hook true', 'polarity on-hook true']);
    line.edges$.subscribe(() => assert.fail('nothing is replayed'));
  });

  it('that loses edges says how many, then tells the levels that have moved', () => {
    const line = new SimulatedLine('on-hook');
    const seen: string[] = [];
    line.edges$.subscribe((edge) => seen.push(`${edge.kind} ${edge.atMs}`));
    line.lost$.subscribe(({ edges, atMs }) => seen.push(`lost ${edges} ${atMs}`));
    const at = (ms: number): MonotonicMs => ms as MonotonicMs;
    line.miss();
    line.see(at(5));
    assert.deepEqual(seen, [], 'nothing came, nothing is lost');
    line.miss();
    line.change({ kind: 'hook', hook: 'off-hook', atMs: at(10) });
    line.change({ kind: 'ring', ringing: true, atMs: at(11) });
    line.change({ kind: 'ring', ringing: false, atMs: at(12) });
    assert.equal(line.hook(), 'off-hook');
    line.see(at(20));
    line.change({ kind: 'hook', hook: 'on-hook', atMs: at(30) });
    assert.deepEqual(seen, ['lost 3 20', 'hook 20', 'hook 30']);
  });
});

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
});

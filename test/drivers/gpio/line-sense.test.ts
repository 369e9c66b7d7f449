import assert from 'node:assert/strict';
import { GpioLineSense } from '../../../drivers/gpio/line-sense.js';
import { HalError } from '../../../hal/errors.js';
import type { LineEdge, LostEdges } from '../../../hal/line.js';
import { Bench } from './pins.js';

const [HOOK, RING, POLARITY] = [4, 7, 9];

describe('GpioLineSense', () => {
  it('tells each detector in the words of the line, by the wiring as data', () => {
    const bench = new Bench();
    const inputs = bench.inputs({ offset: HOOK, activeLow: true }, { offset: RING }, { offset: POLARITY });
    const sense = new GpioLineSense(inputs, { hook: HOOK, ring: RING, polarity: POLARITY });
    bench.chip.drive(HOOK, true);
    assert.equal(sense.hook(), 'on-hook');
    const edges: LineEdge[] = [];
    sense.edges$.subscribe((edge) => edges.push(edge));
    bench.drive(10, RING, true);
    bench.drive(20.5, RING, false);
    bench.drive(30, HOOK, false);
    bench.drive(40, POLARITY, true);
    assert.equal(sense.hook(), 'off-hook');
    assert.deepEqual(edges, [
      { kind: 'ring', ringing: true, atMs: 10 },
      { kind: 'ring', ringing: false, atMs: 20.5 },
      { kind: 'hook', hook: 'off-hook', atMs: 30 },
      { kind: 'polarity', polarity: 'reversed', atMs: 40 },
    ]);
  });

  it('shows a call in progress at start, and loses nothing between the first look and listening', () => {
    const bench = new Bench();
    bench.chip.drive(HOOK, true);
    const sense = new GpioLineSense(bench.inputs({ offset: HOOK }), { hook: HOOK });
    assert.equal(sense.hook(), 'off-hook');
    bench.drive(5, HOOK, false);
    const edges: LineEdge[] = [];
    sense.edges$.subscribe((edge) => edges.push(edge));
    bench.until(6);
    assert.deepEqual(edges, [{ kind: 'hook', hook: 'on-hook', atMs: 5 }]);
  });

  it('says that edges were lost, and tells the level that nobody saw come', () => {
    const bench = new Bench();
    bench.chip.keeps = 4;
    const sense = new GpioLineSense(bench.inputs({ offset: HOOK }, { offset: RING }), { hook: HOOK, ring: RING });
    const edges: LineEdge[] = [];
    const lost: LostEdges[] = [];
    sense.lost$.subscribe((each) => lost.push(each));
    sense.edges$.subscribe((edge) => edges.push(edge));
    bench.chip.drive(HOOK, true);
    for (let ms = 1; ms <= 6; ms += 1) {
      bench.clock.advanceTo(ms);
      bench.chip.drive(RING, ms % 2 === 1);
    }
    bench.kernel.turn();
    assert.deepEqual(lost, [{ edges: 3, atMs: 3 }]);
    assert.deepEqual(
      edges.map((edge) => `${edge.kind} ${edge.atMs}`),
      ['ring 3', 'ring 4', 'ring 5', 'ring 6', 'hook 6'],
    );
    assert.deepEqual(edges.at(-1), { kind: 'hook', hook: 'off-hook', atMs: 6 });
  });

  it('errors when its detector is taken away, and works again when it is back', () => {
    const bench = new Bench();
    const sense = new GpioLineSense(bench.inputs({ offset: HOOK }), { hook: HOOK });
    const codes: string[] = [];
    const error = (error: unknown) => codes.push(error instanceof HalError ? error.code : String(error));
    sense.edges$.subscribe({ error });
    bench.chip.gone = true;
    bench.kernel.turn();
    sense.edges$.subscribe({ error });
    assert.deepEqual(codes, ['DEVICE_GONE', 'DEVICE_MISSING']);
    bench.chip.gone = false;
    const edges: LineEdge[] = [];
    sense.edges$.subscribe((edge) => edges.push(edge));
    bench.drive(10, HOOK, true);
    assert.deepEqual(edges, [{ kind: 'hook', hook: 'off-hook', atMs: 10 }]);
  });
});

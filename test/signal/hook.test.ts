import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type HookEdge, readHook } from '../../firmware/signal/hook.js';
import { type HookEvent, PulseDialDecoder } from '../../firmware/signal/pulse-dial.js';
import { Random } from './support/random.js';

/** Off-hook at 0, the digits, on-hook 2 s later. `bounceMs`: contacts chatter this long at every edge. */
function dial(
  digits: string,
  pps: number,
  make: number,
  pauseMs: number,
  bounceMs = 0,
  random = new Random(1),
): HookEdge[] {
  const edges: HookEdge[] = [];
  const edge = (atMs: number, state: 'on' | 'off'): void => {
    edges.push([atMs, state]);
    if (bounceMs === 0) return;
    const other = state === 'on' ? 'off' : 'on';
    const a = random.between(0.1, bounceMs / 2);
    edges.push([atMs + a, other], [atMs + random.between(a + 0.1, bounceMs), state]);
  };
  let at = 0;
  edge(at, 'off');
  at += 900;
  for (const digit of digits) {
    const pulses = digit === '0' ? 10 : Number(digit);
    for (let i = 0; i < pulses; i += 1) {
      edge(at, 'on');
      edge(at + (1000 / pps) * (1 - make), 'off');
      at += 1000 / pps;
    }
    at += pauseMs;
  }
  edge(at + 2000, 'on');
  return edges;
}

describe('signal: hook', () => {
  for (const [nominal, rates, makes, pauseMs] of [
    [10, [9, 10, 11], [0.3, 0.36, 0.42], 600],
    [20, [18.4, 20, 21.6], [0.3, 0.33, 0.36], 450],
  ] as const) {
    for (const pps of rates) {
      for (const make of makes) {
        for (const bounceMs of [0, 4]) {
          it(`${pps} pps, make ${make}, bounce ${bounceMs} ms (seed 1)`, () => {
            const { calls } = readHook(dial('0912345678', pps, make, pauseMs, bounceMs));
            assert.equal(calls.length, 1);
            assert.equal(calls[0]?.dialled, '0912345678');
            assert.equal(calls[0]?.pulses, nominal);
            assert.deepEqual(calls[0]?.flashes, []);
          });
        }
      }
    }
  }
  const callsAround = (breakMs: number) =>
    readHook([
      [0, 'off'],
      [5000, 'on'],
      [5000 + breakMs, 'off'],
      [15000, 'on'],
    ]).calls;
  for (const breakMs of [200, 500, 1000, 1200]) {
    it(`${breakMs} ms is a flash`, () => {
      assert.deepEqual(callsAround(breakMs), [
        { startMs: 0, endMs: 15000, dialled: null, pulses: null, flashes: [{ atMs: 5000, durationMs: breakMs }] },
      ]);
    });
  }
  it('60 ms is a pulse, not a flash', () => assert.deepEqual(callsAround(60)[0]?.flashes, []));
  it('120 ms and 1400 ms are neither pulse nor flash nor hang-up', () => {
    for (const breakMs of [120, 1400]) {
      assert.deepEqual(callsAround(breakMs), [{ startMs: 0, endMs: 15000, dialled: null, pulses: null, flashes: [] }]);
    }
  });
  it('more than 1500 ms is a hang-up', () => {
    assert.deepEqual(
      callsAround(1600).map((call) => [call.startMs, call.endMs]),
      [
        [0, 5000],
        [6600, 15000],
      ],
    );
  });
  it('a call that goes on has no end', () => {
    assert.deepEqual(readHook([[100, 'off']]).calls, [
      { startMs: 100, endMs: null, dialled: null, pulses: null, flashes: [] },
    ]);
  });
  it('eleven pulses are no digit', () => {
    const edges: HookEdge[] = [[0, 'off']];
    for (let i = 0; i < 11; i += 1) edges.push([1000 + i * 100, 'on'], [1066 + i * 100, 'off']);
    edges.push([5000, 'on']);
    assert.equal(readHook(edges).calls[0]?.dialled, null);
  });
  it('says so when a hang-up has lasted long enough, without another edge', () => {
    const events: HookEvent[] = [];
    const decoder = new PulseDialDecoder((event) => events.push(event));
    decoder.edge(0, 'off');
    decoder.edge(4000, 'on');
    decoder.advance(5400);
    assert.deepEqual(events, [{ kind: 'seized', atMs: 0 }]);
    decoder.advance(5501);
    assert.deepEqual(events.at(-1), { kind: 'released', atMs: 4000 });
  });
  it('any edges: never throws, calls in order, the same however often time is advanced', () => {
    const edges = fc.array(fc.tuple(fc.nat(3000), fc.constantFrom('on' as const, 'off' as const)), { maxLength: 60 });
    fc.assert(
      fc.property(edges, fc.integer({ min: 1, max: 50 }), (steps, tick) => {
        let at = 0;
        const list = steps.map(([step, state]): HookEdge => {
          at += step / 7;
          return [at, state];
        });
        const { calls } = readHook(list);
        let last = Number.NEGATIVE_INFINITY;
        for (const { startMs, endMs } of calls) {
          assert.ok(startMs >= last && (endMs === null || endMs >= startMs));
          last = endMs ?? Number.POSITIVE_INFINITY;
        }
        const run = (ticking: boolean): HookEvent[] => {
          const events: HookEvent[] = [];
          const decoder = new PulseDialDecoder((event) => events.push(event));
          let now = 0;
          for (const [atMs, state] of list) {
            for (; ticking && now < atMs; now += tick) decoder.advance(now);
            decoder.edge(atMs, state);
          }
          decoder.finish();
          return events;
        };
        assert.deepEqual(run(true), run(false));
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

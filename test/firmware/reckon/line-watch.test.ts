import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TrackerInput } from '../../../firmware/call/call-event.js';
import { DEFAULT_TIMING } from '../../../firmware/call/timing.js';
import { step, trackerState } from '../../../firmware/call/tracker.js';
import { explain } from '../../../firmware/reckon/explain.js';
import { type Judgement, LineWatch } from '../../../firmware/reckon/line-watch.js';
import type { MonotonicMs } from '../../../hal/clock.js';
import type { LineEdge } from '../../../hal/line.js';

const ms = (value: number): MonotonicMs => value as MonotonicMs;
const hook = (atMs: number, state: 'on-hook' | 'off-hook'): LineEdge => ({ kind: 'hook', hook: state, atMs: ms(atMs) });
const ring = (atMs: number, ringing: boolean): LineEdge => ({ kind: 'ring', ringing, atMs: ms(atMs) });

/** What a watch says of these edges where nothing but `explain` was put on record. */
function watched(
  edges: readonly LineEdge[],
  explain: (watch: LineWatch) => void = () => undefined,
  endMs = 200_000,
): string[] {
  const told: string[] = [];
  const watch = new LineWatch(DEFAULT_TIMING, (judgement) => told.push(tell(judgement)));
  for (const edge of edges) watch.edge(edge);
  explain(watch);
  watch.advance(endMs);
  watch.finish(ms(endMs));
  return told;
}

const tell = ({ kind, verdict, unexplained }: Judgement): string =>
  [kind, verdict, ...unexplained.map(({ startMs, endMs }) => `${startMs}-${endMs}`)].join(' ');

const lift = [hook(1000, 'off-hook'), hook(9000, 'on-hook')];

describe('line watch', () => {
  it('finds an off-hook interval that nothing accounts for', () => {
    assert.deepEqual(watched(lift), ['off-hook unexplained 1000-9000']);
  });

  it('is content with a call that covers it, and with the fetching of a number', () => {
    assert.deepEqual(
      watched(lift, (watch) => watch.explained('call', 1002, 9001)),
      ['off-hook call'],
    );
    assert.deepEqual(
      watched(lift, (watch) => watch.explained('number-fetched', 1000, 9000)),
      ['off-hook number-fetched'],
    );
  });

  it('is not content with a record of a part', () => {
    assert.deepEqual(
      watched(lift, (watch) => watch.explained('call', 1000, 6000)),
      ['off-hook unexplained 1000-9000'],
    );
    assert.deepEqual(
      watched(lift, (watch) => watch.explained('call', 3000, 9000)),
      ['off-hook unexplained 1000-9000'],
    );
    const twice = [...lift, hook(9800, 'off-hook'), hook(15_000, 'on-hook')];
    assert.deepEqual(
      watched(twice, (watch) => watch.explained('call', 1000, 9000)),
      ['off-hook unexplained 9800-15000'],
    );
  });

  it('takes pulses and flashes for one interval, and a hang-up for its end', () => {
    const edges = [
      ...lift,
      hook(9500, 'off-hook'),
      hook(12_000, 'on-hook'),
      hook(14_000, 'off-hook'),
      hook(20_000, 'on-hook'),
    ];
    const told = watched(edges, (watch) => {
      watch.explained('call', 1000, 12_000);
      watch.explained('call', 14_000, 20_000);
    });
    assert.deepEqual(told, ['off-hook call', 'off-hook call']);
  });

  it('takes bounce for nothing', () => {
    assert.deepEqual(watched([hook(5, 'off-hook'), hook(9, 'on-hook'), hook(12, 'off-hook'), hook(14, 'on-hook')]), []);
  });

  it('finds a detector that chattered and that nothing accounts for, bounce though each of its edges be', () => {
    const hum = (offMs: number, onMs: number): LineEdge[] =>
      Array.from({ length: 100 }, (_, i) => 1000 + i * (offMs + onMs)).flatMap((at) => [
        hook(at, 'off-hook'),
        hook(at + offMs, 'on-hook'),
      ]);
    assert.deepEqual(watched(hum(8, 8)), ['off-hook unexplained 1000-2592']);
    assert.deepEqual(watched(hum(4, 16)), ['off-hook unexplained 1000-2984']);
    assert.deepEqual(
      watched(hum(4, 16), (watch) => watch.explained('call', 1000, 2984)),
      ['off-hook call'],
    );
    assert.deepEqual(watched(hum(8, 8).slice(0, 12)), []);
  });

  it('takes no more for a tap than is one', () => {
    const tap = [hook(1000, 'off-hook'), hook(1900, 'on-hook')];
    assert.deepEqual(watched(tap), ['off-hook unexplained 1000-1900']);
    assert.deepEqual(
      watched(tap, (watch) => watch.explained('tap', 1000, 1900)),
      [],
    );
    assert.deepEqual(
      watched(lift, (watch) => watch.explained('tap', 1000, 9000)),
      ['off-hook unexplained 1000-9000'],
    );
  });

  it('takes what rings without end for a detector that is stuck, but for its beginning', () => {
    const stuck = [ring(1000, true), ring(120_000, false)];
    assert.deepEqual(watched(stuck), ['ringing unexplained 1000-7000']);
    const flutters = Array.from({ length: 2500 }, (_, i) => [ring(40 * i, true), ring(40 * i + 20, false)]).flat();
    assert.deepEqual(
      watched(flutters, (watch) => watch.explained('rang', 0, 5980)),
      [],
    );
  });

  it('finds ringing that nothing accounts for, as one', () => {
    const edges = [ring(1000, true), ring(2000, false), ring(4000, true), ring(5000, false)];
    assert.deepEqual(watched(edges), ['ringing unexplained 1000-5000']);
    assert.deepEqual(
      watched(edges, (watch) => watch.explained('rang', 1000, 5000)),
      [],
    );
    assert.deepEqual(watched([ring(1000, true), ring(1150, false)]), []);
  });

  it('waits for the record of a caller who lets it ring for minutes', () => {
    const told: string[] = [];
    const watch = new LineWatch(DEFAULT_TIMING, (judgement) => told.push(tell(judgement)));
    for (let at = 0; at < 180_000; at += 3000) {
      watch.edge(ring(at, true));
      watch.edge(ring(at + 1000, false));
      watch.advance(at + 2000);
    }
    watch.explained('rang', 0, 178_000);
    watch.advance(400_000);
    watch.finish(ms(400_000));
    assert.deepEqual(told, []);
  });

  it('does not hear a bell on a line that is off-hook', () => {
    const edges = [hook(0, 'off-hook'), ring(1000, true), ring(3000, false), hook(5000, 'on-hook')];
    assert.deepEqual(
      watched(edges, (watch) => watch.explained('call', 0, 5000)),
      ['off-hook call'],
    );
  });

  it('judges what is open when the watch ends', () => {
    assert.deepEqual(watched([hook(1000, 'off-hook')], undefined, 5000), ['off-hook unexplained 1000-5000']);
    const call = (watch: LineWatch) => {
      watch.explained('call', 1000);
      watch.callEnded(5000);
    };
    assert.deepEqual(watched([hook(1000, 'off-hook')], call, 5000), ['off-hook call']);
  });

  it('keeps little in memory of a contact that trembles for an hour', () => {
    const watch = new LineWatch(DEFAULT_TIMING, () => undefined);
    let most = 0;
    for (let at = 0; at < 3_600_000; at += 40) {
      watch.edge(hook(at, 'off-hook'));
      watch.edge(hook(at + 20, 'on-hook'));
      if (at % 1000 === 0) watch.advance(at);
      most = Math.max(most, watch.held);
    }
    // Of 90,000 that it made.
    assert.ok(most > 0 && most <= 2000, `${most} pieces`);
    watch.finish(ms(3_600_000));
    assert.equal(watch.held, 0);
  });
});

const edges = fc.tuple(
  fc.oneof(fc.nat(15), fc.nat(120), fc.nat(2000), fc.nat(10_000)).map((n) => n / 2),
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('off', 'on') },
    { weight: 4, arbitrary: fc.constantFrom('ring', 'pause') },
    { weight: 1, arbitrary: fc.constantFrom('caller', 'voice') },
  ),
);
const gapsMs = fc.oneof(fc.nat(44), fc.nat(500), fc.nat(2400), fc.nat(6000)).map((n) => n / 2);

/** A detector that chatters, or that tells taps without end: its two levels in turn. */
const bursts = fc
  .tuple(gapsMs, gapsMs, fc.integer({ min: 2, max: 200 }), fc.constantFrom(['off', 'on'], ['ring', 'pause']))
  .map(([up, down, length, levels]) =>
    Array.from({ length }, (_, i): [number, string] => [i % 2 === 0 ? down : up, levels[i % 2] ?? '']),
  );

const steps = fc
  .array(fc.oneof({ weight: 12, arbitrary: edges.map((each) => [each]) }, { weight: 1, arbitrary: bursts }), {
    maxLength: 60,
  })
  .map((parts) => parts.flat());

const inputOf = (what: string, atMs: MonotonicMs): TrackerInput => {
  if (what === 'off' || what === 'on') return { kind: 'hook', hook: `${what}-hook`, atMs };
  if (what === 'ring' || what === 'pause') return { kind: 'ring', ringing: what === 'ring', atMs };
  return what === 'voice' ? { kind: 'voice', atMs } : { kind: 'caller', caller: { number: '0312345678' }, atMs };
};

const SEED = 20_261_125;

describe(`line watch and tracker, whatever the line does (seed ${SEED})`, () => {
  it('agree: all that one sees, the other has put on record', () => {
    const property = fc.property(steps, (script) => {
      const judgements: Judgement[] = [];
      const watch = new LineWatch(DEFAULT_TIMING, (judgement) => judgements.push(judgement));
      let state = trackerState('on-hook', ms(0), DEFAULT_TIMING);
      const levels = { hook: 'on', ring: 'pause' };
      const feed = (input: TrackerInput): void => {
        if (input.kind === 'hook' || input.kind === 'ring') watch.edge(input);
        const [next, events] = step(state, input);
        state = next;
        for (const event of events) explain(watch, event);
        watch.advance(input.atMs);
      };
      let atMs = 0;
      for (const [gap, what] of script) {
        atMs += gap;
        // A detector tells changes.
        const of = what === 'off' || what === 'on' ? 'hook' : 'ring';
        if (levels[of] === what) continue;
        if (what !== 'caller' && what !== 'voice') levels[of] = what;
        feed(inputOf(what, ms(atMs)));
      }
      const endMs = ms(atMs + 20_000);
      feed({ kind: 'stop', atMs: endMs });
      watch.finish(endMs);
      assert.deepEqual(
        judgements.filter(({ verdict }) => verdict === 'unexplained'),
        [],
      );
    });
    fc.assert(property, { seed: SEED, numRuns: 5000 });
  });
});

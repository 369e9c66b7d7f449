import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TrackerInput } from '../../../firmware/call/call-event.js';
import { DEFAULT_TIMING } from '../../../firmware/call/timing.js';
import { step, trackerState } from '../../../firmware/call/tracker.js';
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

  it('finds ringing that nothing accounts for, as one', () => {
    const edges = [ring(1000, true), ring(2000, false), ring(4000, true), ring(5000, false)];
    assert.deepEqual(watched(edges), ['ringing unexplained 1000-5000']);
    assert.deepEqual(
      watched(edges, (watch) => watch.explained('rang', 1000, 5000)),
      [],
    );
    assert.deepEqual(watched([ring(1000, true), ring(1150, false)]), []);
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

const steps = fc.array(
  fc.tuple(
    fc.oneof(fc.nat(15), fc.nat(120), fc.nat(2000), fc.nat(10_000)).map((n) => n / 2),
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('off', 'on') },
      { weight: 4, arbitrary: fc.constantFrom('ring', 'pause') },
      { weight: 1, arbitrary: fc.constantFrom('caller', 'voice') },
    ),
  ),
  { maxLength: 60 },
);

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
        for (const event of events) {
          if (event.kind === 'began') {
            watch.explained('call', event.atMs);
            if (event.ringMs !== null) watch.explained('rang', event.atMs - event.ringMs, event.atMs);
          } else if (event.kind === 'ended') watch.callEnded(event.atMs);
          else if (event.kind === 'missed') watch.explained('rang', event.startMs, event.endMs);
          else if (event.kind === 'fetched') watch.explained('number-fetched', event.startMs, event.endMs);
        }
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

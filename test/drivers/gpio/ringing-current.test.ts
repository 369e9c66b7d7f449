import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ringingCurrent, withoutRinging } from '../../../drivers/gpio/ringing-current.js';
import { openTrace } from '../../../drivers/simulated/trace.js';
import type { MonotonicMs } from '../../../hal/clock.js';
import type { LineEdge } from '../../../hal/line.js';
import { INBOUND } from '../../scenario/situations-inbound.js';
import { NUMBER_DISPLAY } from '../../scenario/situations-number-display.js';
import { OUTBOUND } from '../../scenario/situations-outbound.js';
import { TelephoneLine } from '../../scenario/telephone-line.js';

type Seen = readonly [atMs: number, what: 'off' | 'on' | 'ring' | 'quiet'];

const edgeOf = ([at, what]: Seen): LineEdge => {
  const atMs = at as MonotonicMs;
  return what === 'off' || what === 'on'
    ? { kind: 'hook', hook: `${what}-hook`, atMs }
    : { kind: 'ring', ringing: what === 'ring', atMs };
};

/** What is told of what the detectors see, as `off 300`. */
function told(...seen: readonly Seen[]): string[] {
  let state = ringingCurrent('on-hook');
  return seen.flatMap((each) => {
    const [next, edges] = withoutRinging(state, edgeOf(each));
    state = next;
    return edges.map((edge) => {
      const what =
        edge.kind === 'hook'
          ? edge.hook.replace('-hook', '')
          : edge.kind === 'ring'
            ? edge.ringing
              ? 'ring'
              : 'quiet'
            : edge.polarity;
      return `${what} ${edge.atMs}`;
    });
  });
}

/** A burst of ringing at 16 Hz from `fromMs`: the loop detector sees each half-wave, the ring detector holds for 70 ms after the last. */
function burst(fromMs: number, lengthMs: number, ringAfterMs: number): Seen[] {
  const seen: Seen[] = [];
  for (let atMs = fromMs; atMs < fromMs + lengthMs; atMs += 31) seen.push([atMs, 'off'], [atMs + 25, 'on']);
  seen.push([fromMs + ringAfterMs, 'ring'], [fromMs + lengthMs + 70, 'quiet']);
  return seen.sort((a, b) => a[0] - b[0]);
}

/** What a contact's bounce takes at most, ms. */
const BOUNCE_MS = 10;

/** Levels of one kind that stood for longer than a bounce, each with its first edge: how often a contact trembles in between tells nothing. */
function stood(all: readonly LineEdge[], kind: 'hook' | 'ring'): { readonly atMs: number; readonly level: string }[] {
  const edges = all.flatMap((edge) => {
    if (edge.kind !== kind) return [];
    return [{ atMs: edge.atMs, level: edge.kind === 'hook' ? edge.hook : String(edge.ringing) }];
  });
  const levels: { readonly atMs: number; readonly level: string }[] = [];
  for (let i = 0; i < edges.length; ) {
    const atMs = edges[i]?.atMs ?? 0;
    while ((edges[i + 1]?.atMs ?? Number.POSITIVE_INFINITY) - (edges[i]?.atMs ?? 0) < BOUNCE_MS) i += 1;
    const level = edges[i]?.level ?? '';
    if (levels.at(-1)?.level !== level) levels.push({ atMs, level });
    i += 1;
  }
  return levels;
}

describe('ringing current through a loop detector', () => {
  it('is no lifted handset, burst after burst', () => {
    const edges = told(...burst(1000, 1000, 0), ...burst(4000, 1000, 0));
    assert.deepEqual(
      edges.filter((edge) => !/^(off|on) (1000|4000)$/u.test(edge)),
      ['ring 1000', 'quiet 2070', 'ring 4000', 'quiet 5070'],
    );
    assert.equal(
      edges.filter((edge) => edge.startsWith('off')).length,
      edges.filter((edge) => edge.startsWith('on')).length,
    );
  });

  it('that begins before the ring detector sees it is taken back at once', () => {
    assert.deepEqual(told([1000, 'off'], [1004, 'ring'], [1025, 'on'], [1031, 'off'], [2050, 'on'], [2070, 'quiet']), [
      'off 1000',
      'on 1004',
      'ring 1004',
      'quiet 2070',
    ]);
  });

  it('does not hide a handset that is lifted between bursts, nor one that is lifted in a burst', () => {
    assert.deepEqual(told([1000, 'ring'], [2070, 'quiet'], [3000, 'off'], [9000, 'on']), [
      'ring 1000',
      'quiet 2070',
      'off 3000',
      'on 9000',
    ]);
    assert.deepEqual(told([1000, 'ring'], [1001, 'off'], [1600, 'quiet'], [9000, 'on']), [
      'ring 1000',
      'quiet 1600',
      'off 1600',
      'on 9000',
    ]);
  });

  it('is not seen in the kicks of a dial, of a flash or of a handset that is put down', () => {
    const dialled: Seen[] = [[1000, 'off']];
    for (let pulse = 0; pulse < 5; pulse += 1) {
      const atMs = 2000 + pulse * 100;
      dialled.push([atMs, 'on'], [atMs + 2, 'ring'], [atMs + 33, 'off'], [atMs + 75, 'quiet']);
    }
    dialled.push(
      [5000, 'on'],
      [5002, 'ring'],
      [5075, 'quiet'],
      [5600, 'off'],
      [9000, 'on'],
      [9001, 'ring'],
      [9072, 'quiet'],
    );
    const hooks = (edges: readonly string[]) => edges.filter((edge) => /^o/u.test(edge));
    assert.deepEqual(hooks(told(...dialled)), hooks(dialled.map(([atMs, what]) => `${what} ${atMs}`)));
  });

  it('of a ring detector that never lets go blinds nobody for longer than a burst', () => {
    assert.deepEqual(told([1000, 'ring'], [8000, 'off'], [20_000, 'on']), ['ring 1000', 'off 8000', 'on 20000']);
  });

  it('where there is none, lets every level of every situation through, at most 70 ms late (seed 20261124)', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-ringing-'));
    for (const [i, { title, options, play }] of [...NUMBER_DISPLAY, ...INBOUND, ...OUTBOUND].entries()) {
      const line = new TelephoneLine({ ...options, seed: 20_261_124 + i });
      play(line);
      const { edges, initialHook } = openTrace(line.write(path.join(folder, String(i)), 'line-1'));
      let state = ringingCurrent(initialHook);
      const out = (edges as readonly LineEdge[]).flatMap((edge) => {
        const [next, told] = withoutRinging(state, edge);
        state = next;
        return told;
      });
      for (const kind of ['hook', 'ring'] as const) {
        const [went, came] = [stood(edges as readonly LineEdge[], kind), stood(out, kind)];
        assert.deepEqual(
          came.map(({ level }) => level),
          went.map(({ level }) => level),
          title,
        );
        for (const [j, { atMs }] of came.entries()) {
          const lateMs = atMs - (went[j]?.atMs ?? 0);
          assert.ok(lateMs >= 0 && lateMs <= 70.5, `${title}: ${lateMs} ms`);
        }
      }
    }
    rmSync(folder, { recursive: true });
  });
});

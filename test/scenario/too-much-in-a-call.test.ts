import assert from 'node:assert/strict';
import { manifestCall } from '../../firmware/retrieval/manifest.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { must } from '../support/world.js';
import { type Contents, callsOf, contentsOf, scratch } from './recorded.js';

const FLASHES = 1600;
const GAPS = 1500;
const LISTED = 200;

/** Ten calls of 10 s, then what is to be tried from `atMs` on, then two more calls. */
function withCallsAround(middle: (atMs: number) => { edges: EdgeJson[]; untilMs: number }): EdgeJson[] {
  const call = (atMs: number): EdgeJson[] => [
    { atMs, hook: 'off' },
    { atMs: atMs + 10_000, hook: 'on' },
  ];
  const before = Array.from({ length: 10 }, (_, i) => call(2000 + i * 15_000)).flat();
  const { edges, untilMs } = middle(152_000);
  return [...before, ...edges, ...call(untilMs + 5000), ...call(untilMs + 20_000)];
}

describe('scenario: more happens in a call than a record has room for', () => {
  const at = scratch();

  async function recorded(name: string, edges: EdgeJson[], faults: readonly string[] = []): Promise<Contents> {
    const endMs = (edges.at(-1)?.atMs ?? 0) + 5000;
    cleanTrace(edges, new Int16Array(Math.round(endMs * 8)), { dir: at(`${name}-trace`) });
    await must(['format', '--data', at(name), '--capacity', '32MiB']);
    const argv = ['run', '--data', at(name), '--trace', at(`${name}-trace`), '--speed', 'max'];
    const { out } = await must([...argv, ...faults.flatMap((fault) => ['--fault', fault])]);
    assert.doesNotMatch(out, /STORAGE/);
    const contents = await contentsOf(at(name));
    assert.deepEqual(contents.breaches, []);
    // All calls are there, those before it and those after it.
    assert.deepEqual(
      contents.calls.map(({ number, outcome }) => `${number} ${outcome}`),
      Array.from({ length: 13 }, (_, i) => `${i + 1} ${i === 10 ? 'answered' : 'abandoned'}`),
    );
    return contents;
  }

  it(`${FLASHES} flashes: the first ${LISTED} one by one, the rest in sum, and no other call is harmed`, async () => {
    const edges = withCallsAround((atMs) => {
      const flash = (fromMs: number): EdgeJson[] => [
        { atMs: fromMs, hook: 'on' },
        { atMs: fromMs + 250, hook: 'off' },
      ];
      const flashes = Array.from({ length: FLASHES }, (_, i) => flash(atMs + 1000 + i * 600)).flat();
      const untilMs = atMs + 1000 + FLASHES * 600;
      return { edges: [{ atMs, hook: 'off' }, ...flashes, { atMs: untilMs, hook: 'on' }], untilMs };
    });
    const { calls } = await recorded('flashes', edges);
    const call = calls[10];
    assert.ok(call);
    assert.deepEqual(call.flashes[LISTED - 1], { atMs: 1000 + (LISTED - 1) * 600, lengthMs: 250 });
    assert.equal(call.flashes.length, LISTED);
    assert.deepEqual(call.moreFlashes, { count: FLASHES - LISTED, lengthMs: (FLASHES - LISTED) * 250 });
    assert.deepEqual([call.gaps, call.moreGaps], [[], null]);
    // As `calls --json` and a hand-over have it.
    assert.deepEqual((await callsOf(at('flashes')))[10]?.moreFlashes, call.moreFlashes);
    assert.deepEqual(manifestCall(call, null).moreFlashes, call.moreFlashes);
    assert.ok(!('moreGaps' in manifestCall(call, null)));
  });

  it(`${GAPS} gaps: the first ${LISTED} one by one, the rest in sum, and no other call is harmed`, async () => {
    let faults: string[] = [];
    const edges = withCallsAround((atMs) => {
      faults = Array.from({ length: GAPS }, (_, i) => `capture-overrun@${atMs + 1000 + i * 400}:100`);
      const untilMs = atMs + 2000 + GAPS * 400;
      return {
        edges: [
          { atMs, hook: 'off' },
          { atMs: untilMs, hook: 'on' },
        ],
        untilMs,
      };
    });
    const { calls } = await recorded('gaps', edges, faults);
    const call = calls[10];
    assert.ok(call?.audio);
    assert.deepEqual([call.gaps.length, call.moreGaps?.count], [LISTED, GAPS - LISTED]);
    const gapsMs = call.gaps.reduce((sum, { lengthMs }) => sum + lengthMs, call.moreGaps?.lengthMs ?? 0);
    const soundMs = call.audio.bytes / 4;
    assert.ok(Math.abs((call.durationMs ?? 0) - soundMs - gapsMs) <= 144, `${call.durationMs}: ${soundMs} + ${gapsMs}`);
    assert.deepEqual(call.flashes, []);
  });
});

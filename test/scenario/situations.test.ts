import assert from 'node:assert/strict';
import type { CallRecord } from '../../firmware/call/call-record.js';
import type { DayReckoning } from '../../firmware/reckon/day-reckoning.js';
import { must } from '../support/world.js';
import { callsOf, record, requireClean, scratch } from './recorded.js';
import { INBOUND } from './situations-inbound.js';
import { NUMBER_DISPLAY } from './situations-number-display.js';
import { OUTBOUND } from './situations-outbound.js';
import { bareRecord, type Expected, recordOf, TelephoneLine } from './telephone-line.js';

const SITUATIONS = [...NUMBER_DISPLAY, ...INBOUND, ...OUTBOUND];
const SEED = 20_261_124;

describe(`scenario: ${SITUATIONS.length} situations, each on a line of its own (seed ${SEED})`, () => {
  const at = scratch();
  const lineOf = (index: number): string => `line-${index + 1}`;
  const expected: (readonly Expected[])[] = [];
  let calls: CallRecord[] = [];

  before(async () => {
    const traces = SITUATIONS.map(({ options, play }, i) => {
      const line = new TelephoneLine({ ...options, seed: SEED + i });
      expected.push(play(line));
      return line.write(at(lineOf(i)), lineOf(i));
    });
    await record(at('store'), traces);
    calls = await callsOf(at('store'));
  });

  for (const [i, { title }] of SITUATIONS.entries()) {
    it(`${lineOf(i)}: ${title}`, () => {
      const kept = calls
        .filter(({ line }) => line === lineOf(i))
        .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
      assert.deepEqual(
        kept.map(bareRecord),
        expected[i]?.map((each) => recordOf(each, lineOf(i))),
      );
      for (const { audio } of kept)
        assert.ok(audio === null || (audio.bytes > 0 && /^[0-9a-f]{64}$/.test(audio.sha256 ?? '')));
    });
  }

  it('reckons: every off-hook interval and every ringing is on record or was the fetching of a number', async () => {
    const { out } = await must(['reckon', '--data', at('store'), '--day', '2026-11-24', '--json']);
    const { calls: seen, recordings, missed, unexplained, numbersFetched } = JSON.parse(out) as DayReckoning;
    const noted = calls.filter(({ outcome }) => outcome === 'missed').length;
    assert.deepEqual(
      { recordings, missed, unexplained },
      { recordings: calls.length - noted, missed: noted, unexplained: 0 },
    );
    // One person lifts so soon after the telephone has put down that the line cannot tell them apart.
    assert.equal(seen, recordings);
    assert.ok(numbersFetched >= 20);
    const said = await must(['reckon', '--data', at('store'), '--day', '2026-11-24']);
    assert.match(said.out, new RegExp(`^${seen} calls, ${recordings} recordings, ${missed} missed, 0 unexplained`));
  });

  it('leaves a store without a breach, and a number for every call', async () => {
    await requireClean(at('store'));
    assert.deepEqual(
      calls.map(({ number }) => number),
      calls.map((_, i) => i + 1),
    );
  });
});

import assert from 'node:assert/strict';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { DEFAULT_TIMING } from '../../firmware/call/timing.js';
import { Chance } from '../support/chance.js';
import { checkMp3 } from '../support/mp3.js';
import { type ExpectedCall, makeRandomTrace } from '../support/traces.js';
import { callsOf, contentsOf, match, record, requireClean, samplesOf, scratch } from './recorded.js';

const LINES = ['line-1', 'line-2', 'line-3', 'line-4'];
const CALLS_PER_LINE = 250;
const MEAN_CALL_S = 5;
const FRAME_SAMPLES = 576;
const FRAME_BYTES = 288;
const LISTENED_TO = 160;
const STARTS_AT_MS = Date.parse('2026-11-24T09:00:00+09:00');
/** Times are kept in milliseconds, edges in tenths. */
const ROUNDING_MS = 1;

const lengthMs = ({ offHookMs, onHookMs }: ExpectedCall): number => (onHookMs ?? 0) - (offHookMs ?? 0);
const sampleAt = (atMs: number): number => Math.round(atMs * 8);

/** What the design makes of a scripted call. Nobody dials in these traces: shorter than 30 s, an outbound call counts as abandoned. */
function outcomeOf(call: ExpectedCall): CallRecord['outcome'] {
  if (call.kind === 'answered' || call.kind === 'missed') return call.kind;
  return lengthMs(call) < DEFAULT_TIMING.undialledCallMs ? 'abandoned' : 'answered';
}

for (const seed of [11]) {
  describe(`scenario: ${LINES.length * CALLS_PER_LINE} random calls on four lines at once (seed ${seed})`, () => {
    const at = scratch();
    const traces = new Map<string, { readonly dir: string; readonly expected: readonly ExpectedCall[] }>();
    let calls: CallRecord[] = [];
    let audio: ReadonlyMap<number, Buffer> = new Map();
    /** Each record with the scripted call it must be: a line's calls, in order. */
    const pairs: { readonly call: CallRecord; readonly expected: ExpectedCall; readonly line: string }[] = [];

    before(async () => {
      LINES.forEach((line, i) => {
        const options = { seed: 100 * seed + i, calls: CALLS_PER_LINE, line, dir: at(line), meanCallS: MEAN_CALL_S };
        traces.set(line, makeRandomTrace(options));
      });
      await record(
        at('store'),
        [...traces.values()].map(({ dir }) => dir),
      );
      calls = await callsOf(at('store'));
      ({ audio } = await contentsOf(at('store')));
      for (const [line, { expected }] of traces) {
        const kept = calls.filter((call) => call.line === line);
        kept.forEach((call, i) => {
          const script = expected[i];
          if (script) pairs.push({ call, expected: script, line });
        });
      }
    });

    it('keeps a record of each, numbered without a hole', () => {
      assert.deepEqual(
        calls.map(({ number }) => number),
        Array.from({ length: LINES.length * CALLS_PER_LINE }, (_, i) => i + 1),
      );
      assert.equal(pairs.length, LINES.length * CALLS_PER_LINE);
      assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length);
    });

    it('says of each what happened and when', () => {
      for (const { call, expected } of pairs) {
        const about = `call ${call.number}`;
        const startMs = expected.offHookMs ?? expected.ringStartMs ?? 0;
        assert.equal(call.direction, expected.direction, about);
        assert.equal(call.outcome, outcomeOf(expected), about);
        assert.equal(call.state, 'kept', about);
        assert.ok(Math.abs(Date.parse(call.startedAt) - STARTS_AT_MS - startMs) <= ROUNDING_MS, about);
        assert.ok(Math.abs((call.durationMs ?? -1) - lengthMs(expected)) <= ROUNDING_MS, about);
        assert.ok(Math.abs((call.ringMs ?? 0) - expected.ringMs) <= ROUNDING_MS, about);
        assert.equal(call.ringMs === null, expected.direction === 'outbound', about);
        assert.equal(call.flashes.length, expected.flashes.length, about);
        expected.flashes.forEach((flash, i) => {
          const seen = call.flashes[i];
          assert.ok(Math.abs((seen?.atMs ?? 0) - (flash.atMs - startMs)) <= ROUNDING_MS, about);
          assert.ok(Math.abs((seen?.lengthMs ?? 0) - flash.lengthMs) <= ROUNDING_MS, about);
        });
      }
    });

    it('loses no sample: no gap, and every file as long as its call, to the frame', () => {
      for (const { call, expected } of pairs) {
        assert.deepEqual(call.gaps, []);
        assert.equal(call.audio === null, expected.kind === 'missed');
        if (!call.audio) continue;
        const samples = sampleAt(expected.onHookMs ?? 0) - sampleAt(expected.offHookMs ?? 0);
        assert.equal(call.audio.bytes, Math.ceil(samples / FRAME_SAMPLES) * FRAME_BYTES, `call ${call.number}`);
        assert.equal(audio.get(call.number)?.length, call.audio.bytes);
      }
    });

    it(`has each call's own sound in its file, to the sample (${LISTENED_TO} of them by chance, seed ${seed})`, () => {
      const chance = new Chance(seed);
      const samples = new Map(LINES.map((line) => [line, samplesOf(traces.get(line)?.dir ?? '', line)]));
      const heard = pairs.filter(({ call }) => call.audio !== null);
      for (let i = 0; i < LISTENED_TO; i += 1) {
        const [{ call, expected, line }] = heard.splice(chance.integer(0, heard.length - 1), 1) as [
          (typeof heard)[number],
        ];
        const said = samples.get(line)?.subarray(sampleAt(expected.offHookMs ?? 0), sampleAt(expected.onHookMs ?? 0));
        const mp3 = audio.get(call.number);
        assert.ok(said && mp3);
        if (i % 8 === 0) checkMp3(mp3);
        const { lagSamples, correlation } = match(said, mp3, 800);
        assert.equal(lagSamples, 0, `call ${call.number}`);
        assert.ok(correlation > 0.9, `call ${call.number}: ${correlation}`);
      }
    });

    it('leaves a store whose every invariant holds', () => requireClean(at('store')));

    it('gives the same bytes in the same order a second time', async () => {
      await record(
        at('again'),
        [...traces.values()].map(({ dir }) => dir),
      );
      const again = await callsOf(at('again'));
      const bare = (call: CallRecord) => ({ ...call, id: '' });
      assert.deepEqual(again.map(bare), calls.map(bare));
    });
  });
}

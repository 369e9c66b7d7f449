import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { align } from '../support/align.js';
import { checkMp3, decodeMp3 } from '../support/mp3.js';
import type { EdgeJson } from '../support/traces.js';
import { HOME, must } from '../support/world.js';
import { callsOf, match, record, requireClean, samplesOf, scratch } from './recorded.js';

const MORNING = path.join(HOME, 'boards/virtual/office-morning');
const FRAME_SAMPLES = 576;
/** In the order of the recordings' numbers. */
const PARTIES = [
  '0961234567',
  '117',
  '0312345678',
  '0961230158',
  '0961239402',
  null,
  null,
  'withheld',
  '0312345679',
  '0312345670',
];

interface TraceJson {
  readonly line: string;
  readonly startsAt: string;
  readonly edges: readonly EdgeJson[];
}

/** What the trace itself says of its one call: looked at edge by edge, not by our own tracker. */
function scriptOf(dir: string) {
  const { line, startsAt, edges } = JSON.parse(readFileSync(path.join(dir, 'trace.json'), 'utf8')) as TraceJson;
  // A telephone that fetches the number lifts before the bell: what follows the last burst is a person.
  const bellMs = edges.filter((edge) => 'ring' in edge && edge.ring).at(-1)?.atMs ?? 0;
  const hooks = edges.flatMap((edge) => ('hook' in edge && edge.atMs >= bellMs ? [edge] : []));
  const offMs = hooks[0]?.atMs ?? null;
  // The last hang-up may bounce: its first edge is what counts.
  let last = hooks.length - 1;
  while (last > 0 && (hooks[last]?.atMs ?? 0) - (hooks[last - 1]?.atMs ?? 0) < 15) last -= 1;
  const onMs = hooks[last]?.atMs ?? null;
  const rings = edges.flatMap((edge) => ('ring' in edge ? [edge] : []));
  const startMs = offMs ?? rings[0]?.atMs ?? 0;
  const samples = samplesOf(dir, line);
  const said = offMs === null || onMs === null ? null : samples.subarray(Math.round(offMs * 8), Math.round(onMs * 8));
  return { line, startedAt: Date.parse(startsAt) + startMs, offMs, onMs, rang: rings.length > 0, said };
}

describe('scenario: an office morning', () => {
  const at = scratch();
  const traces = readdirSync(MORNING, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(MORNING, name))
    .sort();
  const scripts = traces.map(scriptOf);
  let calls: CallRecord[] = [];
  let said = '';
  const files = new Map<number, Buffer>();
  /** The call that a script became. */
  const callOf = ({ line, startedAt }: (typeof scripts)[number]): CallRecord => {
    const found = calls.filter((call) => call.line === line && Math.abs(Date.parse(call.startedAt) - startedAt) <= 32);
    assert.equal(found.length, 1);
    return found[0] as CallRecord;
  };

  before(async () => {
    said = await record(at('store'), traces);
    calls = await callsOf(at('store'));
    for (const { number, audio } of calls) {
      if (!audio) continue;
      const file = at(`call-${number}.mp3`);
      await must(['extract', String(number), '--data', at('store'), '--to', file]);
      files.set(number, readFileSync(file));
    }
  });

  it('what a recorder writes to a log names no telephone number', () => {
    assert.match(said, /line-1/);
    for (const party of PARTIES) assert.ok(!/^\d{6,}$/.test(party ?? '') || !said.includes(party ?? ''), said);
  });

  it('is kept whole: one record for each call, of every kind, numbered without a hole', async () => {
    assert.equal(calls.length, traces.length);
    assert.deepEqual(
      calls.map(({ number }) => number),
      traces.map((_, i) => i + 1),
    );
    assert.ok(files.size >= 6);
    const kinds = new Set(calls.map(({ direction, outcome }) => `${direction} ${outcome}`));
    for (const kind of ['inbound answered', 'inbound missed', 'outbound answered', 'outbound abandoned'])
      assert.ok(kinds.has(kind), kind);
    assert.ok(calls.some(({ flashes }) => flashes.length === 1));
    assert.deepEqual(new Set(calls.map(({ line }) => line)), new Set(['line-1', 'line-2']));
    await requireClean(at('store'));
  });

  it('is found by its day, in the zone of the office', async () => {
    const found = async (...asked: string[]): Promise<number[]> => {
      const { out } = await must(['calls', '--data', at('store'), '--json', ...asked]);
      return (JSON.parse(out) as CallRecord[]).map(({ number }) => number).reverse();
    };
    const all = calls.map(({ number }) => number);
    const day = calls[0]?.startedAt.slice(0, 10) ?? '';
    assert.deepEqual(await found('--from', day, '--to', day), all);
    assert.deepEqual(await found('--to', `${day}T00:00`), []);
    const third = calls[2]?.startedAt ?? '';
    assert.deepEqual(await found('--from', third), all.slice(2));
    assert.deepEqual(await found('--to', third), all.slice(0, 2));
  });

  it('has the numbers of those who called, and of those who were called', () => {
    const parties = calls.map(({ caller, dialled }) => caller?.['number'] ?? caller?.['absence'] ?? dialled);
    assert.deepEqual(parties, PARTIES);
    assert.equal(calls.find(({ caller }) => caller?.['name'])?.caller?.['name'], 'J SMITH');
  });

  for (const script of scripts.filter(({ said }) => said === null)) {
    it(`notes the missed call at ${new Date(script.startedAt).toISOString()} without audio`, () => {
      const { outcome, audio, durationMs } = callOf(script);
      assert.deepEqual({ outcome, audio, durationMs }, { outcome: 'missed', audio: null, durationMs: 0 });
    });
  }

  for (const [i, script] of scripts.entries()) {
    const { said, offMs, onMs, rang } = script;
    if (said === null || offMs === null || onMs === null) continue;
    it(`has what was said in ${path.basename(traces[i] ?? '')}, from off-hook to on-hook, in place`, () => {
      const call = callOf(script);
      const mp3 = files.get(call.number) ?? Buffer.alloc(0);
      checkMp3(mp3);
      assert.equal(mp3.length, call.audio?.bytes);
      assert.equal(call.direction, rang ? 'inbound' : 'outbound');
      assert.deepEqual(call.gaps, []);
      assert.ok(Math.abs((call.durationMs ?? 0) - (onMs - offMs)) <= 1);
      const { lagSamples, correlation, longerSamples } = match(said, mp3);
      assert.equal(lagSamples, 0); // 30 ms would do
      assert.ok(longerSamples >= 0 && longerSamples < FRAME_SAMPLES); // 80 ms would do
      assert.ok(correlation > 0.95, `correlation ${correlation}`); // 0.9 would do
    });

    it(`has in ${path.basename(traces[i] ?? '')} nothing of another call: every loud second of it is its own`, () => {
      const heard = decodeMp3(files.get(callOf(script).number) ?? Buffer.alloc(0));
      for (let from = 0; from + 8000 <= said.length; from += 8000) {
        const own = said.subarray(from, from + 8000);
        if (own.reduce((sum, sample) => sum + Math.abs(sample), 0) / own.length < 100) continue;
        const { correlation } = align(own, heard.subarray(from, from + 8000), 0);
        assert.ok(correlation > 0.9, `second ${from / 8000}: ${correlation}`);
      }
    });
  }

  it('has no file that passes for another call', () => {
    const spoken = scripts.filter(({ said }) => said !== null);
    for (const script of spoken) {
      const heard = decodeMp3(files.get(callOf(script).number) ?? Buffer.alloc(0));
      for (const other of spoken) {
        if (other === script || other.said === null) continue;
        // The first two seconds of an outbound call are the same dial tone in each.
        const skip = script.rang || other.rang ? 0 : 16_000;
        const { correlation } = align(other.said.subarray(skip, 64_000), heard.subarray(skip, 64_000), 240);
        // The town hall answers in the same words and voice each time: 0.43 is the highest.
        assert.ok(correlation < 0.5, `${callOf(script).number} against ${callOf(other).number}: ${correlation}`);
      }
    }
  });
});

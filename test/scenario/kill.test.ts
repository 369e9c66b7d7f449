import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { Chance } from '../support/chance.js';
import { checkMp3 } from '../support/mp3.js';
import { Murmur } from '../support/murmur.js';
import { Running } from '../support/program.js';
import { cleanTrace, type EdgeJson, makeRandomTrace } from '../support/traces.js';
import { must } from '../support/world.js';
import { type Contents, contentsOf, record, scratch } from './recorded.js';

const FRAME_BYTES = 288;
const FRAME_MS = 72;
const KILLS_MAX = 300;
const READY = /^recording on /m;
const LINES = ['line-1', 'line-2'];

/** Numbers that the recorder told it had kept. Only whole lines count. */
const toldOf = (out: string): number[] =>
  [...out.matchAll(/^ *(\d+) {2}line-.*\n/gm)].map(([, number]) => Number(number));

const keyOf = ({ line, startedAt }: CallRecord): string => `${line} ${startedAt}`;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('scenario: SIGKILL', () => {
  const at = scratch();
  /** Every call of the traces as an uninterrupted run keeps it. The encoder is deterministic. */
  const whole = new Map<string, { readonly call: CallRecord; readonly bytes: Buffer }>();
  const traces: string[] = [];
  let long = '';

  before(async () => {
    LINES.forEach((line, i) => {
      traces.push(makeRandomTrace({ seed: 40 + i, calls: 40, line, dir: at(line), meanCallS: 6 }).dir);
    });
    // One call from the first second to the end of a minute.
    const edges: EdgeJson[] = [
      { atMs: 1000, hook: 'off' },
      { atMs: 60_000, hook: 'on' },
    ];
    long = cleanTrace(edges, new Murmur(new Chance(50), 8000).speak(62 * 8000), { dir: at('long'), line: 'line-9' });
    await record(at('whole'), [...traces, long]);
    const { calls, audio } = await contentsOf(at('whole'));
    for (const call of calls) whole.set(keyOf(call), { call, bytes: audio.get(call.number) ?? Buffer.alloc(0) });
  });

  /** Everything that must hold of a store whose recorder was killed. */
  async function requireKept(folder: string, told: ReadonlySet<number>, seen: Map<number, string>): Promise<Contents> {
    const contents = await contentsOf(folder);
    const { calls, audio } = contents;
    const numbers = calls.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i + 1),
    );
    const lost = [...told].filter((number) => !numbers.includes(number));
    assert.deepEqual(
      lost,
      [],
      `told as kept; there are ${numbers.length}; check says: ${contents.breaches.join(' | ')}`,
    );
    for (const call of calls) {
      const about = `call ${call.number}`;
      assert.equal(call.state, 'kept', about);
      const bytes = audio.get(call.number) ?? Buffer.alloc(0);
      const reference = whole.get(keyOf(call));
      assert.ok(reference, about);
      assert.equal(bytes.length, call.audio?.bytes ?? 0, about);
      // What was whole once stays as it was, through every later kill.
      const before = seen.get(call.number);
      if (before !== undefined) assert.equal(sha256(bytes), before, about);
      seen.set(call.number, sha256(bytes));
      if (call.outcome !== 'interrupted') {
        assert.deepEqual({ ...call, id: '', number: 0 }, { ...reference.call, id: '', number: 0 });
        assert.ok(bytes.equals(reference.bytes), about);
        continue;
      }
      assert.ok(!told.has(call.number), `${about} was told as kept`);
      assert.equal(bytes.length % FRAME_BYTES, 0, about);
      assert.ok(bytes.equals(reference.bytes.subarray(0, bytes.length)), `${about} is the beginning of that call`);
      assert.equal(call.durationMs, (bytes.length / FRAME_BYTES) * FRAME_MS, about);
    }
    assert.deepEqual(contents.breaches, []);
    return contents;
  }

  /** Kills one recorder after the other on one store: each recovers from the kill before. On a busy machine a recorder gets less far before it is killed: it goes on until enough is at stake. */
  async function killAgainAndAgain(kills: number, seed: number): Promise<{ told: number; interrupted: number }> {
    const chance = new Chance(seed);
    const folder = at(`killed-${seed}`);
    await must(['format', '--data', folder, '--capacity', '64MiB']);
    const told = new Set<number>();
    const seen = new Map<number, string>();
    let interrupted = 0;
    for (let kill = 0; kill < kills || (kill < KILLS_MAX && (told.size < 25 || interrupted < 10)); kill += 1) {
      const speed = chance.pick([5, 20, 50, 200]);
      const argv = ['run', '--data', folder, ...traces.flatMap((dir) => ['--trace', dir]), '--speed', String(speed)];
      const recorder = new Running(argv);
      // One in ten is killed while it is still starting up.
      if (kill % 10 !== 9) await recorder.says(READY);
      await pause(chance.between(0, kill % 10 === 9 ? 400 : 1500));
      recorder.kill('SIGKILL');
      await recorder.ended();
      // One that ended by itself would have closed its calls, and proves nothing.
      assert.deepEqual([recorder.err, recorder.child.exitCode], ['', null]);
      for (const number of toldOf(recorder.out)) told.add(number);
      const { calls } = await requireKept(folder, told, seen);
      interrupted = calls.filter(({ outcome }) => outcome === 'interrupted').length;
    }
    return { told: told.size, interrupted };
  }

  it('at 90 random moments of 80 calls on two lines: nothing told as kept is lost (seeds 60, 61)', async () => {
    const [one, two] = await Promise.all([killAgainAndAgain(45, 60), killAgainAndAgain(45, 61)]);
    // That enough was at stake.
    const [told, interrupted] = [one.told + two.told, one.interrupted + two.interrupted];
    assert.ok(told >= 50, `only ${told} calls were kept`);
    assert.ok(interrupted >= 20, `only ${interrupted} calls were cut`);
  });

  it('after a gap in a call: the gap is on record, and counts', async () => {
    const folder = at('gap');
    await must(['format', '--data', folder, '--capacity', '8MiB']);
    const fault = ['--fault', 'capture-overrun@3000:3000'];
    const recorder = new Running(['run', '--data', folder, '--trace', long, '--speed', '10', ...fault]);
    await recorder.says(/CAPTURE_OVERRUN line-9/);
    await pause(1500); // 15 s of the trace: what is known is said anew 5 s after the lift
    recorder.kill('SIGKILL');
    await recorder.ended();
    const { calls, breaches } = await contentsOf(folder);
    assert.deepEqual(breaches, []);
    const [call] = calls;
    assert.deepEqual([call?.outcome, call?.gaps.length], ['interrupted', 1]);
    const [gap] = call?.gaps ?? [];
    assert.ok(gap && Math.abs(gap.atMs - 2000) <= 30 && Math.abs(gap.lengthMs - 3000) <= 30, JSON.stringify(gap));
    const soundMs = ((call?.audio?.bytes ?? 0) / FRAME_BYTES) * FRAME_MS;
    assert.ok(Math.abs((call?.durationMs ?? 0) - soundMs - gap.lengthMs) < 1, JSON.stringify(call));
  });

  /**
   * At speed 1 trace time is real time. What this test knows of the recorder's time is when it said that the call was being
   * recorded, which is later than the lift: so the call was at least as long as from then to the kill.
   */
  for (let seed = 70; seed < 80; seed += 5) {
    it(`in the middle of a call, five times at speed 1: all but its last 2 s is kept (seed ${seed})`, async () => {
      const chance = new Chance(seed);
      const moments = Array.from({ length: 5 }, () => chance.between(1000, 5000));
      const losses = await Promise.all(
        moments.map(async (afterMs, i) => {
          const folder = at(`long-${seed}-${i}`);
          await must(['format', '--data', folder, '--capacity', '8MiB']);
          const recorder = new Running(['run', '--data', folder, '--trace', long, '--speed', '1']);
          await recorder.says(/line-9: recording #1/);
          const fromMs = performance.now();
          await pause(afterMs);
          recorder.kill('SIGKILL');
          const lastedMs = performance.now() - fromMs;
          await recorder.ended();
          const { calls, audio } = await requireKept(folder, new Set(), new Map());
          const [call] = calls;
          if (!call) return lastedMs; // all of it is lost
          assert.equal(call.outcome, 'interrupted');
          const bytes = audio.get(1) ?? Buffer.alloc(0);
          if (bytes.length > 0) checkMp3(bytes);
          return lastedMs - (call.durationMs ?? 0);
        }),
      );
      for (const lostMs of losses) assert.ok(lostMs <= 2000, `${lostMs} ms of the call were lost`);
    });
  }
});

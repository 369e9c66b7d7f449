import assert from 'node:assert/strict';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { levelDbm0 } from '../../../firmware/audio/level.js';
import type { FaultCode, FaultSink } from '../../../firmware/faults/fault.js';
import { HealthWatch } from '../../../firmware/faults/health-watch.js';
import { KeepingWatch } from '../../../firmware/faults/keeping-watch.js';
import { LevelWatch } from '../../../firmware/faults/level-watch.js';
import { LEFT_MS, OffHookWatch } from '../../../firmware/faults/off-hook-watch.js';
import { RunMark } from '../../../firmware/faults/run-mark.js';
import { storageFaultOf } from '../../../firmware/faults/storage-watch.js';
import type { MonotonicMs, WallMs } from '../../../hal/clock.js';
import { StoreError } from '../../../storage/errors.js';
import type { Store } from '../../../storage/store.js';
import { Chance } from '../../support/chance.js';
import { Murmur } from '../../support/murmur.js';

const RATE_HZ = 8000;
const DAY_MS = 24 * 3_600_000;
const BLOCK = 256;

const silence = (seconds: number): Int16Array => new Int16Array(seconds * RATE_HZ);
const tone = (seconds: number, amplitude = 4000, onMs = Number.POSITIVE_INFINITY): Int16Array =>
  silence(seconds).map((_, i) =>
    ((i * 1000) / RATE_HZ) % (2 * onMs) < onMs
      ? Math.round(amplitude * Math.sin((2 * Math.PI * 400 * i) / RATE_HZ))
      : 0,
  );
const speech = (seconds: number, seed = 3): Int16Array =>
  new Murmur(new Chance(seed), RATE_HZ).speak(seconds * RATE_HZ);

/** In blocks, as a sound device brings them. */
function hear(watch: { hear(samples: Int16Array, levelDbm0: number): void }, ...sounds: readonly Int16Array[]): void {
  for (const sound of sounds)
    for (let at = 0; at < sound.length; at += BLOCK)
      watch.hear(sound.subarray(at, at + BLOCK), levelDbm0(sound.subarray(at, at + BLOCK)));
}

/** A fault book that only counts. */
class Sink implements FaultSink {
  readonly said: string[] = [];
  raise(code: FaultCode, subject: string): void {
    this.said.push(`+${code} ${subject}`);
  }
  clear(code: FaultCode, subject: string): void {
    this.said.push(`-${code} ${subject}`);
  }
}

describe('a handset left off the hook', () => {
  let watch: OffHookWatch;
  beforeEach(() => {
    watch = new OffHookWatch(RATE_HZ);
    watch.hook('off-hook');
  });
  const leftS = LEFT_MS / 1000;

  it('is told minutes after the exchange has given up, and no more once it is down', () => {
    hear(watch, tone(20), tone(30, 4000, 500), silence(leftS - 60));
    assert.ok(!watch.isLeft);
    hear(watch, silence(15));
    assert.ok(watch.isLeft);
    watch.hook('on-hook');
    assert.ok(!watch.isLeft);
  });
  it('is told while a howler goes on without an end', () => {
    hear(watch, tone(leftS + 5, 30_000));
    assert.ok(watch.isLeft);
  });
  it('is told after a call whose other end has hung up', () => {
    hear(watch, speech(60), tone(30, 4000, 500), silence(leftS));
    assert.ok(watch.isLeft);
  });
  it('is no call in which somebody speaks now and then', () => {
    for (let i = 0; i < 6; i += 1) {
      hear(watch, tone(5), silence(100), speech(5, i));
      assert.ok(!watch.isLeft);
    }
  });
  it('is no caller on hold without music', () => {
    hear(watch, tone(5), speech(30), silence(3 * leftS));
    assert.ok(!watch.isLeft);
  });
  it('is not told where the ear hears nothing at all', () => {
    hear(watch, silence(3 * leftS));
    assert.ok(!watch.isLeft);
  });
});

describe('levels of calls', () => {
  let watch: LevelWatch;
  let nowMs = 0;
  beforeEach(() => {
    watch = new LevelWatch(RATE_HZ);
    nowMs = 0;
  });
  const call = (sound: Int16Array): string => {
    watch.hook(true, nowMs);
    hear(watch, sound);
    nowMs += (sound.length * 1000) / RATE_HZ;
    watch.hook(false, nowMs);
    return watch.verdict;
  };
  const square = silence(12).map((_, i) => (i % 8 < 4 ? 32_767 : -32_768));

  it('are dead after three silent calls, and fine as soon as one is heard', () => {
    assert.deepEqual([call(silence(12)), call(silence(12)), call(silence(12))], ['fine', 'fine', 'dead']);
    watch.hook(true, nowMs);
    hear(watch, speech(2));
    assert.equal(watch.verdict, 'fine');
  });
  it('are dead after two where they are all of a day', () => {
    call(silence(12));
    nowMs += DAY_MS;
    assert.equal(call(silence(12)), 'dead');
  });
  it('are not judged by short calls, nor by clicks', () => {
    for (let i = 0; i < 5; i += 1) assert.equal(call(silence(8)), 'fine');
    const click = silence(12);
    click.fill(20_000, 0, 80);
    call(click);
    call(click);
    assert.equal(call(click), 'dead');
  });
  it('are fine where one of three was heard', () => {
    for (let i = 0; i < 9; i += 1) assert.equal(call(i % 3 === 2 ? speech(12) : silence(12)), 'fine');
  });
  it('clip after three calls at full scale, until one is not', () => {
    assert.deepEqual([call(square), call(square), call(square)], ['fine', 'fine', 'clipping']);
    assert.equal(call(speech(12)), 'fine');
  });
  it('do not clip for a shout', () => {
    const shout = speech(20);
    shout.fill(32_767, 0, RATE_HZ);
    for (let i = 0; i < 4; i += 1) assert.equal(call(shout), 'fine');
  });
});

describe('senses of the box, judged', () => {
  let sink: Sink;
  let watch: HealthWatch;
  const at = (ms: number): MonotonicMs => ms as MonotonicMs;
  beforeEach(() => {
    sink = new Sink();
    watch = new HealthWatch(sink);
  });

  const voltage = (line: string, present: boolean, ms: number, seenOffHook = false): void =>
    watch.reading({ kind: 'line-voltage', line, present, seenOffHook }, at(ms));
  it('do not take a call for a dead line, where the detector needs the full voltage', () => {
    watch.hook('line-1', 'off-hook', at(1000));
    voltage('line-1', false, 4000);
    watch.time(at(600_000));
    watch.hook('line-1', 'on-hook', at(600_000));
    watch.time(at(603_000));
    voltage('line-1', true, 603_000);
    watch.time(at(700_000));
    assert.deepEqual(sink.said, ['-LINE_DEAD line-1']);
  });
  it('tell of a line that is dead after a call, and of one that is cut in it where the voltage is measured', () => {
    watch.hook('line-1', 'off-hook', at(0));
    watch.hook('line-2', 'off-hook', at(0));
    voltage('line-1', false, 3000);
    voltage('line-2', false, 3000, true);
    watch.time(at(18_000));
    assert.deepEqual(sink.said, ['+LINE_DEAD line-2']);
    watch.hook('line-1', 'on-hook', at(20_000));
    watch.time(at(34_999));
    assert.equal(sink.said.length, 2);
    watch.time(at(35_000));
    assert.ok(sink.said.includes('+LINE_DEAD line-1'));
    watch.hook('line-1', 'off-hook', at(40_000));
    assert.equal(sink.said.at(-1), '-LINE_DEAD line-1', 'current flows');
  });
  it('do not take a short break of the feeding voltage for a dead line', () => {
    voltage('line-1', false, 0);
    watch.time(at(14_999));
    voltage('line-1', true, 14_999);
    watch.time(at(20_000));
    voltage('line-2', false, 20_000);
    watch.time(at(35_000));
    assert.deepEqual(sink.said, ['-LINE_DEAD line-1', '+LINE_DEAD line-2']);
  });
  it('take a detector that cannot be looked at for the worst it could tell, until it can', () => {
    watch.reading({ kind: 'unseen', line: null, why: 'the pin is taken' }, at(0));
    watch.reading({ kind: 'lid', open: false }, at(5000));
    watch.reading({ kind: 'unseen', line: 'line-1', why: 'the pin is taken' }, at(6000));
    voltage('line-1', true, 11_000);
    assert.deepEqual(sink.said, ['+LID_OPENED lid', '-LID_OPENED lid', '+LINE_DEAD line-1', '-LINE_DEAD line-1']);
  });
  it('do not flap between hot and not so hot', () => {
    for (const celsius of [79, 80, 78, 81, 75, 74, 79]) watch.reading({ kind: 'temperature', celsius }, at(0));
    assert.deepEqual(sink.said, ['+OVER_TEMPERATURE board', '+OVER_TEMPERATURE board', '-OVER_TEMPERATURE board']);
  });
  it('take a medium for worn by its years or by its own word', () => {
    for (const [usedPercent, endOfLife] of [
      [70, false],
      [80, false],
      [10, true],
    ] as const)
      watch.reading({ kind: 'medium-life', usedPercent, endOfLife }, at(0));
    assert.deepEqual(sink.said, ['-STORAGE_WORN medium', '+STORAGE_WORN medium', '+STORAGE_WORN medium']);
  });
});

describe('what went for want of room', () => {
  it('is told when it was to be kept for longer, and is over after a day without another', async () => {
    const clock = new SimulatedClock(Date.parse('2026-11-24T09:00:00+09:00') as WallMs);
    const sink = new Sink();
    const status = { madeRoom: { count: 1, countedWallMs: clock.wall() - DAY_MS, atWallMs: clock.wall() } };
    const holdBudget = () => ({ heldBytes: 0, budgetBytes: 1 });
    const store = { status, holdBudget, setting: async () => undefined, freeBytes: async () => 1e9 };
    const watch = new KeepingWatch(store as unknown as Store, clock, sink);
    const cut = () => sink.said.filter((each) => each.includes('RETENTION_CUT'));
    await watch.look();
    clock.advanceTo(clock.now() + DAY_MS);
    await watch.look();
    assert.deepEqual(cut(), ['+RETENTION_CUT ring']);
    clock.advanceTo(clock.now() + 1);
    await watch.look();
    assert.deepEqual(cut(), ['+RETENTION_CUT ring', '-RETENTION_CUT ring']);
  });
});

describe('what a refusal says of the medium', () => {
  const system = (code: string, message = code): Error => Object.assign(new Error(message), { code });
  const wrapped = (cause: Error, code: 'STORE_WRITE_FAILED' | 'STORE_READ_ONLY' = 'STORE_WRITE_FAILED'): StoreError =>
    new StoreError(code, 'refused', { cause });
  for (const [error, expected] of [
    [wrapped(system('EIO')), 'STORAGE_FAILING'],
    [wrapped(system('ENOSPC')), 'STORAGE_FAILING'],
    [wrapped(system('EROFS')), 'STORAGE_READ_ONLY'],
    [wrapped(wrapped(system('EROFS')), 'STORE_READ_ONLY'), 'STORAGE_READ_ONLY'],
    [wrapped(system('ENODEV')), 'STORAGE_MISSING'],
    [wrapped(system('ENOENT')), 'STORAGE_MISSING'],
    [wrapped(system('LEVEL_IO_ERROR', 'IO error: /x/000005.log: Read-only file system')), 'STORAGE_READ_ONLY'],
    [new StoreError('STORE_DAMAGED', 'torn'), 'STORE_DAMAGED'],
    [new Error('something else'), 'STORAGE_FAILING'],
  ] as const) {
    const cause = error.cause instanceof Error ? ` of ${error.cause.message}` : '';
    it(`${error.message}${cause}: ${expected}`, () => assert.equal(storageFaultOf(error), expected));
  }
});

describe('the mark of a run', () => {
  let settings: Map<string, unknown>;
  let sink: Sink;
  /** As far as a mark needs a store. */
  const store = {
    setting: async (key: string) => settings.get(key),
    putSetting: async (key: string, value: unknown) => void settings.set(key, value),
  };
  beforeEach(() => {
    settings = new Map();
    sink = new Sink();
  });
  const begin = async (bootId: string, byWatchdog = false): Promise<RunMark> => {
    const mark = new RunMark(store, sink);
    await mark.begin({ bootId, byWatchdog });
    return mark;
  };
  const told = ['+PROCESS_STALLED run', '-PROCESS_STALLED run'];

  it('tells of a run that ended without stopping while the machine went on', async () => {
    await begin('a');
    await begin('a');
    assert.deepEqual(sink.said, told);
  });
  it('does not tell of a run that stopped, even where it stopped as soon as it began', async () => {
    await (await begin('a')).end();
    const mark = new RunMark(store, sink);
    const begun = mark.begin({ bootId: 'a', byWatchdog: false });
    await mark.end();
    await begun;
    await begin('a');
    assert.deepEqual(sink.said, []);
  });
  it('tells of a machine that was to go off and did not, once', async () => {
    await (await begin('a')).end(true);
    await (await begin('a')).end();
    assert.deepEqual(sink.said, ['+STILL_ON box', '-STILL_ON box']);
    await (await begin('a')).end(true);
    await begin('b');
    assert.equal(sink.said.length, 2);
  });
  it('does not tell of a power cut, nor of the first run of all', async () => {
    await begin('a');
    await begin('b');
    assert.deepEqual(sink.said, []);
  });
  it('tells of a machine that its watchdog has restarted', async () => {
    await begin('a');
    await begin('b', true);
    assert.deepEqual(sink.said, told);
  });
});

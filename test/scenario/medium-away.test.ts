import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { openMp3Codec } from '../../drivers/lame/codec.js';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { FaultBook } from '../../firmware/faults/fault-book.js';
import { Keeper } from '../../firmware/keeper.js';
import { openStore } from '../../firmware/open-store.js';
import { Reckoner } from '../../firmware/reckon/reckoner.js';
import { Recorder } from '../../firmware/recorder.js';
import { DEFAULT_SETTINGS } from '../../firmware/settings.js';
import type { WallMs } from '../../hal/clock.js';
import { Chance, seededChance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { cleanTrace } from '../support/traces.js';
import { must } from '../support/world.js';
import { contentsOf, match, scratch } from './recorded.js';

const RATE_HZ = 8000;
const IMAGE_BYTES = 48 << 20;

/** A file that is an ext4, mounted where the store is. */
class Medium {
  readonly image: string;
  readonly mounted: string;

  constructor(image: string, mounted: string) {
    this.image = image;
    this.mounted = mounted;
    writeFileSync(image, '');
    truncateSync(image, IMAGE_BYTES);
    execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'pipe' });
    mkdirSync(mounted, { recursive: true });
  }

  mount(): void {
    execFileSync('mount', ['-o', 'loop', this.image, this.mounted], { stdio: 'pipe' });
  }

  /** As the kernel does when the device fails: whatever is open, nothing is written from here on, ever. */
  abort(): void {
    execFileSync('mount', ['-o', 'remount,abort', this.mounted], { stdio: 'pipe' });
  }

  /** Refused while anything is open there. */
  unmount(): void {
    execFileSync('umount', [this.mounted], { stdio: 'pipe' });
  }
}

interface Survived {
  readonly calls: readonly CallRecord[];
  readonly audio: ReadonlyMap<number, Buffer>;
  readonly breaches: readonly string[];
  /** Faults in the order in which they were first told. */
  readonly told: readonly string[];
  /** Most that waited in memory, bytes. */
  readonly waitedBytes: number;
}

describe('scenario: a medium that goes away in the middle of a call', () => {
  const at = scratch();
  let mounted = '';
  let ours: Medium;
  let theirs: Medium;

  before(async function () {
    mounted = at('mounted');
    try {
      ours = new Medium(at('ours.img'), mounted);
      theirs = new Medium(at('theirs.img'), mounted);
      ours.mount();
      ours.unmount();
    } catch (error) {
      const why = (error as Error).message.split('\n')[0];
      console.log(`      skipped: a loop device with ext4 needs root and mkfs.ext4 (${why})`);
      this.skip();
    }
    for (const medium of [theirs, ours]) {
      medium.mount();
      await must(['format', '--data', path.join(mounted, 'store'), '--capacity', '24MiB']);
      medium.unmount();
    }
  });
  beforeEach(() => ours.mount());
  afterEach(() => {
    try {
      ours.unmount();
    } catch {
      // It was not mounted.
    }
  });

  /** A call of so many seconds from 2 s on, while `happens` does things to the medium at whole seconds. */
  async function talk(
    seconds: number,
    happens: Readonly<Record<number, () => void>>,
  ): Promise<Survived & { said: Int16Array; left: readonly unknown[] }> {
    const folder = path.join(mounted, 'store');
    const said = new Murmur(new Chance(17), RATE_HZ).speak((seconds + 4) * RATE_HZ);
    const edges = [{ atMs: 2000, hook: 'off' } as const, { atMs: (seconds + 2) * 1000, hook: 'on' } as const];
    const trace = openTrace(cleanTrace(edges, said, { dir: at(`trace-${seconds}`) }));
    const board = openVirtualBoard({ traces: [trace], speed: 'max', realClock: new SimulatedClock(0 as WallMs) });
    const { clock } = board;
    const store = await openStore({ folder, chance: seededChance(seconds), wall: () => clock.wall() });
    const keeper = await Keeper.open(store, clock);
    const reckoner = await Reckoner.open(store, clock, ['line-1'], keeper);
    const faults = await FaultBook.open(store, clock);
    const codec = await openMp3Codec();
    const recorder = new Recorder({ board, store, codec, keeper, reckoner, settings: DEFAULT_SETTINGS, faults });
    const told: string[] = [];
    faults.changes$.subscribe(() => {
      for (const { code, active } of faults.open) if (active && !told.includes(code)) told.push(code);
    });
    let waitedBytes = 0;
    let second = 0;
    recorder.start();
    await board.play({
      settled: async () => {
        await recorder.settled();
        await faults.settled();
        waitedBytes = Math.max(waitedBytes, store.status.waitingBytes);
        for (; second <= clock.now() / 1000; second += 1) happens[second]?.();
      },
    });
    await recorder.stop();
    const left = faults.open.map(({ code, active }) => [code, active]);
    await store.close();
    return { ...(await contentsOf(folder)), told, left, waitedBytes, said };
  }

  it('read-only, then away, then back: the call is whole, and every state was told', async () => {
    const { calls, audio, breaches, told, left, waitedBytes, said } = await talk(60, {
      10: () => ours.abort(),
      // By now the recorder has let go of it, or this would be refused.
      20: () => ours.unmount(),
      30: () => ours.mount(),
    });
    assert.deepEqual(breaches, []);
    const last = calls.at(-1);
    assert.deepEqual([last?.outcome, last?.durationMs, last?.gaps], ['answered', 60_000, []]);
    const { lagSamples, correlation } = match(
      said.subarray(2 * RATE_HZ, 62 * RATE_HZ),
      audio.get(last?.number ?? 0) ?? Buffer.alloc(0),
    );
    assert.equal(lagSamples, 0);
    assert.ok(correlation > 0.9, `${correlation}`);
    assert.deepEqual(told, ['STORAGE_READ_ONLY', 'STORAGE_MISSING']);
    assert.ok(waitedBytes > 18 * 4000, `${waitedBytes}`);
    assert.deepEqual(left, []);
  });

  it("another store's medium in its place: told, not written to; with its own back, the call is whole", async () => {
    const theirStore = path.join(mounted, 'store');
    const { calls, breaches, told, left } = await talk(70, {
      10: () => ours.abort(),
      18: () => {
        ours.unmount();
        theirs.mount();
      },
      38: () => {
        theirs.unmount();
        ours.mount();
      },
    });
    assert.deepEqual(breaches, []);
    const last = calls.at(-1);
    assert.deepEqual([last?.outcome, last?.durationMs, last?.gaps], ['answered', 70_000, []]);
    assert.deepEqual(told, ['STORAGE_READ_ONLY', 'STORAGE_MISSING']);
    assert.deepEqual(left, []);
    ours.unmount();
    theirs.mount();
    assert.ok(readdirSync(theirStore).includes('ring'));
    assert.deepEqual((await contentsOf(theirStore)).calls, []);
    theirs.unmount();
  });

  it('for longer than memory lasts: what was lost is a gap of the storage, and the rest is in place', async () => {
    const { calls, audio, breaches, left, waitedBytes, said } = await talk(420, {
      20: () => ours.abort(),
      30: () => ours.unmount(),
      380: () => ours.mount(),
    });
    assert.deepEqual(breaches, []);
    const last = calls.at(-1);
    assert.deepEqual([last?.outcome, last?.durationMs], ['answered', 420_000]);
    assert.deepEqual(left, [['STORAGE_MISSING', false]]);
    assert.equal(last?.gaps.length, 1, JSON.stringify(last?.gaps));
    const [gap] = last?.gaps ?? [];
    assert.ok(gap);
    assert.equal(gap.cause, 'storage');
    // Four minutes and 22 seconds of 32 kbit/s are a mebibyte.
    assert.ok(Math.abs(gap.atMs - (18_000 + 262_000)) < 3000, JSON.stringify(gap));
    assert.ok(Math.abs(gap.atMs + gap.lengthMs - 378_000) < 6000, JSON.stringify(gap));
    assert.ok(waitedBytes >= 1 << 20 && waitedBytes < (1 << 20) + 8192, `${waitedBytes}`);
    const mp3 = audio.get(last?.number ?? 0) ?? Buffer.alloc(0);
    assert.ok(Math.abs(mp3.length / 4 - (420_000 - gap.lengthMs)) <= 72 * 2, `${mp3.length}`);
    // Before the gap and behind it.
    const frames = Math.round(gap.atMs / 72);
    const before = match(said.subarray(2 * RATE_HZ, 2 * RATE_HZ + frames * 576), mp3.subarray(0, frames * 288));
    assert.ok(before.correlation > 0.9 && before.lagSamples === 0, JSON.stringify(before));
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StoreError } from '../../storage/errors.js';
import { LevelMap } from '../../storage/level-map.js';
import { NodeDisk } from '../../storage/node-disk.js';
import type { RecordingWriter } from '../../storage/recording-writer.js';
import { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { Chance, seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { FaultyDisk } from './support/faulty-disk.js';
import {
  assertClean,
  assertStoreError,
  audioOf,
  format,
  MIB,
  openStore,
  record,
  speech,
  wall,
} from './support/office.js';

const ROUNDS = 60;
const AWAY_ROUNDS = 4;
const STRIDE = Number(process.env['KIKITOME_FAULT_STRIDE'] ?? 61);
const FRAME_BYTES = 288;

interface Bench {
  readonly crash: CrashDisk;
  readonly disk: FaultyDisk;
  readonly store: Store;
  map: MemoryMap;
}

async function bench(seed: number): Promise<Bench> {
  const crash = new CrashDisk(seededRandom(seed));
  await format(crash, 4 * MIB, seed);
  const disk = new FaultyDisk(crash);
  const made = { crash, disk, map: new MemoryMap() };
  const openMap = async () => made.map;
  const store = await Store.open({ disk, openMap, chance: seededChance(seed + 1), wall });
  disk.calls = 0;
  return Object.assign(made, { store });
}

async function all(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of pieces) parts.push(part);
  return Buffer.concat(parts);
}

async function commits(store: Store): Promise<boolean> {
  try {
    await store.commit();
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

/**
 * Calls of a second line that come and go beside one that goes on. From the disk's k-th call on the medium is gone, for some rounds;
 * what it had not synced is lost, and the index with it up to some batch. Returns how many calls the disk had.
 */
async function lifeWithALoss(seed: number, k: number): Promise<number> {
  const made = await bench(seed);
  const { crash, disk, store } = made;
  const chance = new Chance(seed + k);
  const spoken = new Map<number, Buffer[]>();
  const say = (writer: RecordingWriter, frames: number): void => {
    const said = spoken.get(writer.number) ?? [];
    spoken.set(writer.number, said);
    const from = said.length;
    const bytes = speech(writer.number, (from + frames) * FRAME_BYTES);
    for (let i = from; i < from + frames; i += 1) {
      const frame = bytes.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES);
      writer.append(frame);
      said.push(frame);
    }
  };
  const end = (writer: RecordingWriter): void => {
    writer.close({ endedWallMs: 1, party: '0312345678', particulars: {} });
  };
  disk.errors = (_, __, count) => (count >= k ? 'EIO' : undefined);
  let away = 0;
  let long = store.begin({ line: 'long' });
  for (let round = 0; round < ROUNDS; round += 1) {
    say(long, 14);
    const short = store.begin({ line: 'short' });
    say(short, chance.integer(1, 200));
    if (chance.happens(0.5)) await commits(store);
    end(short);
    if (long.mustClose) {
      end(long);
      long = store.begin({ line: 'long' });
    }
    if (await commits(store)) continue;
    away += 1;
    if (away === 2) await assert.rejects(store.reopen(), StoreError);
    if (away < AWAY_ROUNDS) continue;
    crash.reboot();
    made.map = made.map.upTo(chance.integer(0, made.map.batches));
    // The opening is cut short once, too.
    const failsAt = disk.calls + chance.integer(1, 60);
    disk.errors = (_, __, count) => (count === failsAt ? 'EIO' : undefined);
    away = Number.NEGATIVE_INFINITY;
    await store.reopen().catch((error: unknown) => {
      assertStoreError(error, `k=${k}: opening again`);
      return store.reopen();
    });
    disk.errors = () => undefined;
    await store.finishInterrupted(() => assert.fail(`k=${k}: a recording was given up`));
    assert.ok(await commits(store), `k=${k}: does not go on`);
    await assertClean(store, `k=${k}, opened again`);
  }
  const { calls } = disk;
  disk.errors = () => undefined;
  if (away > 0) await store.reopen();
  end(long);
  await store.commit();
  const verify = async (opened: Store, label: string): Promise<void> => {
    for (const [n, frames] of spoken) {
      const found = await audioOf(opened, n).catch((error: unknown) => {
        assert.ok(error instanceof StoreError && error.code === 'RECORDING_ERASED', `${label}, ${n}: ${String(error)}`);
        return undefined;
      });
      if (found) assert.ok(found.equals(Buffer.concat(frames)), `${label}: recording ${n} is not what was said`);
    }
    for await (const entry of opened.tombstones()) if (entry.t === 'erased') assert.equal(entry.rule, 'capacity');
    await assertClean(opened, label);
  };
  await verify(store, `k=${k}`);
  crash.reboot();
  const again = await openStore(crash, made.map.upTo(made.map.batches), seed + 3);
  await verify(again, `k=${k}, after a cut`);
  await again.close();
  return calls;
}

describe('a store whose medium was away', () => {
  it('goes on where the medium left off, whenever it went: no call loses a frame (seed 80)', async () => {
    let states = 0;
    let total = 1;
    for (let k = 1; k <= total; k += STRIDE) {
      total = Math.max(total, await lifeWithALoss(80, k));
      states += 1;
    }
    console.log(`      ${states} losses over ${total} calls`);
  });

  it('rejects everything with the reason until it is opened again, but what is begun', async () => {
    const { disk, store } = await bench(81);
    await record(store, 3, () => 5000);
    disk.gone = true;
    await assert.rejects(store.reopen(), { code: 'STORE_MISSING' });
    for (const task of [
      () => store.commit(),
      () => store.putSetting('a', 1),
      () => store.recording(1),
      () => audioOf(store, 1),
    ])
      await assert.rejects(async () => task(), { code: 'STORE_MISSING' });
    const writer = store.begin({ line: 'line-1' });
    writer.append(speech(4, 2000));
    assert.equal(store.status.waitingBytes, 2000);
    disk.gone = false;
    await store.reopen();
    writer.close({ endedWallMs: 1, party: null, particulars: {} });
    await store.commit();
    assert.equal(writer.number, 4);
    assert.ok((await audioOf(store, 4)).equals(speech(4, 2000)));
    await assertClean(store);
  });

  it('is not opened over another one', async () => {
    const [ours, theirs] = [await bench(82), await bench(83)];
    await record(theirs.store, 3, () => 5000);
    await theirs.store.close();
    const writer = ours.store.begin({ line: 'line-1' });
    writer.append(speech(1, 2000));
    await ours.store.commit();
    const before = new Map([...theirs.crash.image()].map(([name, bytes]) => [name, Buffer.from(bytes)]));
    const own = ours.disk.inner;
    Object.assign(ours.disk, { inner: theirs.crash });
    await assert.rejects(ours.store.reopen(), { code: 'STORE_MISSING', message: /put the old medium back/ });
    assert.deepEqual(theirs.crash.image(), before);
    Object.assign(ours.disk, { inner: own });
    await ours.store.reopen();
    writer.append(speech(1, 1000));
    writer.close({ endedWallMs: 1, party: null, particulars: {} });
    await ours.store.commit();
    assert.ok((await audioOf(ours.store, 1)).equals(Buffer.concat([speech(1, 2000), speech(1, 1000)])));
    await assertClean(ours.store);
  });

  it('that comes back without what it had taken: the recording ends where it ends, and no other is harmed', async () => {
    const made = await bench(84);
    const { crash, disk, store } = made;
    await record(store, 3, () => 5000);
    const image = crash.image();
    const { batches } = made.map;
    const writer = store.begin({ line: 'line-1' });
    writer.append(speech(4, 2000));
    await store.commit();
    writer.append(speech(4, 1000));
    Object.assign(disk, { inner: CrashDisk.of(image) });
    made.map = made.map.upTo(batches);
    await store.reopen();
    assert.ok(writer.erased);
    const next = store.begin({ line: 'line-1' });
    next.append(speech(5, 3000));
    next.close({ endedWallMs: 1, party: null, particulars: {} });
    await store.commit();
    assert.ok((await audioOf(store, next.number)).equals(speech(5, 3000)));
    for (const n of [1, 2, 3]) assert.equal((await audioOf(store, n)).length, 5000);
  });

  it('while somebody reads: the reading ends, or is refused with a code, and the next one is whole', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kikitome-reopen-'));
    try {
      await format(new NodeDisk(folder), 5 * MIB, 85);
      const openMap = () => LevelMap.open(path.join(folder, 'index'));
      const disk = new NodeDisk(folder);
      const store = await Store.open({ disk, openMap, chance: seededChance(86), wall });
      await record(store, 300, () => 300);
      const numbers = async (first: () => Promise<void>): Promise<number[]> => {
        const found: number[] = [];
        for await (const { row } of store.startedBetween(0, Number.MAX_SAFE_INTEGER)) {
          if (found.push(row.n) === 1) await first();
        }
        return found;
      };
      const before = await numbers(async () => undefined);
      assert.ok(before.length > 100);
      await numbers(() => store.reopen()).catch((error: unknown) => assertStoreError(error, 'reading'));
      assert.deepEqual(await numbers(async () => undefined), before);
      const reading = store.read(300);
      const [audio] = await Promise.allSettled([all(reading), store.reopen()]);
      if (audio.status === 'rejected') assertStoreError(audio.reason, 'audio');
      assert.equal((await audioOf(store, 300)).length, 300);
      await assertClean(store);
      await store.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StoreError } from '../../storage/errors.js';
import type { IndexOperation, OrderedMap } from '../../storage/index-port.js';
import { LevelMap } from '../../storage/level-map.js';
import type { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { Chance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { assertClean, assertStoreError, audioOf, format, MIB, openStore, record, speech } from './support/office.js';

interface Acknowledged {
  readonly kept: Map<number, Buffer>;
  readonly erased: Set<number>;
  readonly maybeErased: Set<number>;
  readonly held: Set<number>;
  readonly maybeHeld: Set<number>;
}

const nothing = (): Acknowledged => ({
  kept: new Map(),
  erased: new Set(),
  maybeErased: new Set(),
  held: new Set(),
  maybeHeld: new Set(),
});

/** Runs `task`; a StoreError is what a caller has to live with, anything else a fault of the store. */
async function attempt(task: () => Promise<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    assertStoreError(error, 'refused');
    return false;
  }
}

/** Calls, holds, erasures, reading, through several laps of a small ring; goes on whatever is refused. */
async function work(store: Store, told: Acknowledged, seed: number, rounds: number): Promise<void> {
  const chance = new Chance(seed);
  const waiting = new Map<number, Buffer>();
  for (let round = 0; round < rounds; round += 1) {
    const writer = store.begin({ line: 'line-1' }, 1000 + round);
    const bytes = speech(writer.number, chance.integer(1, 30_000));
    for (let at = 0; at < bytes.length; at += 288) writer.append(bytes.subarray(at, at + 288));
    if (chance.happens(0.5)) await attempt(() => store.commit());
    writer.close({ endedWallMs: 2000 + round, party: '0312345678', particulars: { round } });
    waiting.set(writer.number, bytes);
    if (await attempt(() => store.commit())) {
      for (const [n, kept] of waiting) told.kept.set(n, kept);
      waiting.clear();
    }
    const here = [...told.kept.keys()].filter((n) => !told.maybeErased.has(n));
    const n = here[chance.integer(0, here.length - 1)];
    if (n === undefined) continue;
    const dice = chance.next();
    if (dice < 0.2) {
      told.maybeHeld.add(n);
      if (await attempt(() => store.hold(n, { reason: 'x' }, 0.3))) told.held.add(n);
    } else if (dice < 0.4 && !told.maybeHeld.has(n)) {
      told.maybeErased.add(n);
      if (await attempt(() => store.erase([n], 'order'))) told.erased.add(n);
    } else {
      await attempt(async () => {
        const audio = await audioOf(store, n);
        assert.ok(audio.equals(told.kept.get(n) ?? Buffer.alloc(0)), `recording ${n} is not what was kept`);
      });
    }
  }
}

/** Everything acknowledged is there, or has a tombstone that says why not. */
async function verify(store: Store, told: Acknowledged, label: string): Promise<void> {
  await store.finishInterrupted(({ row }) => ({ endedWallMs: row.startedWallMs, party: null, particulars: {} }));
  const buried = new Map<number, string>();
  for await (const entry of store.tombstones()) if (entry.t === 'erased') buried.set(entry.n, entry.rule);
  for (const [n, bytes] of told.kept) {
    try {
      assert.ok((await audioOf(store, n)).equals(bytes), `${label}: recording ${n} is not what was kept`);
      assert.ok(!told.erased.has(n), `${label}: erased recording ${n} is here`);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      assert.equal(error.code, 'RECORDING_ERASED', `${label}: ${error.message}`);
      assert.ok(buried.has(n), `${label}: recording ${n} is gone without a tombstone`);
      assert.ok(!told.held.has(n), `${label}: held recording ${n} is gone`);
      if (buried.get(n) !== 'capacity') assert.ok(told.maybeErased.has(n), `${label}: nobody asked for ${n} to go`);
    }
  }
  for (const n of told.held) assert.ok((await store.recording(n)).hold, `${label}: hold of ${n}`);
  await assertClean(store, label);
}

interface Bench {
  readonly crash: CrashDisk;
  readonly disk: FaultyDisk;
  readonly map: MemoryMap;
  readonly store: Store;
}

async function bench(seed: number): Promise<Bench> {
  const crash = new CrashDisk(seededRandom(seed));
  await format(crash, 4 * MIB, seed);
  const disk = new FaultyDisk(crash);
  disk.watchSizes = true;
  const map = new MemoryMap();
  const store = await openStore(disk, map, seed + 1);
  disk.calls = 0;
  return { crash, disk, map, store };
}

const ROUNDS = 100;
const STRIDE = Number(process.env['KIKITOME_FAULT_STRIDE'] ?? 41);

/** One fault, then a working disk; the store goes on, and after a reboot everything acknowledged is there. */
async function once(seed: number, arm: (made: Bench) => void, label: string): Promise<number> {
  const made = await bench(seed);
  const { crash, disk, map, store } = made;
  const told = nothing();
  arm(made);
  await work(store, told, seed, ROUNDS);
  const { calls } = disk;
  disk.errors = () => undefined;
  await attempt(() => store.commit());
  await verify(store, told, `${label}, still open`);
  crash.reboot();
  const dice = new Chance(seed + calls);
  for (const index of [map.upTo(dice.integer(0, map.batches)), map.upTo(map.batches)]) {
    const again = await openStore(CrashDisk.of(crash.image()), index, seed + 3);
    await verify(again, told, `${label}, after a cut`);
    await again.close();
  }
  assert.deepEqual(disk.grown, [], `${label}: a file has grown`);
  return calls;
}

describe('a disk that fails', () => {
  it('EIO on exactly the k-th call: what was acknowledged stays, the rest waits and is kept', async () => {
    let states = 0;
    let total = 1;
    for (let k = 1; k <= total; k += STRIDE) {
      const arm = ({ disk }: Bench): void => {
        disk.errors = (_, __, count) => (count === k ? 'EIO' : undefined);
      };
      total = await once(60, arm, `EIO at call ${k}`);
      states += 1;
    }
    console.log(`      ${states} faults over ${total} calls`);
  });

  it('a sync that is refused and has lost its writes: nothing relies on them', async () => {
    let states = 0;
    let total = 1;
    for (let k = 1; k <= total; k += STRIDE) {
      const arm = ({ crash, disk }: Bench): void => {
        disk.errors = (kind, _, count) => (kind === 'sync' && count >= k && count < k + 4 ? 'EIO' : undefined);
        disk.lostSync = (name) => crash.dropPending(name);
      };
      total = await once(61, arm, `lost syncs from call ${k}`);
      states += 1;
    }
    console.log(`      ${states} faults over ${total} calls`);
  });

  it('EIO for ever from the k-th call: each call is refused with a code; reopened, all is sound', async () => {
    const { disk: counted, store: sound } = await bench(62);
    await work(sound, nothing(), 62, ROUNDS);
    for (let k = 1; k <= counted.calls; k += STRIDE * 4) {
      const { crash, disk, map, store } = await bench(62);
      const told = nothing();
      disk.errors = (_, __, count) => (count >= k ? 'EIO' : undefined);
      await work(store, told, 62, ROUNDS);
      await attempt(() => store.close());
      crash.reboot();
      const again = await openStore(crash, map.upTo(map.batches), 65);
      await verify(again, told, `EIO from call ${k} on`);
      await again.close();
    }
  });

  for (const name of ['ring', 'keys', 'journal', 'root']) {
    it(`${name} refused for 40 seconds: recordings are not erased for it, and what waits is kept afterwards`, async () => {
      const { disk, store } = await bench(63);
      const told = nothing();
      const truths = await record(store, 20, () => 20_000);
      for (const { n, bytes } of truths) told.kept.set(n, bytes);
      const here = async (): Promise<number> => {
        let count = 0;
        for await (const _ of store.recordings()) count += 1;
        return count;
      };
      const before = await here();
      disk.errors = (kind, file) => (file === name && kind !== 'read' ? 'EIO' : undefined);
      const writer = store.begin({ line: 'line-1' });
      const bytes = speech(writer.number, 40 * 4032);
      for (let second = 0; second < 40; second += 1) {
        for (let at = 0; at < 4032; at += 288)
          writer.append(bytes.subarray(second * 4032 + at, second * 4032 + at + 288));
        await attempt(() => store.commit());
      }
      assert.ok(
        before - (await here()) <= 6,
        `${before - (await here())} recordings were erased for a medium that takes nothing`,
      );
      disk.errors = () => undefined;
      writer.close({ endedWallMs: 1, party: null, particulars: {} });
      await store.commit();
      told.kept.set(writer.number, bytes);
      assert.equal(store.status.waitingBytes, 0);
      await verify(store, told, `${name} refused`);
      await store.close();
    });
  }

  it('the disk vanishes in the middle of a call and comes back: the call is whole', async () => {
    const { disk, map, crash, store } = await bench(64);
    const writer = store.begin({ line: 'line-1' });
    const bytes = speech(writer.number, 30 * 4032);
    const say = async (from: number, to: number): Promise<void> => {
      for (let second = from; second < to; second += 1) {
        for (let at = 0; at < 4032; at += 288)
          writer.append(bytes.subarray(second * 4032 + at, second * 4032 + at + 288));
        if (!disk.gone) await store.commit();
        else
          await assert.rejects(
            store.commit(),
            (error) => error instanceof StoreError && error.code === 'STORE_WRITE_FAILED',
          );
      }
    };
    await say(0, 10);
    disk.gone = true;
    await say(10, 20);
    assert.ok(store.status.waitingBytes >= 10 * 4032, 'what the medium did not take waits, and is counted');
    await assert.rejects(openStore(disk, new MemoryMap(), 1), (error) => error instanceof StoreError);
    disk.gone = false;
    await say(20, 30);
    writer.close({ endedWallMs: 1, party: null, particulars: {} });
    await store.commit();
    assert.ok((await audioOf(store, writer.number)).equals(bytes));
    await assertClean(store);
    crash.reboot();
    const again = await openStore(crash, map.upTo(map.batches), 66);
    assert.ok((await audioOf(again, writer.number)).equals(bytes));
    await assertClean(again);
  });

  it('a medium that has become read-only says so', async () => {
    const { disk, store } = await bench(67);
    await record(store, 2, () => 5000);
    disk.errors = (kind) => (kind === 'write' || kind === 'sync' ? 'EROFS' : undefined);
    store.begin({ line: 'line-1' }).append(Buffer.alloc(10));
    await assert.rejects(
      store.commit(),
      (error) => error instanceof StoreError && /STORE_(READ_ONLY|WRITE_FAILED)/.test(error.code),
    );
    await assert.rejects(
      store.putSetting('a', 1),
      (error) => error instanceof StoreError && error.code === 'STORE_READ_ONLY',
    );
    assert.equal((await audioOf(store, 1)).length, 5000);
  });
});

/** An index that refuses batches when told to. */
class FaultyMap extends MemoryMap {
  refuse: (count: number) => boolean = () => false;
  #count = 0;

  override async batch(operations: readonly IndexOperation[]): Promise<void> {
    this.#count += 1;
    if (this.refuse(this.#count)) throw Object.assign(new Error('IO error'), { code: 'LEVEL_IO_ERROR' });
    return super.batch(operations);
  }
}

describe('an index that fails', () => {
  it('a refused batch is put down later, in order', async () => {
    for (let k = 2; k < 90; k += 3) {
      const disk = new CrashDisk(seededRandom(70));
      await format(disk, 4 * MIB, 70);
      const map = new FaultyMap();
      const store = await openStore(disk, map, 71);
      map.refuse = (count) => count >= k && count < k + 3;
      const told = nothing();
      await work(store, told, 70, 40);
      await attempt(() => store.commit());
      await verify(store, told, `index refuses batch ${k}`);
      await store.close();
      const again = await openStore(disk, map, 72);
      await verify(again, told, `index refused batch ${k}, reopened`);
    }
  });
});

describe('two stores, one folder; one store, two folders', () => {
  const folders: string[] = [];
  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it('a second opening is refused with STORE_IN_USE', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kikitome-two-'));
    folders.push(folder);
    const first = await LevelMap.open(path.join(folder, 'index'));
    await assert.rejects(LevelMap.open(path.join(folder, 'index')), (error) => {
      return error instanceof StoreError && error.code === 'STORE_IN_USE';
    });
    await first.batch([{ type: 'put', key: 'a', value: 'b' }]);
    assert.equal(await first.get('a'), 'b');
    await first.close();
  });

  async function twin(seed: number): Promise<{ disk: CrashDisk; map: MemoryMap; audio: Map<number, Buffer> }> {
    const disk = new CrashDisk(seededRandom(seed));
    await format(disk, 4 * MIB, seed);
    const map = new MemoryMap();
    const store = await openStore(disk, map, seed + 1);
    const truths = await record(store, 12, (i) => 3000 + 100 * i + seed);
    await store.erase([2], 'order');
    await store.close();
    return { disk, map, audio: new Map(truths.map(({ n, bytes }) => [n, bytes])) };
  }

  for (const name of ['superblock', 'root', 'keys', 'journal', 'ring']) {
    for (const lost of [false, true]) {
      it(`another store's ${name}${lost ? ', the index lost' : ''}: refused, nothing destroyed`, async () => {
        const [ours, theirs] = [await twin(80), await twin(90)];
        const image = ours.disk.image();
        image.set(name, theirs.disk.image().get(name) ?? Buffer.alloc(0));
        const mixed = CrashDisk.of(image);
        const map = lost ? new MemoryMap() : ours.map.upTo(ours.map.batches);
        await assert.rejects(
          openStore(mixed, map, 1),
          (error) => error instanceof StoreError && error.code === 'STORE_DAMAGED',
        );
        // Put right again, everything is there.
        const restored = mixed.image();
        restored.set(name, ours.disk.image().get(name) ?? Buffer.alloc(0));
        const store = await openStore(CrashDisk.of(restored), map, 2);
        for (const [n, bytes] of ours.audio) if (n !== 2) assert.ok((await audioOf(store, n)).equals(bytes));
        await assertClean(store);
      });
    }
  }

  it("another store's index is rebuilt", async () => {
    const [ours, theirs] = [await twin(80), await twin(90)];
    const store = await openStore(ours.disk, theirs.map as OrderedMap, 1);
    assert.ok(store.indexRebuilt);
    for (const [n, bytes] of ours.audio) if (n !== 2) assert.ok((await audioOf(store, n)).equals(bytes));
    await assertClean(store);
  });
});

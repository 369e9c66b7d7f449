import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Chip, Disk, DiskFile } from '../../storage/disk.js';
import type { IndexOperation, IndexRange, OrderedMap } from '../../storage/index-port.js';
import { LevelMap } from '../../storage/level-map.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { Store } from '../../storage/store.js';
import { Chance, seededChance } from '../support/chance.js';
import { assertClean, audioOf, format, MIB, record, speech, wall } from './support/office.js';

const openAt = (folder: string, seed: number, rebuildIndex = false): Promise<Store> => {
  const openMap = () => LevelMap.open(path.join(folder, 'index'));
  return Store.open({ disk: new NodeDisk(folder), openMap, chance: seededChance(seed), wall, rebuildIndex });
};

describe('files and LevelDB', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kikitome-real-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('a life: format, record, hold, erase, wrap, stop, start, rebuild; no file but the index ever changes its size', async () => {
    await format(new NodeDisk(folder), 4 * MIB, 1);
    await assert.rejects(format(new NodeDisk(folder), 4 * MIB, 1), { code: 'STORE_EXISTS' });
    const sizes = async (): Promise<Record<string, number>> => {
      const all: Record<string, number> = {};
      for (const name of await readdir(folder))
        if (name !== 'index') all[name] = (await stat(path.join(folder, name))).size;
      return all;
    };
    const before = await sizes();
    let store = await openAt(folder, 2);
    await assert.rejects(openAt(folder, 3), { code: 'STORE_IN_USE' });
    const truths = await record(store, 20, () => 9000);
    await store.hold(7, { reason: 'x' }, 0.5);
    await store.erase([8], 'order');
    truths.push(...(await record(store, 200, (i) => 6000 + i)));
    await store.close();
    for (const rebuild of [false, true]) {
      store = await openAt(folder, 4 + Number(rebuild), rebuild);
      assert.equal(store.indexRebuilt, rebuild);
      for (const { n, bytes } of truths.slice(-30)) assert.ok((await audioOf(store, n)).equals(bytes));
      assert.ok((await audioOf(store, 7)).equals(truths[6]?.bytes ?? Buffer.alloc(0)));
      await assert.rejects(store.recording(8), { code: 'RECORDING_ERASED' });
      await assertClean(store);
      await store.close();
    }
    assert.deepEqual(await sizes(), before);
  });
});

const IMAGE_BYTES = 40 * MIB;
const STATES = Number(process.env['KIKITOME_EXT4_STATES'] ?? 100);

/** A file that is a disk that is an ext4: what a power cut leaves of it is what the block device was given by then. */
class Loop {
  readonly folder: string;
  readonly image: string;
  readonly mounted: string;

  constructor(folder: string, name: string) {
    this.folder = folder;
    this.image = path.join(folder, `${name}.img`);
    this.mounted = path.join(folder, name);
    mkdirSync(this.mounted);
  }

  make(): void {
    writeFileSync(this.image, '');
    truncateSync(this.image, IMAGE_BYTES);
    execFileSync('mkfs.ext4', ['-q', '-F', this.image], { stdio: 'pipe' });
  }

  mount(): void {
    execFileSync('mount', ['-o', 'loop', this.image, this.mounted], { stdio: 'pipe' });
  }

  unmount(): void {
    execFileSync('umount', [this.mounted], { stdio: 'pipe' });
  }
}

/** Calls `step` before and after everything that can reach the medium. */
class WatchedDisk implements Disk {
  readonly #inner: NodeDisk;
  readonly #step: () => Promise<void>;

  constructor(inner: NodeDisk, step: () => Promise<void>) {
    this.#inner = inner;
    this.#step = step;
  }

  create = (name: string, sizeBytes: number): Promise<DiskFile> => this.#inner.create(name, sizeBytes);
  extend = (name: string, sizeBytes: number): Promise<void> => this.#inner.extend(name, sizeBytes);
  exists = (name: string): Promise<boolean> => this.#inner.exists(name);
  remove = (name: string): Promise<void> => this.#inner.remove(name);
  syncDirectory = (): Promise<void> => this.#inner.syncDirectory();
  freeBytes = (): Promise<number> => this.#inner.freeBytes();
  openChip = (name: string): Promise<Chip> => this.#inner.openChip(name);

  async open(name: string): Promise<DiskFile> {
    const file = await this.#inner.open(name);
    return {
      sizeBytes: file.sizeBytes,
      read: (offset, length) => file.read(offset, length),
      write: async (offset, bytes) => {
        await file.write(offset, bytes);
        await this.#step();
      },
      sync: async () => {
        await file.sync();
        await this.#step();
      },
      close: () => file.close(),
    };
  }
}

class WatchedMap implements OrderedMap {
  readonly #inner: LevelMap;
  readonly #step: () => Promise<void>;

  constructor(inner: LevelMap, step: () => Promise<void>) {
    this.#inner = inner;
    this.#step = step;
  }

  get = (key: string): Promise<string | undefined> => this.#inner.get(key);
  getMany = (keys: readonly string[]): Promise<(string | undefined)[]> => this.#inner.getMany(keys);
  page = (range: IndexRange, most: number): Promise<[string, string][]> => this.#inner.page(range, most);
  entries = (range: IndexRange): AsyncIterable<readonly [string, string]> => this.#inner.entries(range);
  clear = (): Promise<void> => this.#inner.clear();
  close = (): Promise<void> => this.#inner.close();

  async batch(operations: readonly IndexOperation[]): Promise<void> {
    await this.#inner.batch(operations);
    await this.#step();
  }
}

describe(`a power cut on ext4 and LevelDB, ${STATES} states (seed 71)`, () => {
  let folder = '';
  let live: Loop;
  let crashed: Loop;

  before(function () {
    folder = mkdtempSync(path.join(tmpdir(), 'kikitome-ext4-'));
    live = new Loop(folder, 'live');
    crashed = new Loop(folder, 'crashed');
    try {
      live.make();
      live.mount();
    } catch (error) {
      console.log(
        `      skipped: a loop device with ext4 needs root and mkfs.ext4 (${(error as Error).message.split('\n')[0]})`,
      );
      this.skip();
    }
  });

  after(() => {
    for (const each of [live, crashed]) {
      try {
        each.unmount();
      } catch {
        // It was not mounted.
      }
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('loses nothing that was finished, opens always, keeps holds, brings nothing back', async () => {
    const chance = new Chance(71);
    const kept = new Map<number, Buffer>();
    const [erasing, erased, held] = [new Set<number>(), new Set<number>(), new Set<number>()];
    const unsure = new Set<number>();
    const counts = { states: 0, indexesRebuilt: 0 };
    let steps = 0;

    const verify = async (label: string): Promise<void> => {
      const store = await openAt(crashed.mounted, 1000 + steps);
      counts.indexesRebuilt += Number(store.indexRebuilt);
      await store.finishInterrupted(({ row }) => ({ endedWallMs: row.startedWallMs, party: null, particulars: {} }));
      for (const [n, bytes] of kept) {
        const found = await audioOf(store, n).catch((error: unknown) => {
          assert.equal((error as { code?: string }).code, 'RECORDING_ERASED', `${label}: ${String(error)}`);
          return undefined;
        });
        if (found) assert.ok(found.equals(bytes) && !erased.has(n), `${label}: recording ${n}`);
        else assert.ok(!held.has(n), `${label}: held recording ${n}`);
      }
      for await (const entry of store.tombstones()) {
        if (entry.t === 'erased' && entry.rule === 'order')
          assert.ok(erasing.has(entry.n), `${label}: ${entry.n} went`);
      }
      for (const n of held) if (!unsure.has(n)) assert.ok((await store.recording(n)).hold, `${label}: hold of ${n}`);
      await assertClean(store, label);
      await store.close();
    };

    const step = async (): Promise<void> => {
      steps += 1;
      if (steps % 4 !== 0 || counts.states >= STATES) return;
      // Now and then the kernel has just written everything back by itself.
      if (chance.happens(0.2)) execFileSync('sync', ['-f', live.mounted]);
      copyFileSync(live.image, crashed.image);
      crashed.mount();
      try {
        await verify(`step ${steps}`);
      } finally {
        crashed.unmount();
      }
      counts.states += 1;
    };

    await format(new NodeDisk(live.mounted), 4 * MIB, 71);
    const disk = new WatchedDisk(new NodeDisk(live.mounted), step);
    const openMap = async () => new WatchedMap(await LevelMap.open(path.join(live.mounted, 'index')), step);
    for (let session = 1; counts.states < STATES; session += 1) {
      const store = await Store.open({ disk, openMap, chance: seededChance(71 + session), wall });
      for (let i = 0; i < 25 && counts.states < STATES; i += 1) {
        const writer = store.begin({ line: 'line-1' });
        const bytes = speech(writer.number, chance.integer(1, 40_000));
        for (let at = 0; at < bytes.length; at += 288) writer.append(bytes.subarray(at, at + 288));
        if (chance.happens(0.4)) await store.commit();
        writer.close({ endedWallMs: 1, party: '0312345678', particulars: { i } });
        await store.commit();
        kept.set(writer.number, bytes);
        const n = chance.integer(1, writer.number);
        if (!kept.has(n) || erasing.has(n)) continue;
        unsure.add(n);
        try {
          const dice = chance.next();
          if (dice < 0.25) {
            await store.hold(n, { reason: 'x' }, 0.3);
            held.add(n);
          } else if (dice < 0.5 && !held.has(n)) {
            erasing.add(n);
            if ((await store.erase([n], 'order')) > 0) erased.add(n);
          }
        } catch (error) {
          if (!['HOLD_BUDGET', 'RECORDING_ERASED'].includes((error as { code?: string }).code ?? '')) throw error;
        }
        unsure.delete(n);
      }
      await store.close();
    }
    console.log(`      ${JSON.stringify(counts)}`);
    assert.ok(counts.states >= STATES);
  });
});

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Level } from 'level';
import sinon from 'sinon';
import { disposeStore } from '../../storage/dispose.js';
import { formatStore } from '../../storage/format.js';
import { LevelMap } from '../../storage/level-map.js';
import { moveStore } from '../../storage/move.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { assertClean, audioOf, format, MIB, openStore, record, WALL, wall } from './support/office.js';

const CHIP = '/sys/bus/nvmem/devices/fram0/nvmem';

const make = (disk: CrashDisk, seed: number, eraseEverything = false, rootChip?: string) =>
  formatStore(disk, { capacityBytes: 5 * MIB, eraseEverything, chance: seededChance(seed), wallMs: 0, rootChip });
const onChip = (disk: CrashDisk, seed: number, eraseEverything = false) => make(disk, seed, eraseEverything, CHIP);

/** A disk with a chip of so many bytes beside it. */
function withChip(seed: number, sizeBytes = 128): CrashDisk {
  const disk = new CrashDisk(seededRandom(seed));
  disk.addChip(CHIP, sizeBytes);
  return disk;
}

describe('the root key on a chip', () => {
  it('is there when the store is opened again, is called effaceable, and stands nowhere else', async () => {
    const disk = withChip(1);
    await onChip(disk, 2);
    let store = await openStore(disk, new MemoryMap(), 3);
    const [truth] = await record(store, 1, () => 3000);
    await store.close();
    store = await openStore(disk, new MemoryMap(), 4);
    assert.equal(store.status.assurance, 'effaceable');
    assert.ok(truth && (await audioOf(store, truth.n)).equals(truth.bytes));
    await assertClean(store);
    const key = disk.chip(CHIP).subarray(16, 48);
    for (const [name, bytes] of disk.image()) assert.ok(!bytes.includes(key), name);
    await store.close();
  });

  it('leaves nothing of the one before when something is erased', async () => {
    const disk = withChip(1, 4096);
    await onChip(disk, 2);
    const store = await openStore(disk, new MemoryMap(), 3);
    const truths = await record(store, 8, () => 3000);
    for (const { n } of truths) {
      const before = Buffer.from(disk.chip(CHIP).subarray(16, 48));
      await store.erase([n], 'order');
      assert.ok(!disk.chip(CHIP).includes(before), `erasing ${n}`);
    }
    await assertClean(store);
    await store.close();
  });

  it('is not put over anything else, and is as free after disposal as before', async () => {
    const disk = withChip(1, 256);
    disk.chip(CHIP).write('board serial 0042', 64);
    const before = Buffer.from(disk.chip(CHIP));
    await assert.rejects(onChip(disk, 2), { code: 'ROOT_CHIP_TAKEN', message: /not a root key/ });
    assert.ok(disk.chip(CHIP).equals(before));
    assert.deepEqual([...disk.image().keys()], []);

    disk.chip(CHIP).fill(0);
    await onChip(disk, 3);
    const other = new CrashDisk(seededRandom(2));
    other.addChip(CHIP, 256);
    disk.chip(CHIP).copy(other.chip(CHIP));
    await assert.rejects(onChip(other, 4), { code: 'ROOT_CHIP_TAKEN', message: /another store's/ });

    const store = await openStore(disk, new MemoryMap(), 5);
    await disposeStore(store, disk, { wallMs: 0, evenHeld: false });
    assert.ok(
      disk
        .chip(CHIP)
        .subarray(0, 128)
        .every((byte) => byte === 0xff),
    );
    await onChip(disk, 6);
    await onChip(disk, 7, true); // erase-everything frees the chip of the store that goes
    await (await openStore(disk, new MemoryMap(), 8)).close();
  });

  it('that cannot be used keeps the store that was to go: nothing is erased before it is known', async () => {
    const taken = withChip(9);
    await onChip(taken, 9);
    for (const [chip, code] of [
      [undefined, 'ROOT_CHIP_MISSING'],
      [Buffer.alloc(64), 'ROOT_CHIP_MISSING'],
      [Buffer.alloc(128, 0x42), 'ROOT_CHIP_TAKEN'],
      [taken.chip(CHIP), 'ROOT_CHIP_TAKEN'],
    ] as const) {
      const disk = new CrashDisk(seededRandom(1));
      await make(disk, 2);
      const before = disk.image();
      if (chip) {
        disk.addChip(CHIP, chip.length);
        chip.copy(disk.chip(CHIP));
      }
      await assert.rejects(onChip(disk, 3, true), { code });
      assert.deepEqual(disk.image(), before);
      await (await openStore(disk, new MemoryMap(), 4)).close();
    }
    // Nor where the old one's chip is away: its key would stay on it.
    const disk = withChip(5);
    await onChip(disk, 5);
    const bare = CrashDisk.of(disk.image());
    await assert.rejects(make(bare, 6, true), { code: 'ROOT_CHIP_MISSING' });
    assert.deepEqual(bare.image(), disk.image());
  });

  it('that another store has by now is left alone, whatever the medium says of it', async () => {
    const others = withChip(9);
    await onChip(others, 9);
    const key = Buffer.from(others.chip(CHIP));
    const disk = withChip(1);
    await onChip(disk, 2);
    key.copy(disk.chip(CHIP)); // the medium has come into another box
    const before = disk.image();
    for (const chip of [CHIP, undefined])
      await assert.rejects(make(disk, 3, true, chip), { code: 'ROOT_CHIP_TAKEN', message: /another store's/ });
    assert.deepEqual(disk.image(), before);
    await disk.remove('superblock'); // as a format leaves it that was cut: there is no store to lose
    await assert.rejects(onChip(disk, 4), { code: 'ROOT_CHIP_TAKEN' });
    await make(disk, 5);
    await (await openStore(disk, new MemoryMap(), 6)).close();
    assert.ok(disk.chip(CHIP).equals(key));
  });

  it('is blanked for what a cut format has left, however far it came', async () => {
    for (const torn of [0, 7, 30, 64, 100, 128]) {
      const disk = withChip(1);
      await onChip(disk, 2);
      await disk.remove('superblock');
      disk.chip(CHIP).fill(0xff, torn);
      await onChip(disk, 3);
      await (await openStore(disk, new MemoryMap(), 4)).close();
    }
  });

  it('missing, too small or of another store: said so, and nothing is harmed', async () => {
    const disk = withChip(1);
    await onChip(disk, 2);
    await (await openStore(disk, new MemoryMap(), 3)).close();
    const bare = CrashDisk.of(disk.image());
    await assert.rejects(openStore(bare, new MemoryMap(), 4), { code: 'ROOT_CHIP_MISSING' });
    bare.addChip(CHIP, 64);
    await assert.rejects(openStore(bare, new MemoryMap(), 5), { code: 'ROOT_CHIP_MISSING', message: /64 bytes/ });
    const wrong = withChip(6);
    await onChip(wrong, 6);
    bare.addChip(CHIP, 128);
    wrong.chip(CHIP).copy(bare.chip(CHIP));
    await assert.rejects(openStore(bare, new MemoryMap(), 7), { code: 'STORE_DAMAGED', message: /fram0/ });
    assert.ok(bare.chip(CHIP).equals(wrong.chip(CHIP)));
    disk.chip(CHIP).copy(bare.chip(CHIP));
    await (await openStore(bare, new MemoryMap(), 8)).close();
  });

  it('that keeps nothing is told, and what was there stays', async () => {
    const disk = withChip(1);
    await onChip(disk, 2);
    const store = await openStore(disk, new MemoryMap(), 3);
    const [truth] = await record(store, 1, () => 3000);
    const openChip = disk.openChip.bind(disk);
    const worn = new FaultyDisk(disk);
    worn.openChip = async (name) => ({ ...(await openChip(name)), write: async () => undefined });
    await store.close();
    const again = await openStore(worn, new MemoryMap(), 4);
    await assert.rejects(again.erase([truth?.n ?? 0], 'order'), { code: 'ROOT_CHIP_FAILED' });
    await again.close().catch(() => undefined);
    const sound = await openStore(disk, new MemoryMap(), 5);
    await assertClean(sound);
    await sound.close();
  });

  for (const refused of ['read', 'write'] as const) {
    it(`that does not answer a ${refused} is told at the format, which leaves nothing`, async () => {
      const disk = withChip(1);
      const openChip = disk.openChip.bind(disk);
      const broken = new FaultyDisk(disk);
      const silent = () => Promise.reject(Object.assign(new Error('remote I/O error'), { code: 'EREMOTEIO' }));
      broken.openChip = async (name) => ({ ...(await openChip(name)), [refused]: silent });
      await assert.rejects(onChip(broken as unknown as CrashDisk, 2), { code: 'ROOT_CHIP_FAILED', message: /fram0/ });
      assert.deepEqual([...disk.image().keys()], []);
      await format(disk, 5 * MIB, 3);
    });
  }

  it('goes to another chip, or to a file, when the store moves', async () => {
    const disk = withChip(1);
    await onChip(disk, 2);
    const store = await openStore(disk, new MemoryMap(), 3);
    const truths = await record(store, 3, () => 3000);
    const target = new CrashDisk(seededRandom(4));
    target.addChip('other', 128);
    const options = { openMap: async () => new MemoryMap(), capacityBytes: 8 * MIB, chance: seededChance(5), wall };
    const moved = await moveStore(store, { ...options, disk: target, rootChip: 'other' });
    assert.equal(moved.status.assurance, 'effaceable');
    for (const { n, bytes } of truths) assert.ok((await audioOf(moved, n)).equals(bytes));
    await moved.close();
    await store.close();
  });

  it('stays that of the old store when it moves: its chip is neither written nor blanked', async () => {
    const disk = withChip(1);
    await onChip(disk, 2);
    const key = Buffer.from(disk.chip(CHIP));
    const store = await openStore(disk, new MemoryMap(), 3);
    const options = { openMap: async () => new MemoryMap(), capacityBytes: 8 * MIB, chance: seededChance(5), wall };
    const target = new CrashDisk(seededRandom(4));
    target.openChip = disk.openChip.bind(disk);
    const refusal = { code: 'ROOT_CHIP_TAKEN', message: `${CHIP} holds the root key of the store that is to be moved` };
    await assert.rejects(moveStore(store, { ...options, disk: target, rootChip: CHIP }), refusal);
    assert.deepEqual([...target.image().keys()], []);
    // A move that was cut before it had put anything on that chip, which was free then.
    const root = await disk.open('root');
    const left = await target.create('root', root.sizeBytes);
    await left.write(0, await root.read(0, root.sizeBytes));
    await left.sync();
    await assert.rejects(moveStore(store, { ...options, disk: target, eraseEverything: true }), refusal);
    assert.ok(disk.chip(CHIP).equals(key));
    await target.remove('root');
    await (await moveStore(store, { ...options, disk: target })).close();
    assert.ok(disk.chip(CHIP).equals(key));
    await store.close();
    await (await openStore(disk, new MemoryMap(), 6)).close();
  });

  it('is a file of the kernel on a real machine', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kikitome-chip-'));
    const chip = path.join(folder, 'nvmem');
    await writeFile(chip, Buffer.alloc(256, 0xff));
    await mkdir(path.join(folder, 'store'));
    const disk = new NodeDisk(path.join(folder, 'store'));
    const options = { capacityBytes: 5 * MIB, eraseEverything: false, chance: seededChance(1), wallMs: 0 };
    await assert.rejects(formatStore(disk, { ...options, rootChip: `${chip}-not` }), { code: 'ROOT_CHIP_MISSING' });
    assert.deepEqual(await readdir(disk.folder), []);
    await formatStore(disk, { ...options, rootChip: chip });
    const store = await Store.open({ disk, openMap: async () => new MemoryMap(), chance: seededChance(2), wall });
    const [truth] = await record(store, 1, () => 3000);
    await store.erase([truth?.n ?? 0], 'order');
    await assertClean(store);
    await store.close();
    await rm(folder, { recursive: true });
  });
});

describe('a format that fails', () => {
  it('at any call leaves nothing, and a second try finds what the first one found', async () => {
    let tried = 0;
    for (let failing = 1; ; failing += 1) {
      const inner = withChip(failing);
      const disk = new FaultyDisk(inner);
      let failed = false;
      disk.errors = (_, __, count) => {
        if (failed || count !== failing) return undefined;
        failed = true;
        return 'ENOSPC';
      };
      const made = await onChip(disk as unknown as CrashDisk, 2).then(
        () => true,
        () => false,
      );
      if (made) break;
      tried += 1;
      assert.deepEqual([...inner.image().keys()], [], `call ${failing}`);
      assert.ok(
        inner.chip(CHIP).every((byte) => byte === 0xff),
        `the chip after call ${failing}`,
      );
      await onChip(inner, 3);
      await (await openStore(inner, new MemoryMap(), 4)).close();
    }
    assert.ok(tried > 10, `${tried} calls`);
  });

  it('a move that does not fit leaves no store where it went', async () => {
    const disk = new CrashDisk(seededRandom(1));
    await format(disk, 16 * MIB, 2);
    const store = await openStore(disk, new MemoryMap(), 3);
    await record(store, 20, () => 300_000);
    const target = new CrashDisk(seededRandom(4));
    const options = { disk: target, openMap: async () => new MemoryMap(), chance: seededChance(5), wall: () => WALL };
    await assert.rejects(moveStore(store, { ...options, capacityBytes: 5 * MIB }), { code: 'CAPACITY_TOO_SMALL' });
    assert.deepEqual([...target.image().keys()], []);
    await (await moveStore(store, { ...options, capacityBytes: 32 * MIB })).close();
    await store.close();
  });
});

describe('an index that the medium does not let be opened', () => {
  afterEach(() => sinon.restore());

  for (const [said, code] of [
    ['IO error: /data/index/LOCK: Permission denied', 'STORE_READ_ONLY'],
    ['IO error: /data/index/LOCK: Read-only file system', 'STORE_READ_ONLY'],
    ['IO error: /data/index/000007.log: No space left on device', 'STORE_WRITE_FAILED'],
    ['IO error: /data/index/000007.ldb: Too many open files', 'STORE_WRITE_FAILED'],
  ] as const) {
    it(`is told and left as it is: ${said}`, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'kikitome-index-'));
      await writeFile(path.join(folder, 'CURRENT'), 'kept');
      const cause = Object.assign(new Error(said), { code: 'LEVEL_IO_ERROR' });
      sinon.stub(Level.prototype, 'open').rejects(new Error('Database failed to open', { cause }));
      await assert.rejects(LevelMap.open(folder), { code, message: new RegExp(said.split(': ').at(-1) ?? '') });
      assert.deepEqual(await readdir(folder), ['CURRENT']);
      await rm(folder, { recursive: true });
    });
  }
});

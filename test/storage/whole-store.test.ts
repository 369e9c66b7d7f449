import assert from 'node:assert/strict';
import { checkStore } from '../../storage/check.js';
import { disposeStore } from '../../storage/dispose.js';
import { formatStore } from '../../storage/format.js';
import { growStore } from '../../storage/grow.js';
import { moveStore } from '../../storage/move.js';
import { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';

const MIB = 1 << 20;
const wall = () => 1_800_000_000_000;

interface Kept {
  readonly number: number;
  readonly bytes: Buffer;
}

const openOn = (disk: CrashDisk, map: MemoryMap, seed: number): Promise<Store> =>
  Store.open({ disk, openMap: async () => map, chance: seededChance(seed), wall });

async function newStore(capacityBytes: number): Promise<{ disk: CrashDisk; map: MemoryMap; store: Store }> {
  const disk = new CrashDisk(seededRandom(1));
  await formatStore(disk, { capacityBytes, eraseEverything: false, chance: seededChance(2), wallMs: 0 });
  const map = new MemoryMap();
  return { disk, map, store: await openOn(disk, map, 3) };
}

async function record(store: Store, count: number, bytesEach: number, seed: number): Promise<Kept[]> {
  const random = seededRandom(seed);
  const kept: Kept[] = [];
  for (let i = 0; i < count; i += 1) {
    const writer = store.begin({ line: 'line-1', i }, 1_700_000_000_000 + i * 60_000);
    const frames: Buffer[] = [];
    for (let at = 0; at < bytesEach; at += 288) {
      const frame = Buffer.alloc(288, Math.floor(random() * 2 ** 31).toString(36));
      frames.push(frame);
      writer.append(frame);
    }
    const party = i % 2 === 0 ? `0312345${String(i).padStart(3, '0')}` : null;
    writer.close({ endedWallMs: 1_700_000_000_000 + i * 60_000 + 30_000, party, particulars: { line: 'line-1', i } });
    await store.commit();
    kept.push({ number: writer.number, bytes: Buffer.concat(frames) });
  }
  return kept;
}

async function same(store: Store, kept: readonly Kept[]): Promise<void> {
  for (const { number, bytes } of kept) {
    const parts: Buffer[] = [];
    for await (const part of store.read(number)) parts.push(part);
    assert.ok(Buffer.concat(parts).equals(bytes), `recording ${number}`);
  }
}

async function breaches(store: Store): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of checkStore(store)) lines.push(line);
  return lines;
}

describe('a whole store', () => {
  it('grows where it is, wrapped or not, and keeps what it had', async () => {
    const { disk, map, store } = await newStore(5 * MIB);
    await record(store, 60, 60_000, 5); // goes round once
    const before = await numbers(store);
    const kept = await record(store, 6, 60_000, 6);
    await store.hold(kept[0]?.number ?? 0, { reason: 'r' }, 0.5);
    const { segments } = store.status.superblock;
    const grown = await growStore(store, disk, seededChance(9), 16 * MIB);
    assert.ok(grown.segments > 2 * segments);
    const reopened = await openOn(disk, map, 10);
    assert.deepEqual(await breaches(reopened), []);
    await same(reopened, kept);
    // Nothing goes before the new room is used up.
    const more = await record(reopened, 80, 60_000, 11);
    await same(reopened, kept);
    await same(reopened, more);
    assert.ok((await numbers(reopened)).length >= before.length);
    assert.deepEqual(await breaches(reopened), []);
    const last = await record(reopened, 200, 60_000, 12); // round and round the larger ring
    await same(reopened, last.slice(-20));
    await same(reopened, kept.slice(0, 1)); // held
    assert.deepEqual(await breaches(reopened), []);
    await reopened.close();
    const rebuilt = await openOn(disk, new MemoryMap(), 13);
    assert.deepEqual(await breaches(rebuilt), []);
    await same(rebuilt, last.slice(-20));
    await assert.rejects(growStore(rebuilt, disk, seededChance(14), 16 * MIB), { code: 'CAPACITY_TOO_SMALL' });
    await rebuilt.close();
  });

  it('grows through a power cut at every step', async () => {
    for (let step = 0; ; step += 1) {
      const { disk, map, store } = await newStore(5 * MIB);
      const kept = await record(store, 25, 60_000, 5);
      const { Mains } = await import('../power/crash-disk.js');
      disk.mains = new Mains(step);
      const cut = await growStore(store, disk, seededChance(9), 7 * MIB).then(
        () => false,
        () => true,
      );
      disk.reboot();
      const reopened = await openOn(disk, step % 2 === 0 ? map : new MemoryMap(), 10);
      assert.deepEqual(await breaches(reopened), [], `step ${step}`);
      await same(reopened, kept.slice(-5));
      await reopened.close();
      if (!cut) break;
    }
  });

  it('moves to another medium block by block, with holds, notes, tombstones and settings', async () => {
    const { store } = await newStore(5 * MIB);
    await record(store, 70, 60_000, 21);
    const kept = await record(store, 8, 60_000, 22);
    const [held, noted] = kept.map(({ number }) => number) as [number, number];
    await store.hold(held, { reason: 'enquiry' }, 0.5);
    await store.annotate(noted, { memo: 'the gist' });
    await store.putSetting('office', { a: 1 });
    const target = new CrashDisk(seededRandom(30));
    const map = new MemoryMap();
    const options = { disk: target, openMap: async () => map, chance: seededChance(31), wall };
    const moved = await moveStore(store, { ...options, capacityBytes: 12 * MIB });
    assert.deepEqual(await breaches(moved), []);
    await same(moved, kept);
    assert.deepEqual(await numbers(moved), await numbers(store));
    assert.equal((await moved.recording(held)).hold?.['reason'], 'enquiry');
    assert.equal((await moved.recording(noted)).note?.['memo'], 'the gist');
    assert.deepEqual(await moved.setting('office'), { a: 1 });
    assert.equal(moved.status.lastNumber, store.status.lastNumber);
    const found: number[] = [];
    for await (const { row } of moved.withParty({ digits: '0312345006', match: 'whole' })) found.push(row.n);
    assert.equal(found.length, 1);
    const [next] = await record(moved, 1, 3000, 23);
    assert.equal(next?.number, store.status.lastNumber + 1);
    await moved.close();
    const rebuilt = await openOn(target, new MemoryMap(), 32);
    assert.deepEqual(await breaches(rebuilt), []);
    await same(rebuilt, kept);
    await rebuilt.close();
    await store.close();
  });

  it('is not moved to where it does not fit', async () => {
    const { store } = await newStore(8 * MIB);
    await record(store, 60, 60_000, 21);
    const options = { openMap: async () => new MemoryMap(), chance: seededChance(31), wall };
    const small = new CrashDisk(seededRandom(40));
    await assert.rejects(moveStore(store, { ...options, disk: small, capacityBytes: 5 * MIB }), {
      code: 'CAPACITY_TOO_SMALL',
    });
    await store.close();
  });

  it('is disposed of: no byte of it is left, and a record says so', async () => {
    const { disk, map, store } = await newStore(5 * MIB);
    const kept = await record(store, 5, 20_000, 41);
    await store.hold(kept[2]?.number ?? 0, { reason: 'r' }, 0.5);
    await assert.rejects(disposeStore(store, disk, { wallMs: 7, evenHeld: false }), { code: 'HOLDS_REMAIN' });
    const record1 = await disposeStore(store, disk, { wallMs: 7, evenHeld: true });
    assert.equal(record1.destroyed, 5);
    assert.equal(record1.heldAmongThem, 1);
    assert.deepEqual(record1.numbers, { first: 1, last: 5 });
    assert.equal(disk.image().size, 0);
    await assert.rejects(openOn(disk, map, 42), { code: 'STORE_MISSING' });
  });
});

async function numbers(store: Store): Promise<number[]> {
  const all: number[] = [];
  for await (const { row } of store.recordings()) all.push(row.n);
  return all;
}

import assert from 'node:assert/strict';
import { growStore } from '../../storage/grow.js';
import { isTerm, type JournalEntry } from '../../storage/journal-entry.js';
import { moveStore } from '../../storage/move.js';
import { newRecordingId } from '../../storage/recording-id.js';
import type { Store } from '../../storage/store.js';
import { livingTerms, type Term } from '../../storage/term.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { assertClean, format, MIB, openStore, record, WALL, wall } from './support/office.js';

const TERMS: readonly Term[] = [
  { from: 2, to: 5, counted: { laterMs: 1_000_000 } },
  { from: 4, to: 8, counted: { fromWallMs: WALL } },
  { from: 7, to: 7, counted: { laterMs: -5 } },
];
/** From when each of ten is counted then, after the first one's end. */
const endOf = (n: number): number => WALL - 1e9 + (n - 1) * 60_000 + 1000;
const COUNTED = new Map([
  ...[1, 9, 10].map((n) => [n, endOf(n)] as const),
  ...[2, 3].map((n) => [n, endOf(n) + 1_000_000] as const),
  ...[4, 5, 6, 8].map((n) => [n, WALL] as const),
  [7, endOf(7) - 5] as const,
]);

async function withTerms(): Promise<{ disk: CrashDisk; map: MemoryMap; store: Store }> {
  const disk = new CrashDisk(seededRandom(1));
  await format(disk, 5 * MIB, 2);
  const map = new MemoryMap();
  const store = await openStore(disk, map, 3);
  await record(store, 10, () => 1000);
  await store.hold(5, { reason: 'x' }, 0.5);
  for (const term of TERMS) await store.countFrom(term);
  return { disk, map, store };
}

/** Counted from these, in order; the held one is in none. */
async function assertCounted(store: Store, gone: readonly number[] = []): Promise<void> {
  await assertClean(store);
  const found: [number, number][] = [];
  for await (const { n, countedWallMs } of store.countedBefore(Number.POSITIVE_INFINITY))
    found.push([n, countedWallMs]);
  const expected = [...COUNTED]
    .filter(([n]) => n !== 5 && !gone.includes(n))
    .sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  assert.deepEqual(found, expected);
  assert.equal((await store.recording(5)).row.countedWallMs, WALL);
}

describe('terms counted from another moment', () => {
  it('order what is due, the latest word on each counting, and change nothing of what a recording tells', async () => {
    const { store } = await withTerms();
    await assertCounted(store);
    for (const n of COUNTED.keys()) assert.equal((await store.recording(n)).row.endedWallMs, endOf(n));
    await store.release(5);
    const since: number[] = [];
    for await (const n of store.countedSince(WALL)) since.push(n);
    assert.deepEqual(since, [4, 5, 6, 8]);
    await store.close();
  });

  it('are there after a restart, with and without the index', async () => {
    const { disk, map, store } = await withTerms();
    await store.close();
    for (const index of [map, new MemoryMap()]) {
      const again = await openStore(disk, index, 4);
      await assertCounted(again);
      await again.close();
    }
  });

  it('are followed by an index that lags behind, wherever it stands', async () => {
    const { disk, map, store } = await withTerms();
    await store.erase([3, 8], 'order');
    await store.close();
    for (let batches = 0; batches <= map.batches; batches += 1) {
      const again = await openStore(CrashDisk.of(disk.image()), map.upTo(batches), 4);
      await assertCounted(again, [3, 8]);
      await again.close();
    }
  });

  it('outlive growing and moving', async () => {
    const { disk, map, store } = await withTerms();
    await growStore(store, disk, seededChance(9), 8 * MIB);
    const grown = await openStore(disk, map, 4);
    await assertCounted(grown);
    const target = new CrashDisk(seededRandom(30));
    const other = new MemoryMap();
    const to = { disk: target, openMap: async () => other, chance: seededChance(31), wall };
    const moved = await moveStore(grown, { ...to, capacityBytes: 12 * MIB });
    await assertCounted(moved);
    await moved.close();
    const rebuilt = await openStore(target, new MemoryMap(), 32);
    await assertCounted(rebuilt);
    await rebuilt.close();
    await grown.close();
  });

  it('outlive a journal that has lost the page they were on', async () => {
    const { disk, map, store } = await withTerms();
    await store.close();
    const unit = 4096;
    const journal = disk.image().get('journal') ?? Buffer.alloc(0);
    let pages = 0;
    while (journal.readUInt32LE(pages * unit) !== 0) pages += 1;
    assert.equal(pages, 5, 'a first one, the hold, and three terms');
    for (let page = 1; page < pages; page += 1) {
      const damaged = CrashDisk.of(disk.image());
      damaged.flip('journal', page * unit + 60, 4);
      const again = await openStore(damaged, map.upTo(map.batches), 4);
      assert.equal(again.status.repairs.length, 1);
      await again.close();
      const rebuilt = await openStore(damaged, new MemoryMap(), 5);
      await assertCounted(rebuilt);
      await rebuilt.close();
    }
  });

  it('leave the journal with the last of their recordings, and where a later one says otherwise of all', () => {
    const term = (from: number, to: number): JournalEntry => {
      return { t: 'term', from, to, counted: { laterMs: from }, atWallMs: 0 };
    };
    const range = (from: number, to: number): JournalEntry => {
      return { t: 'erased-range', from, to, count: to - from + 1, byRule: { expiry: to - from + 1 }, sha256: '' };
    };
    const id = newRecordingId(0, seededChance(1));
    const erased = (n: number): JournalEntry => {
      const bytes = { sha256: null, startedWallMs: 0, endedWallMs: 0, bytes: 0 };
      return { t: 'erased', n, id, ...bytes, rule: 'order', atWallMs: 0 };
    };
    const left = (...entries: JournalEntry[]) =>
      entries
        .filter((entry) => livingTerms(entries).has(entry))
        .map((entry) => isTerm(entry) && [entry.from, entry.to]);
    assert.deepEqual(left(term(1, 9), range(1, 8)), [[1, 9]]);
    assert.deepEqual(left(term(1, 9), erased(9), range(1, 8)), []);
    assert.deepEqual(left(term(2, 4), term(3, 5), term(1, 4)), [
      [3, 5],
      [1, 4],
    ]);
    assert.deepEqual(left(range(1, 5), term(6, 6), term(3, 7)), [[3, 7]]);
  });
});

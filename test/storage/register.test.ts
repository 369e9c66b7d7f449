import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { growStore } from '../../storage/grow.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { assertClean, format, MIB, openStore, WALL } from './support/office.js';

describe('the register of events', () => {
  it('is there after a reboot and after growing, in order', async () => {
    const disk = new CrashDisk(seededRandom(1));
    await format(disk, 16 * MIB, 2);
    let store = await openStore(disk, new MemoryMap(), 3);
    for (let i = 0; i < 20; i += 1) await store.enter('fault', { code: 'CAPTURE_LOST', i });
    await growStore(store, disk, seededChance(4), 24 * MIB);
    store = await openStore(disk, new MemoryMap(), 5);
    const { earlier, events } = await store.register();
    assert.equal(earlier, null);
    assert.deepEqual(
      events.map(({ detail }) => detail['i']),
      Array.from({ length: 20 }, (_, i) => i),
    );
    assert.ok(events.every(({ kind, atWallMs }) => kind === 'fault' && atWallMs === WALL));
    await assertClean(store);
    await store.close();
  });

  it('folds the oldest into a count and a chained hash when the journal has turned over, and never stops', async () => {
    const disk = new CrashDisk(seededRandom(1));
    await format(disk, 16 * MIB, 2);
    const map = new MemoryMap();
    const store = await openStore(disk, map, 3);
    const written = 6000;
    const text = 'x'.repeat(400);
    for (let i = 0; i < written; i += 1) await store.enter('attempt', { i, text });
    const { earlier, events } = await store.register();
    assert.ok(earlier, 'so many cannot stand singly');
    assert.equal(earlier.count + events.length, written);
    assert.deepEqual(
      events.map(({ detail }) => detail['i']),
      Array.from({ length: events.length }, (_, i) => earlier.count + i),
    );
    let chain = '';
    for (let i = 0; i < earlier.count; i += 1) {
      const line = JSON.stringify({ t: 'event', kind: 'attempt', detail: { i, text }, atWallMs: WALL });
      chain = createHash('sha256')
        .update(chain + line)
        .digest('hex');
    }
    assert.equal(earlier.sha256, chain);
    await assertClean(store);
    await store.close();
  });

  it('refuses what is too long to be one', async () => {
    const disk = new CrashDisk(seededRandom(1));
    await format(disk, 16 * MIB, 2);
    const store = await openStore(disk, new MemoryMap(), 3);
    await assert.rejects(store.enter('fault', { text: 'x'.repeat(2000) }));
    await store.close();
  });
});

import assert from 'node:assert/strict';
import { StoreError } from '../../storage/errors.js';
import { PARTICULARS_MAX_BYTES } from '../../storage/particulars.js';
import type { Closing, Particulars } from '../../storage/recording-writer.js';
import { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { Chance, seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { assertClean, audioOf, format, MIB, openStore, record, speech, wall } from './support/office.js';

const refused = (error: unknown): boolean => error instanceof StoreError && error.code === 'PARTICULARS_REFUSED';

/** Particulars whose JSON has so many bytes. */
const ofBytes = (bytes: number): Particulars => ({
  text: 'x'.repeat(bytes - JSON.stringify({ p: { text: '' } }).length),
});

async function newStore(seed: number, capacityBytes = 4 * MIB) {
  const disk = new CrashDisk(seededRandom(seed));
  await format(disk, capacityBytes, seed);
  const map = new MemoryMap();
  return { disk, map, store: await openStore(disk, map, seed + 1) };
}

const closedWith = (particulars: Particulars, party: string | null = null): Closing => ({
  endedWallMs: 2000,
  party,
  particulars,
});

async function erasedIn(store: Store): Promise<number> {
  let erased = 0;
  for await (const _ of store.tombstones()) erased += 1;
  return erased;
}

const headOf = (store: Store): Promise<number> => store.inspect(async ({ head }) => head);

describe('particulars that a block does not hold', () => {
  it('are refused where they are given, by one byte, and the recording goes on as if they had not been', async () => {
    const { store } = await newStore(1);
    const tooMuch = ofBytes(PARTICULARS_MAX_BYTES + 1);
    assert.throws(() => store.begin(tooMuch), refused);
    const writer = store.begin(ofBytes(PARTICULARS_MAX_BYTES), 1000);
    assert.equal(writer.number, 1);
    writer.append(speech(1, 1000));
    assert.throws(() => writer.restate(tooMuch), refused);
    await store.commit();
    assert.throws(() => writer.close(closedWith(tooMuch)), refused);
    writer.append(speech(1, 1000));
    writer.close(closedWith(ofBytes(PARTICULARS_MAX_BYTES)));
    await store.commit();
    assert.deepEqual((await store.recording(1)).particulars, ofBytes(PARTICULARS_MAX_BYTES));
    assert.equal((await audioOf(store, 1)).length, 2000);
    await assertClean(store);
  });

  it('and what is no JSON is refused in the same way', async () => {
    const { store } = await newStore(2);
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    for (const odd of [circle, { big: 1n }]) {
      assert.throws(() => store.begin(odd), refused);
      const writer = store.begin({}, 1000);
      assert.throws(() => writer.close(closedWith(odd)), refused);
      writer.close(closedWith({}));
      await store.commit();
    }
    assert.equal(store.status.lastNumber, 2);
    await assertClean(store);
  });

  it('do not keep a store from opening that was cut: it closes with those that were there', async () => {
    const { disk, map, store } = await newStore(3);
    store.begin({ line: 'line-1' }, 1000).append(speech(1, 1000));
    await store.commit();
    disk.reboot();
    const again = await openStore(disk, map, 9);
    await again.finishInterrupted(() => closedWith(ofBytes(PARTICULARS_MAX_BYTES + 1)));
    const { row, particulars } = await again.recording(1);
    assert.deepEqual([row.state, row.endedWallMs, particulars], ['kept', 2000, { line: 'line-1' }]);
    await assertClean(again);
  });
});

describe('a commit that fails, but not by the medium', () => {
  it('leaves the head where it is and erases nothing, however often it is tried; then goes on', async () => {
    const disk = new CrashDisk(seededRandom(4));
    await format(disk, 4 * MIB, 4);
    const sound = seededChance(5);
    let broken = false;
    const chance = (bytes: number): Buffer => {
      if (broken) throw new Error('no chance');
      return sound(bytes);
    };
    const map = new MemoryMap();
    const store = await Store.open({ disk, openMap: async () => map, chance, wall });
    await record(store, 20, () => 20_000);
    const writer = store.begin({}, 1000);
    await store.commit();
    writer.append(speech(21, 4000));
    writer.close(closedWith({}));
    const other = store.begin({}, 1000);
    await assert.doesNotReject(store.commit());
    other.close(closedWith({}));
    const before = await headOf(store);
    broken = true;
    for (let i = 0; i < 100; i += 1) await assert.rejects(store.commit(), /no chance/);
    assert.equal(await headOf(store), before);
    assert.equal(await erasedIn(store), 0);
    broken = false;
    await store.commit();
    assert.equal((await store.recording(22)).row.state, 'kept');
    await assertClean(store);
  });

  it('loses no segment although sound is written before what fails, again and again', async () => {
    const { store } = await newStore(6);
    await record(store, 20, () => 20_000);
    const poisoned: Record<string, unknown> = {};
    const bad = store.begin({}, 1000);
    bad.close(closedWith(poisoned));
    poisoned['text'] = 'x'.repeat(100_000); // changed after it was given: a fault of the program
    const good = store.begin({}, 1000);
    for (let second = 0; second < 100; second += 1) {
      good.append(speech(22, 4000));
      await assert.rejects(store.commit(), RangeError);
    }
    assert.equal(await erasedIn(store), 0);
    assert.equal(good.waitingBytes, 0);
  });
});

describe('particulars, parties and lists of any size (property)', () => {
  for (const seed of [70, 71, 72]) {
    it(`never cost a recording that was committed, and the next commit works (seed ${seed})`, async () => {
      const { disk, map, store } = await newStore(seed, 24 * MIB);
      const chance = new Chance(seed);
      const huge = (): Particulars => ({
        flashes: Array.from({ length: chance.integer(0, 2500) }, (_, i) => ({ atMs: i * 600.125, lengthMs: 250.3 })),
        gaps: Array.from({ length: chance.integer(0, 1500) }, (_, i) => ({
          atMs: i * 1.5,
          lengthMs: 1,
          cause: 'capture',
        })),
        caller: { number: '0'.repeat(chance.integer(0, 40_000)), name: '電'.repeat(chance.integer(0, 9000)) },
      });
      const kept = new Map<number, Buffer>();
      for (let call = 0; call < 40; call += 1) {
        const writer = unlessRefused(() => store.begin(huge(), 1000 + call)) ?? store.begin({}, 1000 + call);
        const bytes = speech(writer.number, chance.integer(0, 12_000));
        for (let at = 0; at < bytes.length; at += 288) writer.append(bytes.subarray(at, at + 288));
        if (chance.happens(0.5)) await store.commit();
        const party = chance.pick([null, '', '0'.repeat(chance.integer(0, 100_000)), 'x', '0312345678']);
        for (const particulars of [huge(), {}]) {
          if (chance.happens(0.5)) unlessRefused(() => writer.restate(particulars));
          if (unlessRefused(() => writer.close(closedWith(particulars, party)))) break;
        }
        await store.commit();
        kept.set(writer.number, bytes);
      }
      assert.equal(await erasedIn(store), 0);
      await store.close();
      for (const index of [map, new MemoryMap()]) {
        const again = await openStore(CrashDisk.of(disk.image()), index, seed + 5);
        for (const [n, bytes] of kept) assert.ok((await audioOf(again, n)).equals(bytes), `recording ${n}`);
        await assertClean(again);
        await again.close();
      }
    });
  }

  function unlessRefused<T>(task: () => T): T | undefined {
    try {
      return task();
    } catch (error) {
      assert.ok(refused(error), String(error));
      return undefined;
    }
  }
});

describe('what is known of a recording, said anew while it goes on', () => {
  const knownAfterACut = async (disk: CrashDisk, map: MemoryMap): Promise<Particulars> => {
    const store = await openStore(disk, map, 90);
    let known: Particulars = {};
    await store.finishInterrupted(({ particulars }) => {
      known = particulars;
      return closedWith(particulars);
    });
    await assertClean(store);
    assert.deepEqual((await store.recording(1)).particulars, known);
    return known;
  };

  for (const [what, mapOf] of [
    ['with the index', (map: MemoryMap) => map],
    ['with an index that is behind', (map: MemoryMap) => map.upTo(3)],
    ['with the index lost', () => new MemoryMap()],
  ] as const) {
    it(`is what a cut leaves: the last that a commit took (${what})`, async () => {
      const { disk, map, store } = await newStore(80);
      const writer = store.begin({ gaps: 0 }, 1000);
      for (let gaps = 1; gaps <= 5; gaps += 1) {
        writer.append(speech(1, 3000));
        writer.restate({ gaps });
        await store.commit();
      }
      writer.restate({ gaps: 6 });
      disk.reboot();
      assert.deepEqual(await knownAfterACut(disk, mapOf(map)), { gaps: 5 });
    });
  }

  it('and where the last of it is damaged, the one before', async () => {
    const { disk, store } = await newStore(81);
    const writer = store.begin({ gaps: 0 }, 1000);
    await store.commit();
    writer.restate({ gaps: 1 });
    await store.commit();
    const head = await headOf(store);
    writer.restate({ gaps: 2 });
    await store.commit();
    const { segmentUnits } = store.status.superblock;
    const ring = disk.image().get('ring');
    assert.ok(ring);
    const at = (head - segmentUnits) * 4096; // the first serial is 1, the first segment 0
    ring[at + 60] = (ring[at + 60] ?? 0) ^ 1;
    const image = disk.image().set('ring', ring);
    assert.deepEqual(await knownAfterACut(CrashDisk.of(image), new MemoryMap()), { gaps: 1 });
  });

  it('costs a held recording nothing any more once it has been moved', async () => {
    const { disk, store } = await newStore(84);
    const writer = store.begin({ gaps: 0 }, 1000);
    for (let gaps = 1; gaps <= 20; gaps += 1) {
      writer.append(speech(1, 3000));
      writer.restate({ gaps });
      await store.commit();
    }
    writer.close(closedWith({ gaps: 21 }));
    await store.commit();
    await store.hold(1, { reason: 'x' }, 0.5);
    const openBlocks = (): Promise<number> =>
      store.inspect(async ({ parts: { ring, index } }) => {
        let count = 0;
        for (const [from, to] of (await index.row(1))?.x ?? []) {
          for await (const { header } of ring.blocks(from, to)) if (header.type === 'open') count += 1;
        }
        return count;
      });
    assert.equal(await openBlocks(), 20);
    await record(store, 300, () => 20_000);
    assert.equal(await openBlocks(), 1);
    await assertClean(store);
    disk.reboot();
    const again = await openStore(disk, new MemoryMap(), 85);
    assert.deepEqual((await again.recording(1)).particulars, { gaps: 21 });
    assert.equal((await audioOf(again, 1)).length, 60_000);
    await assertClean(again);
  });

  it('waits once, however often it is said while the medium refuses, and comes before the close', async () => {
    const crash = new CrashDisk(seededRandom(82));
    await format(crash, 4 * MIB, 82);
    const disk = new FaultyDisk(crash);
    const store = await openStore(disk, new MemoryMap(), 83);
    const writer = store.begin({ gaps: 0 }, 1000);
    await store.commit();
    disk.errors = (kind, file) => (file === 'ring' && kind === 'write' ? 'EIO' : undefined);
    for (let gaps = 1; gaps <= 30; gaps += 1) {
      writer.restate({ gaps });
      await assert.rejects(store.commit());
    }
    disk.errors = () => undefined;
    const writtenAt = await store.inspect(async ({ writeAt }) => writeAt);
    await store.commit();
    assert.equal((await headOf(store)) - writtenAt, 1);
    assert.deepEqual((await store.recording(1)).particulars, { gaps: 30 });
    writer.close(closedWith({ gaps: 31 }));
    assert.throws(() => writer.restate({}), { code: 'STORE_CLOSED' });
    await store.commit();
    assert.deepEqual((await store.recording(1)).particulars, { gaps: 31 });
    await assertClean(store);
  });
});

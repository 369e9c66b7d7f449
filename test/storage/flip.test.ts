import assert from 'node:assert/strict';
import { BLOCK_UNITS_MAX, HEADER_BYTES } from '../../storage/block.js';
import { UNIT_BYTES } from '../../storage/disk.js';
import type { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { Chance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { assertStoreError, audioOf, breachesOf, format, MIB, openStore, record, type Truth } from './support/office.js';

const FULL = process.env['KIKITOME_FLIP_FULL'] !== undefined;
const SEED = 41;

interface Specimen {
  readonly image: ReadonlyMap<string, Buffer>;
  readonly map: MemoryMap;
  readonly truths: ReadonlyMap<number, Truth>;
  readonly erased: ReadonlySet<number>;
  readonly held: ReadonlySet<number>;
  readonly notes: ReadonlyMap<number, string>;
}

/** A hundred recordings, some erased since, some held, with notes and a setting, as they lie on the medium. */
async function specimen(): Promise<Specimen> {
  const disk = new CrashDisk(seededRandom(SEED));
  const map = new MemoryMap();
  await format(disk, 6 * MIB, SEED);
  const store = await openStore(disk, map, SEED + 1);
  const truths = new Map((await record(store, 100, (i) => 300 + (i % 7) * 900)).map((truth) => [truth.n, truth]));
  const erased = new Set([3, 4, 50, 77, 99]);
  const held = new Set([10, 70, 98]);
  const notes = new Map([12, 71].map((n) => [n, `note on ${n}`]));
  await store.erase([...erased].slice(0, 3), 'expiry');
  for (const n of held) await store.hold(n, { reason: `hold ${n}` }, 0.5);
  for (const [n, memo] of notes) await store.annotate(n, { memo });
  await store.erase([...erased].slice(3), 'order');
  await store.putSetting('retention', { days: 30 });
  await store.close();
  return { image: disk.image(), map, truths, erased, held, notes };
}

type Outcome = 'harmless' | 'refused' | 'reported';

/**
 * Opens, reads all, checks. Throws where an answer is wrong: a recording with other audio or particulars, an erased one back,
 * a kept one or a hold missing without anybody saying so.
 */
async function judge(
  { truths, erased, held, notes }: Specimen,
  disk: CrashDisk,
  map: MemoryMap,
  label: string,
): Promise<Outcome> {
  let store: Store;
  try {
    store = await openStore(disk, map, SEED + 2);
  } catch (error) {
    assertStoreError(error, label);
    return 'refused';
  }
  let interrupted = 0;
  await store.finishInterrupted(({ row, particulars }) => {
    interrupted += 1;
    return { endedWallMs: row.startedWallMs, party: null, particulars: { ...particulars, interrupted: true } };
  });
  const complaints: string[] = [];
  const seen = new Set<number>();
  try {
    for await (const { row, particulars, hold, note } of store.recordings()) {
      const truth = truths.get(row.n);
      assert.ok(truth && !erased.has(row.n), `${label}: recording ${row.n} should not be here`);
      seen.add(row.n);
      const cutShort = particulars['interrupted'] === true;
      if (cutShort) complaints.push(`${row.n} is interrupted`);
      else
        assert.deepEqual(particulars, { number: truth.party, memo: truth.memo }, `${label}: particulars of ${row.n}`);
      try {
        const audio = await audioOf(store, row.n);
        const whole = cutShort ? truth.bytes.subarray(0, audio.length) : truth.bytes;
        assert.ok(audio.equals(whole), `${label}: audio of ${row.n}`);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assertStoreError(error, label);
        complaints.push(error.message);
      }
      if ((hold !== null) !== held.has(row.n)) complaints.push(`hold of ${row.n}`);
      if (note?.['memo'] !== notes.get(row.n)) complaints.push(`note of ${row.n}`);
    }
    for (const n of truths.keys()) {
      if (seen.has(n)) continue;
      try {
        await store.recording(n);
        complaints.push(`${n} is here and was not listed`);
      } catch (error) {
        assertStoreError(error, label);
        if (error.code !== 'RECORDING_ERASED') complaints.push(`${n}: ${error.code}`);
        else assert.ok(erased.has(n), `${label}: ${n} is said to be erased`);
      }
    }
    const setting = await store.setting('retention');
    if (JSON.stringify(setting) !== '{"days":30}') complaints.push('setting');
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assertStoreError(error, label);
    complaints.push(error.message);
  }
  const breaches = await breachesOf(store).catch((error: unknown) => {
    assertStoreError(error, label);
    return [error.message];
  });
  await store.close();
  // What reading shows to be missing is an interruption that everybody sees, or check has a line for it.
  if (complaints.length > interrupted)
    assert.ok(breaches.length > 0, `${label}: nobody noticed: ${complaints.join(' | ')}`);
  return complaints.length + breaches.length > 0 ? 'reported' : 'harmless';
}

describe(`flipped bytes in a store of 100 recordings (seed ${SEED})`, () => {
  let sound: Specimen;
  before(async () => {
    sound = await specimen();
    assert.equal(
      await judge(sound, CrashDisk.of(sound.image), sound.map.upTo(sound.map.batches), 'as it is'),
      'harmless',
    );
    assert.equal(await judge(sound, CrashDisk.of(sound.image), new MemoryMap(), 'index lost'), 'harmless');
  });

  /** Flips one byte at a time; every second time with the index lost as well, which must not hide it. */
  async function flipAll(
    name: string,
    offsets: Iterable<number>,
    lost: 'sometimes' | 'never' = 'sometimes',
  ): Promise<Record<Outcome, number>> {
    const chance = new Chance(SEED + 5);
    const counts = { harmless: 0, refused: 0, reported: 0 };
    let turn = 0;
    for (const at of offsets) {
      const mask = FULL ? 1 << (turn % 8) : chance.pick([1, 0x80, 0xff, 0x10]);
      const disk = CrashDisk.of(sound.image);
      disk.flip(name, at, mask);
      turn += 1;
      const indexLost = lost === 'sometimes' && turn % 4 === 0;
      const map = indexLost ? new MemoryMap() : sound.map.upTo(sound.map.batches);
      const label = `${name} byte ${at} ^ ${mask}${indexLost ? ', index lost' : ''}`;
      counts[await judge(sound, disk, map, label)] += 1;
    }
    console.log(`      ${name}: ${JSON.stringify(counts)}`);
    return counts;
  }

  const every = function* (from: number, to: number, stride: number): Iterable<number> {
    for (let at = from; at < to; at += FULL ? 1 : stride) yield at;
  };
  const sizeOf = (name: string): number => sound.image.get(name)?.length ?? 0;

  it('root: the other record is used', async () => {
    const counts = await flipAll('root', [
      ...every(0, 64, 3),
      ...every(64, UNIT_BYTES, 997),
      ...every(UNIT_BYTES, UNIT_BYTES + 64, 3),
    ]);
    assert.equal(counts.refused + counts.reported, 0);
  });

  it('superblock: the other copy is used', async () => {
    const length = sound.image.get('superblock')?.indexOf(0) ?? 0;
    const counts = await flipAll('superblock', [...every(0, length, 7), ...every(UNIT_BYTES, UNIT_BYTES + length, 7)]);
    assert.equal(counts.refused + counts.reported, 0);
  });

  it('keys: the other copy is used', async () => {
    const counts = await flipAll('keys', every(0, sizeOf('keys'), 331));
    assert.equal(counts.refused + counts.reported, 0);
  });

  it('journal: noticed, and made whole from the index', async () => {
    const journal = sound.image.get('journal') ?? Buffer.alloc(0);
    const used: number[] = [];
    for (let page = 0; page * UNIT_BYTES < journal.length; page += 1) {
      const unit = journal.subarray(page * UNIT_BYTES, (page + 1) * UNIT_BYTES);
      if (unit.some((byte) => byte !== 0)) used.push(page);
    }
    const offsets = used.flatMap((page) => [
      ...every(page * UNIT_BYTES, page * UNIT_BYTES + 56, 13),
      ...every(page * UNIT_BYTES + 56, (page + 1) * UNIT_BYTES, 997),
    ]);
    const counts = await flipAll('journal', offsets, 'never');
    assert.equal(counts.refused, 0, 'damage in the journal must not stop a recorder that has its index');
  });

  it('journal, the index lost with it: every page but the last is missed', async () => {
    const journal = sound.image.get('journal') ?? Buffer.alloc(0);
    let pages = 0;
    while (journal.readUInt32LE(pages * UNIT_BYTES) !== 0) pages += 1;
    for (let page = 0; page < pages - 1; page += 1) {
      const disk = CrashDisk.of(sound.image);
      disk.flip('journal', page * UNIT_BYTES + 60, 4);
      assert.notEqual(await judge(sound, disk, new MemoryMap(), `journal page ${page}, index lost`), 'harmless');
    }
  });

  it('ring: headers', async () => {
    const ring = sound.image.get('ring') ?? Buffer.alloc(0);
    const offsets: number[] = [];
    for (let unit = 0; unit * UNIT_BYTES < ring.length; unit += 1) {
      if (ring.readUInt32LE(unit * UNIT_BYTES) === 0) continue;
      const first = unit % 47;
      for (let i = FULL ? 0 : first; i < HEADER_BYTES; i += FULL ? 1 : 47) offsets.push(unit * UNIT_BYTES + i);
    }
    await flipAll('ring', offsets);
  });

  it('ring: payloads, and what no block uses', async () => {
    assert.ok(BLOCK_UNITS_MAX > 1);
    await flipAll('ring', every(HEADER_BYTES + 1, sizeOf('ring'), 16381));
  });

  it('index: keys and values', async () => {
    const chance = new Chance(SEED + 9);
    const counts = { harmless: 0, refused: 0, reported: 0 };
    const entries: [string, string][] = [];
    for await (const [key, value] of sound.map.entries({ gte: '', lt: '~' })) entries.push([key, value]);
    for (const [i, [key, value]] of entries.entries()) {
      if (!FULL && i % 8 !== 0 && !key.startsWith('m/')) continue;
      const at = chance.integer(0, value.length - 1);
      const garbled = value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
      const map = sound.map.upTo(sound.map.batches);
      map.tamper(key, garbled);
      counts[await judge(sound, CrashDisk.of(sound.image), map, `index ${key}: value`)] += 1;
      const other = sound.map.upTo(sound.map.batches);
      const keyAt = chance.integer(2, key.length - 1);
      await other.batch([
        { type: 'del', key },
        {
          type: 'put',
          key: key.slice(0, keyAt) + String.fromCharCode(key.charCodeAt(keyAt) ^ 2) + key.slice(keyAt + 1),
          value,
        },
      ]);
      counts[await judge(sound, CrashDisk.of(sound.image), other, `index ${key}: key`)] += 1;
    }
    console.log(`      index: ${JSON.stringify(counts)}`);
  });
});

import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LevelMap } from '../../storage/level-map.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { Chance, seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import {
  assertClean,
  audioOf,
  breachesOf,
  format,
  MIB,
  openStore,
  record,
  type Truth,
  wall,
} from './support/office.js';

const SEED = 21;
const FLIPS = Number(process.env['KIKITOME_INDEX_FLIPS'] ?? 6);

describe(`the folder of the index, damaged (seed ${SEED})`, () => {
  let folder = '';
  let truths: Truth[] = [];
  const erased = [2, 9];
  let opened = 0;

  const openReal = (at: string): Promise<Store> => {
    opened += 1;
    const openMap = () => LevelMap.open(path.join(at, 'index'));
    return Store.open({ disk: new NodeDisk(at), openMap, chance: seededChance(SEED + opened), wall });
  };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kikitome-index-'));
    await format(new NodeDisk(folder), 6 * MIB, SEED);
    // Two sessions: LevelDB has a table from the first, and a log of the second.
    let store = await openReal(folder);
    truths = await record(store, 30, (i) => 1000 + 100 * i);
    await store.close();
    store = await openReal(folder);
    truths.push(...(await record(store, 30, (i) => 2000 + 50 * i)));
    for (const n of erased) await store.erase([n], 'order');
    await store.hold(5, { reason: 'x' }, 0.5);
    await store.annotate(6, { memo: 'y' });
    // Not closed: the folder is copied as a killed process leaves it.
    await cp(folder, `${folder}-left`, { recursive: true });
    await store.close();
  });

  after(async () => {
    for (const each of [folder, `${folder}-left`, `${folder}-try`]) await rm(each, { recursive: true, force: true });
  });

  async function withDamage(damage: (index: string) => Promise<void>, label: string, left = true): Promise<boolean> {
    const at = `${folder}-try`;
    await rm(at, { recursive: true, force: true });
    await cp(left ? `${folder}-left` : folder, at, { recursive: true });
    await damage(path.join(at, 'index'));
    let store = await openReal(at);
    let { indexRebuilt } = store;
    // What opening cannot notice in time that does not grow with the store, check does.
    if ((await breachesOf(store)).length > 0) {
      await store.close();
      const openMap = () => LevelMap.open(path.join(at, 'index'));
      store = await Store.open({ disk: new NodeDisk(at), openMap, chance: seededChance(1), wall, rebuildIndex: true });
      indexRebuilt = true;
    }
    await assertClean(store, label);
    for (const { n, bytes, party } of truths) {
      if (erased.includes(n)) {
        await assert.rejects(store.recording(n), { code: 'RECORDING_ERASED' }, label);
        continue;
      }
      assert.ok((await audioOf(store, n)).equals(bytes), `${label}: audio of ${n}`);
      const found: number[] = [];
      for await (const { row } of store.withParty({ digits: party, match: 'whole' })) found.push(row.n);
      assert.deepEqual(found, [n], label);
    }
    assert.deepEqual((await store.recording(5)).hold, { reason: 'x' }, label);
    assert.deepEqual((await store.recording(6)).note, { memo: 'y' }, label);
    await store.close();
    return indexRebuilt;
  }

  const files = async (): Promise<string[]> => (await readdir(path.join(`${folder}-left`, 'index'))).sort();

  it('as it was left: nothing is rebuilt', async () => {
    assert.equal(await withDamage(async () => undefined, 'left'), false);
    assert.equal(await withDamage(async () => undefined, 'closed', false), false);
  });

  it('gone', async () => {
    assert.equal(await withDamage((index) => rm(index, { recursive: true }), 'gone'), true);
  });

  it('each file deleted, emptied, cut in half, filled with garbage', async () => {
    const chance = new Chance(SEED);
    for (const file of await files()) {
      const garbage = (length: number): Buffer => Buffer.from(Array.from({ length }, () => chance.integer(0, 255)));
      await withDamage((index) => rm(path.join(index, file)), `${file} deleted`);
      await withDamage((index) => truncate(path.join(index, file), 0), `${file} emptied`);
      const { length } = await readFile(path.join(`${folder}-left`, 'index', file));
      await withDamage((index) => truncate(path.join(index, file), length >> 1), `${file} cut in half`);
      await withDamage((index) => writeFile(path.join(index, file), garbage(Math.max(50, length))), `${file} garbled`);
    }
  });

  it('bytes flipped in logs, tables and the manifest', async () => {
    const chance = new Chance(SEED + 1);
    const counts: Record<string, number> = {};
    for (const file of await files()) {
      const whole = await readFile(path.join(`${folder}-left`, 'index', file));
      for (let i = 0; i < FLIPS && whole.length > 0; i += 1) {
        const at = chance.integer(0, whole.length - 1);
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.integer(0, 7));
        const rebuilt = await withDamage(
          (index) => writeFile(path.join(index, file), bytes),
          `${file} flipped at ${at}`,
        );
        const key = `${path.extname(file) || file.split('-')[0]} ${rebuilt ? 'rebuilt' : 'as it is'}`;
        counts[key] = (counts[key] ?? 0) + 1;
      }
    }
    console.log(`      ${JSON.stringify(counts)}`);
  });
});

describe('an index of another time', () => {
  it('several laps old is rebuilt; a little old is followed (seed 31)', async () => {
    const disk = new CrashDisk(seededRandom(31));
    await format(disk, 4 * MIB, 31);
    const map = new MemoryMap();
    const store = await openStore(disk, map, 32);
    const truths = await record(store, 400, (i) => 5000 + 10 * i);
    await store.hold(400, { reason: 'x' }, 0.5);
    await store.close();
    const image = disk.image();
    let [rebuilt, followed] = [0, 0];
    for (let batches = 0; batches <= map.batches; batches += 97) {
      const again = await openStore(CrashDisk.of(image), map.upTo(batches), 33);
      if (again.indexRebuilt) rebuilt += 1;
      else followed += 1;
      await assertClean(again, `the first ${batches} batches`);
      for (const { n, bytes } of truths.slice(-40)) assert.ok((await audioOf(again, n)).equals(bytes));
      assert.deepEqual((await again.recording(400)).hold, { reason: 'x' });
      await again.close();
    }
    assert.ok(rebuilt > 0 && followed > 0, `${rebuilt} rebuilt, ${followed} followed`);
  });

  it('with batches missing in the middle is rebuilt, wherever they are missing', async () => {
    const disk = new CrashDisk(seededRandom(34));
    await format(disk, 4 * MIB, 34);
    const map = new MemoryMap();
    const store = await openStore(disk, map, 35);
    const truths = await record(store, 40, () => 3000);
    await store.close();
    for (let gone = 2; gone < map.batches - 1; gone += 7) {
      const again = await openStore(CrashDisk.of(disk.image()), map.without(gone), 36);
      assert.ok(again.indexRebuilt, `batch ${gone} is missing`);
      for (const { n, bytes } of truths) assert.ok((await audioOf(again, n)).equals(bytes));
      await assertClean(again);
      await again.close();
    }
  });
});

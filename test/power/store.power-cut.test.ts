import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { checkStore } from '../../storage/check.js';
import { formatStore } from '../../storage/format.js';
import { Store } from '../../storage/store.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { CrashDisk, Mains, PowerCut } from './crash-disk.js';

const CAPACITY_BYTES = 4 << 20;
const FRAME_BYTES = 288;

/** What an outsider was told before the lights went out. */
interface Told {
  /** Number -> SHA-256 of what was appended, once the commit after its close resolved. */
  readonly kept: Map<number, string>;
  /** Number -> bytes appended when its latest commit resolved. */
  readonly committedBytes: Map<number, number>;
  /** Erasure asked for (it may have happened), and told to be done. */
  readonly erasing: Set<number>;
  readonly erased: Set<number>;
  /** Held for certain; asked to be held or released and not told. */
  readonly held: Set<number>;
  readonly unsure: Set<number>;
  readonly notes: Map<number, string>;
  formatted: boolean;
}

interface World {
  readonly disk: CrashDisk;
  readonly map: MemoryMap;
  readonly told: Told;
  readonly bytes: Map<number, Buffer[]>;
}

function newWorld(seed: number): World {
  const random = seededRandom(seed);
  return {
    disk: new CrashDisk(random),
    map: new MemoryMap(),
    told: {
      kept: new Map(),
      committedBytes: new Map(),
      erasing: new Set(),
      erased: new Set(),
      held: new Set(),
      unsure: new Set(),
      notes: new Map(),
      formatted: false,
    },
    bytes: new Map(),
  };
}

const openOn = (disk: CrashDisk, map: MemoryMap, seed: number): Promise<Store> =>
  Store.open({ disk, openMap: async () => map, chance: seededChance(seed), wall: () => 1_700_000_000_000 });

/** Three lines, calls of all lengths, erasures in between; enough to wrap the ring when `laps` says so. */
async function scenario(world: World, seed: number, steps: number): Promise<void> {
  const { disk, map, told, bytes } = world;
  const random = seededRandom(seed + 1);
  await formatStore(disk, {
    capacityBytes: CAPACITY_BYTES,
    eraseEverything: false,
    chance: seededChance(seed),
    wallMs: 0,
  });
  told.formatted = true;
  const store = await openOn(disk, map, seed + 2);
  const open = new Map<number, { append(frame: Buffer): void; close(): void; appended: number }>();
  for (let step = 0; step < steps; step += 1) {
    if (open.size < 3 && random() < 0.5) {
      const writer = store.begin({ line: `line-${open.size + 1}`, caller: '0312345678' });
      const frames: Buffer[] = [];
      bytes.set(writer.number, frames);
      const call = {
        appended: 0,
        append: (frame: Buffer) => {
          writer.append(frame);
          frames.push(frame);
          call.appended += frame.length;
        },
        close: () => {
          writer.close({ endedWallMs: 1, party: null, particulars: { line: 'x', closed: true } });
        },
      };
      open.set(writer.number, call);
    }
    for (const call of open.values()) {
      const frames = Math.floor(random() * 40);
      for (let i = 0; i < frames; i += 1) call.append(Buffer.alloc(FRAME_BYTES, Math.floor(random() * 256)));
    }
    const closing = [...open].filter(() => random() < 0.3);
    for (const [n, call] of closing) {
      call.close();
      open.delete(n);
    }
    await store.commit();
    for (const [n, { appended }] of open) told.committedBytes.set(n, appended);
    for (const [n] of closing) told.kept.set(n, sha256(bytes.get(n) ?? []));
    for await (const tombstone of store.tombstones()) if (tombstone.t === 'erased') told.erased.add(tombstone.n);
    await holdNowAndThen(store, told, random);
    if (random() < 0.15 && told.kept.size > 2) {
      const n = [...told.kept.keys()][Math.floor(random() * told.kept.size)] ?? 0;
      if (told.held.has(n)) continue;
      told.erasing.add(n);
      await store.erase([n], 'order');
      told.erased.add(n);
    }
  }
  await store.close();
}

async function holdNowAndThen(store: Store, told: Told, random: () => number): Promise<void> {
  const here = [...told.kept.keys()].filter((n) => !told.erased.has(n));
  const n = here[Math.floor(random() * here.length)];
  if (n === undefined) return;
  const chance = random();
  told.unsure.add(n);
  try {
    if (chance < 0.15) {
      await store.hold(n, { reason: `reason ${n}` }, 0.5);
      told.held.add(n);
    } else if (chance < 0.25 && told.held.has(n)) {
      await store.release(n);
      told.held.delete(n);
    } else if (chance < 0.35) {
      await store.annotate(n, { memo: `memo ${chance}` });
      told.notes.set(n, `memo ${chance}`);
    }
  } catch (error) {
    if (!['HOLD_BUDGET', 'RECORDING_ERASED'].includes((error as { code?: string }).code ?? '')) throw error;
  }
  told.unsure.delete(n);
}

const sha256 = (frames: readonly Buffer[]): string => createHash('sha256').update(Buffer.concat(frames)).digest('hex');

/** Everything the promises say of a store after a cut. */
async function verify(store: Store, { told, bytes }: World, label: string): Promise<void> {
  await store.finishInterrupted(({ row, particulars }) => {
    const before = told.committedBytes.get(row.n) ?? 0;
    assert.ok(row.bytes >= before, `${label}: call ${row.n} in progress has ${row.bytes} of ${before} committed bytes`);
    return { endedWallMs: 2, party: null, particulars: { ...particulars, interrupted: true } };
  });
  const here = new Map<number, string>();
  for await (const { row } of store.recordings()) {
    const hash = createHash('sha256');
    let length = 0;
    for await (const part of store.read(row.n)) {
      hash.update(part);
      length += part.length;
    }
    here.set(row.n, hash.digest('hex'));
    const appended = Buffer.concat(bytes.get(row.n) ?? []);
    assert.equal(length, row.bytes, `${label}: length of ${row.n}`);
    const prefix = createHash('sha256').update(appended.subarray(0, length)).digest('hex');
    assert.equal(here.get(row.n), prefix, `${label}: recording ${row.n} is not what was appended`);
  }
  const buried = new Set<number>();
  for await (const entry of store.tombstones()) if (entry.t === 'erased') buried.add(entry.n);
  for (const [n, hash] of told.kept) {
    if (here.has(n)) assert.equal(here.get(n), hash, `${label}: recording ${n} changed`);
    else assert.ok(buried.has(n), `${label}: recording ${n} is lost`);
  }
  for await (const { row, hold, note } of store.recordings()) {
    if (told.unsure.has(row.n)) continue;
    assert.equal(hold !== null, told.held.has(row.n), `${label}: hold of ${row.n}`);
    if (hold) assert.equal(hold['reason'], `reason ${row.n}`, label);
    assert.equal(note?.['memo'], told.notes.get(row.n), `${label}: note of ${row.n}`);
  }
  for (const n of told.held) if (!told.unsure.has(n)) assert.ok(here.has(n), `${label}: held recording ${n} is lost`);
  for (const n of told.erased) assert.ok(!here.has(n) && buried.has(n), `${label}: erased recording ${n} is readable`);
  const breaches: string[] = [];
  for await (const line of checkStore(store)) breaches.push(line);
  assert.deepEqual(breaches, [], label);
}

const isCut = (error: unknown): boolean => error instanceof PowerCut || (error as Error).cause instanceof PowerCut;

async function recoverAndVerify(world: World, seed: number, label: string): Promise<void> {
  const random = seededRandom(seed + 99);
  const { disk, map } = world;
  disk.reboot();
  let index = map.upTo(Math.floor(random() * 3) === 0 ? Math.floor(random() * (map.batches + 1)) : map.batches);
  // Cut again while recovering, now and then.
  for (let again = 0; again < 2 && random() < 0.5; again += 1) {
    disk.mains = new Mains(Math.floor(random() * 12));
    try {
      await openOn(disk, index, seed + 50 + again);
    } catch (error) {
      if (!isCut(error) && world.told.formatted) throw error;
    }
    disk.reboot();
    index = index.upTo(Math.floor(random() * (index.batches + 1)));
  }
  if (!(await disk.exists('superblock')) && !world.told.formatted) return;
  let store: Store;
  try {
    store = await openOn(disk, index, seed + 3);
  } catch (error) {
    if (!world.told.formatted) return; // a format that was cut left no store
    throw error;
  }
  await verify(store, world, label);
  await store.close();
  const reopened = await openOn(disk, new MemoryMap(), seed + 4);
  await verify(reopened, world, `${label}, index lost`);
  await reopened.close();
}

async function cutAt(step: number, seed: number, steps: number, neverSync?: string): Promise<boolean> {
  const world = newWorld(seed * 1000 + step);
  world.disk.mains = new Mains(step);
  world.disk.neverSync = neverSync;
  let cut = false;
  try {
    await scenario(world, seed, steps);
  } catch (error) {
    if (!isCut(error)) throw error;
    cut = true;
  }
  world.disk.neverSync = undefined;
  await recoverAndVerify(world, seed, `seed ${seed}, step ${step}`);
  return cut;
}

const STEP_STRIDE = Number(process.env['KIKITOME_CRASH_STRIDE'] ?? 5);

describe('power cut at every step', () => {
  for (let seed = 1; seed <= 4; seed += 1) {
    it(`leaves a sound store (seed ${seed}, short)`, async () => {
      for (let step = 0; await cutAt(step, seed, 8); step += 1);
    });
  }
  it('leaves a sound store when the ring wraps (seed 11)', async () => {
    for (let step = 400; await cutAt(step, 11, 250); step += 20 * STEP_STRIDE);
  });
  for (const file of ['ring', 'journal', 'root']) {
    it(`test of the test: a store that never syncs its ${file} is caught`, async () => {
      await assert.rejects(async () => {
        for (let seed = 21; seed < 30; seed += 1) for (let step = 8; await cutAt(step, seed, 20, file); step += 3);
      });
    });
  }
});

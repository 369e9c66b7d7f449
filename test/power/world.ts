import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { checkStore } from '../../storage/check.js';
import { formatStore } from '../../storage/format.js';
import type { ErasureRule } from '../../storage/journal-entry.js';
import type { Particulars, RecordingWriter } from '../../storage/recording-writer.js';
import { Store } from '../../storage/store.js';
import { Chance, seededChance } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { CrashDisk, Mains, PowerCut } from './crash-disk.js';

/** What an outsider was told before the lights went out. */
export interface Told {
  formatted: boolean;
  /** Number -> SHA-256 of what was appended, once the commit after its close resolved. */
  readonly kept: Map<number, string>;
  readonly particulars: Map<number, Particulars>;
  readonly party: Map<number, string>;
  /** Number -> bytes appended when its latest commit resolved. */
  readonly committedBytes: Map<number, number>;
  /** Number -> how often it had been said anew what is known of it when its latest commit resolved. */
  readonly committedSaid: Map<number, number>;
  /** Number -> bytes appended at the end of each second. */
  readonly seconds: Map<number, number[]>;
  /** Erasure asked for (it may have happened), and told to be done. */
  readonly erasing: Set<number>;
  readonly erased: Set<number>;
  /** Held for certain; asked to be held or released and not told. */
  readonly held: Set<number>;
  readonly unsure: Set<number>;
  readonly notes: Map<number, string>;
  readonly settings: Map<string, unknown>;
  readonly bytes: Map<number, Buffer[]>;
}

export interface Counts {
  states: number;
  recoveriesCut: number;
  indexesLost: number;
  lost: number;
  wrong: number;
  unopenable: number;
  readableAfterErase: number;
  breaches: number;
  worstLossSeconds: number;
}

export const noCounts = (): Counts => ({
  states: 0,
  recoveriesCut: 0,
  indexesLost: 0,
  lost: 0,
  wrong: 0,
  unopenable: 0,
  readableAfterErase: 0,
  breaches: 0,
  worstLossSeconds: 0,
});

/** A promise that was broken, and which count it belongs to. */
export class Broken extends Error {
  override readonly name = 'Broken';
  readonly kind: 'lost' | 'wrong' | 'unopenable' | 'readableAfterErase' | 'breaches';

  constructor(kind: Broken['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const fail = (kind: Broken['kind'], message: string): never => {
  throw new Broken(kind, `${kind}: ${message}`);
};

const same = (kind: Broken['kind'], actual: unknown, expected: unknown, message: string): void => {
  if (!isDeepStrictEqual(actual, expected))
    fail(kind, `${message}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
};

export const sha256 = (parts: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

export const FRAME_BYTES = 144;
const WALL = 1_700_000_000_000;

interface Call {
  readonly writer: RecordingWriter;
  readonly frames: Buffer[];
  appended: number;
  /** How often it has been said anew what is known of it. */
  said: number;
}

/** What is known of a recording is said anew once in so many seconds. */
const SAID_EVERY = 3;

/** An office on a crash disk: drives a store, and writes down what it was told. */
export class World {
  readonly disk: CrashDisk;
  map = new MemoryMap();
  readonly chance: Chance;
  readonly seed: number;
  told: Told = {
    formatted: false,
    kept: new Map(),
    particulars: new Map(),
    party: new Map(),
    committedBytes: new Map(),
    committedSaid: new Map(),
    seconds: new Map(),
    erasing: new Set(),
    erased: new Set(),
    held: new Set(),
    unsure: new Set(),
    notes: new Map(),
    settings: new Map(),
    bytes: new Map(),
  };
  readonly open = new Map<number, Call>();
  store: Store | undefined;
  opened = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.chance = new Chance(seed);
    const dice = new Chance(seed + 7);
    this.disk = new CrashDisk(() => dice.next());
  }

  get here(): Store {
    assert.ok(this.store);
    return this.store;
  }

  async format(capacityBytes: number, eraseEverything = false, rootChip?: string): Promise<void> {
    const chance = seededChance(this.seed * 31 + this.opened);
    await formatStore(this.disk, { capacityBytes, eraseEverything, chance, wallMs: 0, rootChip });
    this.told.formatted = true;
  }

  async start(): Promise<void> {
    this.opened += 1;
    this.store = await openOn(this.disk, this.map, this.seed * 977 + this.opened);
    await this.store.finishInterrupted(({ row, particulars }) => {
      this.told.particulars.delete(row.n);
      return { endedWallMs: row.startedWallMs + 1, party: null, particulars: { ...particulars, interrupted: true } };
    });
    for await (const { row, hold, note } of this.store.recordings()) {
      if (this.told.unsure.delete(row.n)) {
        // What was asked for when the process died has been done or has not; from now on that stands.
        if (hold) this.told.held.add(row.n);
        else this.told.held.delete(row.n);
        if (typeof note?.['memo'] === 'string') this.told.notes.set(row.n, note['memo']);
      }
      if (this.told.kept.has(row.n)) continue;
      this.told.kept.set(row.n, row.sha256 ?? '');
    }
  }

  async stop(): Promise<void> {
    await this.here.close();
    this.store = undefined;
    this.open.clear();
  }

  /** The process dies in the middle of `task`, after so many steps; what it had given to the disk stays where it is. */
  async killedAfter(steps: number, task: () => Promise<void>): Promise<void> {
    this.disk.mains = new Mains(steps);
    try {
      await task();
    } catch (error) {
      if (!isCut(error)) throw error;
    }
    this.disk.afterKill();
    this.store = undefined;
    this.open.clear();
  }

  begin(): Call {
    const startedWallMs = WALL + this.told.bytes.size * 1000;
    const writer = this.here.begin({ line: `line-${this.open.size + 1}` }, startedWallMs);
    const call: Call = { writer, frames: [], appended: 0, said: 0 };
    this.told.bytes.set(writer.number, call.frames);
    this.told.seconds.set(writer.number, []);
    this.open.set(writer.number, call);
    return call;
  }

  say(call: Call, frames: number): void {
    for (let i = 0; i < frames; i += 1) {
      const frame = Buffer.alloc(FRAME_BYTES, this.chance.integer(0, 255));
      frame.writeUInt32LE(call.writer.number, 0);
      frame.writeUInt32LE(call.appended, 4);
      call.writer.append(frame);
      call.frames.push(frame);
      call.appended += frame.length;
    }
  }

  /** A second of every open call, then the group commit; `closing` end with it. */
  async second(closing: readonly Call[] = []): Promise<void> {
    const { told } = this;
    const particulars = new Map<number, Particulars>();
    for (const { writer } of closing) {
      const party = `03${String(1e8 + writer.number).slice(1)}`;
      const said = { line: 'x', number: party, memo: `memo of ${writer.number}`, salt: this.chance.next() };
      particulars.set(writer.number, said);
      told.party.set(writer.number, party);
      writer.close({ endedWallMs: writer.startedWallMs + 500, party, particulars: said });
    }
    for (const call of this.open.values()) {
      const seconds = told.seconds.get(call.writer.number);
      if (seconds?.push(call.appended) === SAID_EVERY * (call.said + 1) && !closing.includes(call)) restate(call);
    }
    await this.here.commit();
    for (const [n, { appended, said }] of this.open) {
      told.committedBytes.set(n, appended);
      told.committedSaid.set(n, said);
    }
    for (const { writer, frames } of closing) {
      told.kept.set(writer.number, sha256(frames));
      const said = particulars.get(writer.number);
      if (said) told.particulars.set(writer.number, said);
      this.open.delete(writer.number);
    }
  }

  /** A whole call of so many seconds of up to 4,032 bytes. */
  async call(seconds: number, frames = 28): Promise<number> {
    const call = this.begin();
    for (let i = 0; i < seconds; i += 1) {
      this.say(call, frames);
      if (i < seconds - 1) await this.second();
    }
    await this.second([call]);
    return call.writer.number;
  }

  async erase(numbers: readonly number[], rule: ErasureRule): Promise<void> {
    const { told } = this;
    const going = numbers.filter((n) => told.kept.has(n) && !told.held.has(n));
    for (const n of going) told.erasing.add(n);
    await this.here.erase(going, rule);
    for (const n of going) told.erased.add(n);
  }

  /** The kept ones that nobody has been told are gone. */
  async present(): Promise<number[]> {
    const { told } = this;
    for await (const entry of this.here.tombstones()) {
      if (entry.t === 'erased') told.erased.add(entry.n);
      else for (let n = entry.from; n <= entry.to; n += 1) told.erased.add(n);
    }
    return [...told.kept.keys()].filter((n) => !told.erased.has(n));
  }

  async hold(n: number): Promise<boolean> {
    return this.#unsure(n, async () => {
      await this.here.hold(n, { reason: `reason ${n}` }, 0.6);
      this.told.held.add(n);
    });
  }

  async release(n: number): Promise<boolean> {
    return this.#unsure(n, async () => {
      await this.here.release(n);
      this.told.held.delete(n);
    });
  }

  async annotate(n: number, memo: string): Promise<boolean> {
    return this.#unsure(n, async () => {
      await this.here.annotate(n, { memo });
      this.told.notes.set(n, memo);
    });
  }

  async put(key: string, value: unknown): Promise<void> {
    this.told.settings.delete(key); // unsure until told
    await this.here.putSetting(key, value);
    this.told.settings.set(key, value);
  }

  async #unsure(n: number, task: () => Promise<void>): Promise<boolean> {
    this.told.unsure.add(n);
    let done = true;
    try {
      await task();
    } catch (error) {
      if (!['HOLD_BUDGET', 'RECORDING_ERASED'].includes((error as { code?: string }).code ?? '')) throw error;
      done = false;
    }
    this.told.unsure.delete(n);
    return done;
  }
}

function restate(call: Call): void {
  call.said += 1;
  call.writer.restate({ line: 'x', said: call.said });
}

export const openOn = (disk: CrashDisk, map: MemoryMap, seed: number): Promise<Store> =>
  Store.open({ disk, openMap: async () => map, chance: seededChance(seed), wall: () => WALL });

const isCut = (error: unknown): boolean => error instanceof PowerCut || (error as Error).cause instanceof PowerCut;

/** The state that a cut leaves at this instant, brought up again, perhaps cut again meanwhile, and held to the promises. */
export async function cutHere(world: World, counts: Counts, seed: number, label: string): Promise<void> {
  const dice = new Chance(seed);
  const disk = world.disk.fork(() => dice.next());
  const { told } = world;
  disk.reboot();
  let index = dice.happens(0.35)
    ? world.map.upTo(dice.integer(0, world.map.batches))
    : world.map.upTo(world.map.batches);
  for (let again = 0; again < 3 && dice.happens(0.4); again += 1) {
    disk.mains = new Mains(dice.integer(0, 16));
    try {
      const store = await openOn(disk, index, seed + 50 + again);
      await store.finishInterrupted(({ row, particulars }) => interrupted(told, row.n, row.bytes, particulars, label));
    } catch (error) {
      if (!isCut(error) && told.formatted)
        throw new Broken('unopenable', `${label}: ${String(error)}`, { cause: error });
    }
    disk.reboot();
    counts.recoveriesCut += 1;
    index = index.upTo(dice.integer(0, index.batches));
  }
  counts.states += 1;
  if (index.batches === 0) counts.indexesLost += 1;
  try {
    const store = await openUnlessNeverFormatted(disk, index, seed + 3, told, label);
    if (!store) return;
    const loss = await verify(store, told, label);
    await store.close();
    const reopened = await openOn(disk, new MemoryMap(), seed + 4);
    await verify(reopened, told, `${label}, index lost`);
    await reopened.close();
    counts.worstLossSeconds = Math.max(counts.worstLossSeconds, loss);
  } catch (error) {
    if (error instanceof Broken) counts[error.kind] += 1;
    throw error;
  }
}

/** A format that was cut left no store, or one that says so; another format makes one. */
async function openUnlessNeverFormatted(
  disk: CrashDisk,
  index: MemoryMap,
  seed: number,
  told: Told,
  label: string,
): Promise<Store | undefined> {
  try {
    return await openOn(disk, index, seed);
  } catch (error) {
    if (told.formatted) throw new Broken('unopenable', `${label}: ${String(error)}`, { cause: error });
    const { code } = error as { code?: string };
    if (code !== 'STORE_MISSING' && code !== 'STORE_DAMAGED') {
      throw new Broken('unopenable', `${label}: after a cut format: ${String(error)}`, { cause: error });
    }
    const chance = seededChance(seed + 1);
    await formatStore(disk, { capacityBytes: 4 << 20, eraseEverything: true, chance, wallMs: 0 });
    const fresh = await openOn(disk, index, seed + 2);
    for await (const { row } of fresh.recordings()) fail('readableAfterErase', `${label}: ${row.n} in a fresh store`);
    await fresh.close();
    return undefined;
  }
}

function interrupted(told: Told, n: number, bytes: number, particulars: Particulars, label: string) {
  const before = told.committedBytes.get(n) ?? 0;
  if (bytes < before) fail('lost', `${label}: call ${n} in progress has ${bytes} of ${before} committed bytes`);
  const [said, saidBefore] = [Number(particulars['said'] ?? 0), told.committedSaid.get(n) ?? 0];
  if (said < saidBefore) fail('lost', `${label}: call ${n} in progress is known as of ${said}, not ${saidBefore}`);
  return { endedWallMs: 2, party: null, particulars: { ...particulars, interrupted: true } };
}

/** Everything the promises say of a store after a cut. Returns the most seconds that a call in progress has lost. */
export async function verify(store: Store, told: Told, label: string): Promise<number> {
  let worstLoss = 0;
  await store.finishInterrupted(({ row, particulars }) => {
    const seconds = told.seconds.get(row.n) ?? [];
    worstLoss = Math.max(worstLoss, seconds.filter((bytes) => bytes > row.bytes).length);
    return interrupted(told, row.n, row.bytes, particulars, label);
  });
  if (worstLoss > 2) fail('lost', `${label}: ${worstLoss} s of a call in progress`);
  const here = new Map<number, string>();
  for await (const { row, particulars, hold, note } of store.recordings()) {
    const parts: Buffer[] = [];
    try {
      for await (const part of store.read(row.n)) parts.push(part);
    } catch (error) {
      throw new Broken('lost', `${label}: ${String(error)} ${JSON.stringify(row.x)}`, { cause: error });
    }
    const audio = Buffer.concat(parts);
    const appended = Buffer.concat(told.bytes.get(row.n) ?? []);
    if (audio.length !== row.bytes || !audio.equals(appended.subarray(0, audio.length))) {
      fail('wrong', `${label}: recording ${row.n} is not what was appended`);
    }
    here.set(row.n, sha256([audio]));
    if (row.sha256 !== here.get(row.n)) fail('wrong', `${label}: recording ${row.n} has another hash`);
    const said = told.particulars.get(row.n);
    if (said && told.kept.has(row.n)) same('wrong', particulars, said, `${label}: particulars of ${row.n}`);
    if (told.unsure.has(row.n)) continue;
    if ((hold !== null) !== told.held.has(row.n)) fail('lost', `${label}: hold of ${row.n}`);
    if (hold) same('wrong', hold['reason'], `reason ${row.n}`, label);
    same('lost', note?.['memo'], told.notes.get(row.n), `${label}: note of ${row.n}`);
  }
  const buried = new Set<number>();
  for await (const entry of store.tombstones()) {
    if (entry.t === 'erased-range') {
      for (let n = entry.from; n <= entry.to; n += 1) buried.add(n);
      continue;
    }
    buried.add(entry.n);
    if (entry.rule !== 'capacity' && !told.erasing.has(entry.n))
      fail('lost', `${label}: ${entry.n} went by ${entry.rule}`);
  }
  for (const [n, hash] of told.kept) {
    if (here.has(n)) {
      if (here.get(n) !== hash) fail('wrong', `${label}: recording ${n} changed`);
    } else if (!buried.has(n)) fail('lost', `${label}: recording ${n}`);
    const party = told.party.get(n);
    if (here.has(n) && party !== undefined && told.particulars.has(n)) {
      const found: number[] = [];
      for await (const { row } of store.withParty({ digits: party, match: 'whole' })) found.push(row.n);
      if (!found.includes(n)) fail('lost', `${label}: recording ${n} is not found by its party`);
    }
  }
  for (const n of told.held) if (!told.unsure.has(n) && !here.has(n)) fail('lost', `${label}: held recording ${n}`);
  for (const n of told.erased)
    if (here.has(n) || !buried.has(n)) fail('readableAfterErase', `${label}: recording ${n}`);
  for (const [key, value] of told.settings) same('lost', await store.setting(key), value, `${label}: setting ${key}`);
  const breaches: string[] = [];
  for await (const line of checkStore(store)) breaches.push(line);
  if (breaches.length > 0) fail('breaches', `${label}: ${breaches.join(' | ')}`);
  return worstLoss;
}

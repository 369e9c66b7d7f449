import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { INDEX_FOLDER } from '../../../firmware/open-store.js';
import { type Contents, contentsOf } from '../../scenario/recorded.js';
import { Chance } from '../../support/chance.js';
import { type Bench, type MakeBench, PACED } from '../bench.js';
import { type ByHand, callsByHand, LOSS_MAX_MS, onRecord } from '../by-hand.js';
import { BLOCK_BYTES, blocksOf, storeIn } from '../disk.js';
import { fullRing } from '../full-ring.js';
import { leftKeys } from '../left-keys.js';
import { afterCut, type Entry, type Left, put, readWriteLog, SECTOR_BYTES, type Write } from '../write-log.js';

const DISK_MB = 48;
/** Behind the file system: where the guest marks what it has been told. */
const MARK_SECTOR = (DISK_MB * 1024 * 1024) / SECTOR_BYTES;
const BLOCK_SECTORS = BLOCK_BYTES / SECTOR_BYTES;
const STATES = 240;
const PENDING: readonly [Left, ...Left[]] = ['nothing', 'some', 'some', 'some', 'the last alone', 'all but one'];
/** A store that forgot to sync one of these must be found out within so many states, from the first call on. */
const NEVER_SYNCED = ['ring', 'keys', 'journal', 'root'];
const STATES_TO_FIND_OUT = 80;

/** What the guest had been told when a mark reached the disk. */
interface Knowledge {
  /** The guest's clock. */
  readonly atMs: number;
  readonly kept: readonly number[];
}

/** From one flush to the next: what was written, and what was known when so many of the writes had been done. */
interface Interval {
  readonly writes: readonly Write[];
  readonly known: readonly Knowledge[];
}

/** The disk as it was, empty; what was done to it; and what was done by hand meanwhile. */
interface Run {
  readonly before: Buffer;
  readonly intervals: readonly Interval[];
  readonly byHand: readonly ByHand[];
  readonly folder: string;
}

/** Records two calls on a box whose ring is full, with every write and flush of its disk. */
async function recordRun(bench: Bench): Promise<Run> {
  cpSync(await fullRing(path.join(bench.folder, 'filled')), path.join(bench.share, 'store'), { recursive: true });
  truncateSync(bench.disk, (MARK_SECTOR + 1) * SECTOR_BYTES);
  const before = readFileSync(bench.disk);
  const log = path.join(bench.folder, 'log');
  const out = await bench.run(
    `. $guest/power.sh; MARK=${MARK_SECTOR}
     take_store && keep_marking && murmur && arm || exit; call 7 4; call 3 4
     kill "\${marking[@]}"; disarm && unmount_data`,
    [...PACED, '--flush', 'off', '--log', log],
  );
  return { before, intervals: intervalsOf(readWriteLog(log)), byHand: callsByHand(out), folder: bench.folder };
}

function intervalsOf(entries: readonly Entry[]): Interval[] {
  const intervals: Interval[] = [];
  let now: Knowledge = { atMs: 0, kept: [] };
  let writes: Write[] = [];
  let known = [now];
  for (const entry of entries) {
    if (entry.kind === 'flush') {
      intervals.push({ writes, known });
      [writes, known] = [[], [now]];
    } else if (entry.kind === 'write' && entry.sector === MARK_SECTOR) {
      const [word, value = ''] = entry.bytes.toString('latin1').trim().split(' ');
      if (word === 'NOW') now = { ...now, atMs: Number(value) * 1000 };
      if (word === 'KEPT') now = { ...now, kept: [...now.kept, Number(value)] };
      known[writes.length] = now;
    } else if (entry.kind === 'write') {
      writes.push(entry);
      known[writes.length] = now;
    }
  }
  return intervals;
}

/** What a disk that lost its power held, and what a thief would have found on it first. */
interface Seen extends Contents {
  readonly keys: ReadonlySet<number>;
}

const oldestOf = ({ calls }: Contents): number => calls[0]?.number ?? Number.POSITIVE_INFINITY;
const numbersOf = ({ calls }: Contents): Set<number> => new Set(calls.map(({ number }) => number));

/** Brings disks up again and holds them to the promises. */
class Judge {
  readonly #run: Run;
  readonly #chance: Chance;
  /** Blocks that no flush makes lasting from the first state on. */
  readonly #unsynced: ReadonlySet<number>;
  /** What was once there after a flush, with nothing else: from then on it is. */
  #floor: Seen | undefined;
  #first: Seen | undefined;
  /** Erased before the first call of the run was told as kept. */
  #gone: readonly number[] | undefined;
  states = 0;
  worstLossMs = 0;

  constructor(run: Run, chance: Chance, unsynced: ReadonlySet<number> = new Set()) {
    this.#run = run;
    this.#chance = chance;
    this.#unsynced = unsynced;
  }

  get gone(): number {
    return this.#gone?.length ?? 0;
  }

  /** About so many states from that moment on, by default once the store is on the disk: right after a flush, and on the way to the next. */
  async walk(states: number, fromMs = 1): Promise<void> {
    const { before, intervals } = this.#run;
    const visited = intervals.filter(({ known: [now] }) => (now?.atMs ?? 0) >= fromMs).length;
    const flushed = Buffer.from(before);
    let pending: Write[] = [];
    let owed = 0;
    for (const [i, { writes, known }] of intervals.entries()) {
      const begun = intervals.length - i <= visited;
      if (begun) owed += states / visited;
      if (owed >= 2) {
        const about = `flush ${i} of ${intervals.length}`;
        const [now] = known;
        assert.ok(now);
        const looks = [this.#look(afterCut(flushed, pending, 'nothing', this.#chance), now, about)];
        for (owed -= 1; owed >= 1; owed -= 1) {
          // At the end more often than not: there most is at stake.
          const count = this.#chance.happens(0.6) ? writes.length : this.#chance.integer(0, writes.length);
          const left = this.#chance.pick(PENDING);
          const disk = afterCut(flushed, [...pending, ...writes.slice(0, count)], left, this.#chance);
          looks.push(this.#look(disk, known[count] ?? now, `${about}, then ${left} of ${count} writes`));
        }
        const [floor, ...others] = await Promise.all(looks);
        this.#settle(floor as Seen, others, now, about);
      }
      const lasts = (write: Write) => !begun || !this.#unsynced.has(Math.floor(write.sector / BLOCK_SECTORS));
      for (const write of writes) if (lasts(write)) put(flushed, write);
      pending = [...pending, ...writes.filter((write) => !lasts(write))];
    }
  }

  /** Throws where a promise is broken that needs no other state to be seen. */
  async #look(disk: Buffer, { atMs, kept }: Knowledge, about: string): Promise<Seen> {
    const folder = path.join(this.#run.folder, `state-${this.states}`);
    this.states += 1;
    writeFileSync(`${folder}.ext4`, disk);
    const store = await storeIn(`${folder}.ext4`, folder);
    const keys = await leftKeys(store);
    // What is in the index is in the rest too, or a rebuilt one would lack it.
    if (this.#chance.happens(0.4)) rmSync(path.join(store, INDEX_FOLDER), { recursive: true });
    const seen: Seen = { ...(await contentsOf(store)), keys };
    for (const used of [folder, `${folder}.ext4`]) rmSync(used, { recursive: true });
    assert.deepEqual(seen.breaches, [], about);
    const here = numbersOf(seen);
    for (const number of kept) assert.ok(here.has(number), `${about}: call ${number} was told as kept`);
    for (const call of this.#run.byHand) {
      if (call.liftMs > atMs) continue;
      const { lossMs } = onRecord(call, seen.calls, atMs);
      assert.ok(lossMs <= LOSS_MAX_MS, `${about}: ${lossMs.toFixed(0)} ms lost`);
      this.worstLossMs = Math.max(this.worstLossMs, lossMs);
    }
    return seen;
  }

  /** What a flush has made lasting is in every later state: recordings with their bytes, and that others are gone. */
  #settle(floor: Seen, others: readonly Seen[], { kept }: Knowledge, about: string): void {
    this.#first ??= floor;
    if (kept.length > 0 && this.#gone === undefined) {
      const left = numbersOf(floor);
      this.#gone = [...numbersOf(this.#first)].filter((number) => !left.has(number));
    }
    for (const seen of [floor, ...others]) {
      for (const number of this.#gone ?? [])
        assert.ok(!seen.keys.has(number), `${about}: the key of ${number} is there`);
      if (this.#floor) requireOnFrom(this.#floor, seen, about);
    }
    this.#floor = floor;
    for (const seen of others) requireOnFrom(floor, seen, about);
  }
}

/** Requires that `seen` holds all that `floor` held, but for the oldest, which may have made room, and nothing that was gone. */
function requireOnFrom(floor: Seen, seen: Seen, about: string): void {
  const [before, now] = [numbersOf(floor), numbersOf(seen)];
  const oldest = oldestOf(seen);
  for (const { number, outcome, audio } of floor.calls) {
    if (!now.has(number)) assert.ok(number < oldest, `${about}: call ${number} is no more`);
    else {
      const was = floor.audio.get(number) ?? Buffer.alloc(0);
      const is = seen.audio.get(number) ?? Buffer.alloc(0);
      assert.ok(is.subarray(0, was.length).equals(was), `${about}: call ${number} is another`);
      if (outcome !== 'interrupted' && audio) assert.equal(is.length, was.length, `${about}: call ${number} has grown`);
    }
  }
  for (let number = 1; number < (floor.calls.at(-1)?.number ?? 0); number += 1) {
    assert.ok(before.has(number) || !now.has(number), `${about}: call ${number} is back`);
  }
}

/** The power goes at every flush and between them, on a disk that keeps what was flushed and of the rest whatever it likes. */
export async function logReplay(make: MakeBench): Promise<string[]> {
  const states = Number(process.env['KERNEL_STATES'] ?? STATES);
  const seed = Number(process.env['SEED'] ?? 1);
  const bench = make(DISK_MB);
  const run = await recordRun(bench);
  const judge = new Judge(run, new Chance(seed));
  await judge.walk(states);
  assert.ok(judge.gone > 0, 'nothing made room');
  const kept = run.intervals.at(-1)?.known.at(-1)?.kept.length ?? 0;
  const writes = run.intervals.reduce((sum, interval) => sum + interval.writes.length, 0);
  const caught: string[] = [];
  for (const file of NEVER_SYNCED) {
    const broken = new Judge(run, new Chance(seed), await blocksOf(bench.disk, `/store/${file}`));
    const { message } = await broken.walk(STATES_TO_FIND_OUT, run.byHand[0]?.liftMs).then(
      () => assert.fail(`${file} never synced: nobody noticed in ${broken.states} states`),
      (error: Error) => error,
    );
    caught.push(`${file} never synced: noticed after ${broken.states} states (${message.split('\n')[0]})`);
  }
  return [
    `seed ${seed}: ${writes} writes and ${run.intervals.length} flushes, ${kept} calls told as kept, ${judge.gone} erased for room`,
    `${judge.states} states: none lost, none back; at most ${judge.worstLossMs.toFixed(0)} ms of a call in progress lost`,
    ...caught,
  ];
}

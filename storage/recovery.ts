import type { Position } from './block.js';
import { settled } from './building.js';
import { StoreError } from './errors.js';
import { annotateAll, type Found, load, putWhole, take } from './found.js';
import { IndexChanges, type IndexMark } from './index.js';
import { IndexUnreadable } from './index-unreadable.js';
import { isRange, isTerm, isTombstone, type JournalEntry, type Tombstone } from './journal-entry.js';
import { repairJournal } from './journal-repair.js';
import { NumberSet } from './number-set.js';
import { type StoreParts, segmentsOf } from './parts.js';
import type { RecordingId } from './recording-id.js';
import { type Row, unitsOf } from './row.js';
import { KEYS_PER_PAGE } from './superblock.js';
import { changedBy, type Term, withTerm } from './term.js';

export interface Unfinished {
  readonly row: Row;
  readonly key: Buffer;
}

export interface Recovered {
  readonly mark: IndexMark;
  /** Recordings without a close block, oldest first. */
  readonly unfinished: readonly Unfinished[];
  readonly heldUnits: number;
  /** Serials of segments ahead of the head that are passed over. */
  readonly passed: readonly number[];
  readonly rebuilt: boolean;
  /** What was damaged and could be made whole, for people to read. */
  readonly repairs: readonly string[];
}

/** More keys without a block than any number of lines begin between two commits. */
const STRAYS_MAX = 64;

/**
 * Brings the index up to ring and journal and finishes erasures that were cut. Safe to run, and to be cut, any number of
 * times: nothing but the index, and keys that no row needs, is changed.
 */
export async function recover(parts: StoreParts, options: { readonly rebuild: boolean }): Promise<Recovered> {
  if (options.rebuild) return rebuild(parts);
  try {
    const known = await usableMark(parts);
    return known ? await follow(parts, known) : await rebuild(parts);
  } catch (error) {
    if (error instanceof IndexUnreadable) return rebuild(parts);
    throw error;
  }
}

/** The index's mark, where ring and journal have not gone past what it can be brought up to. */
async function usableMark({ index, superblock, journal, ring }: StoreParts): Promise<IndexMark | undefined> {
  const mark = await index.mark(superblock.id);
  if (!mark || !(await index.isLinked())) return undefined;
  // Where the journal ends before the mark, it has lost pages, and the index knows better.
  if (!journal.hasAllAfter(mark.journalSerial) && mark.journalSerial <= journal.serial) return undefined;
  // A mark at the very end of a segment speaks of that segment, not of the next one.
  const serial = ring.serialOf((mark.position - 1) as Position);
  const newest = await ring.newestSerial(ring.segmentOf(Math.max(1, serial)));
  const empty = mark.position === ring.startOf(1);
  if (empty) return newest === undefined || newest === 1 ? mark : undefined;
  if (newest !== undefined && newest > serial) return undefined;
  if (newest === serial || (await ring.owner()) === 'ours') return mark;
  throw new StoreError('STORE_DAMAGED', 'the ring has no block of this store, and the index says that it should');
}

async function follow(parts: StoreParts, mark: IndexMark): Promise<Recovered> {
  const { index, journal, ring, vault } = parts;
  vault.nextSlot = mark.nextSlot;
  const entries = await journal.entriesAfter(mark.journalSerial);
  const terms = entries.filter(isTerm);
  for (const term of terms) await index.apply(await changedBy(index, term));
  const tombstones = entries.filter(isTombstone);
  const changes = new IndexChanges();
  const gone: Row[] = [];
  for (const { n, id } of tombstones) {
    const row = await index.row(n);
    if (row?.id === id) gone.push(row);
  }
  await destroyErased(parts, tombstones, gone);
  for (const row of gone) changes.removeRow(row, segmentsOf(ring, row));
  for (const entry of entries) changes.entry(entry);

  const found: Found = new Map();
  for (const n of mark.open) if (!(await index.row(n))) return rebuild(parts);
  for (const n of mark.open) await load(parts, found, n);

  const passed = new Set([...mark.passed, ...entries.flatMap((entry) => (entry.t === 'passed' ? [entry.serial] : []))]);
  let position: number = mark.position;
  const first = ring.serialOf(mark.position);
  for (let serial = first; ; serial += 1) {
    if (passed.has(serial)) continue;
    let any = false;
    for await (const block of ring.blocks(Math.max(mark.position, ring.startOf(serial)) as Position)) {
      any = true;
      position = Math.max(position, block.header.position + block.header.units);
      await take(parts, found, block, 'look');
    }
    if (!any && serial > first) break;
  }
  await annotateAll(parts, found, entries);
  const lastNumber = Math.max(mark.lastNumber, lastOf(entries));
  const settledRows = settle(parts, { found, terms, changes }, lastNumber);
  if (!(await destroyStray(parts, mark.nextSlot, found, settledRows.lastNumber))) return rebuild(parts);
  const reached = markAt(parts, position, Math.max(lastNumber, settledRows.lastNumber), settledRows.unfinished, passed);
  await index.apply(changes.mark(reached));
  const heldUnits = await unitsHeld(parts);
  const repairs = await repairJournal(parts, mark.journalSerial);
  return {
    mark: reached,
    unfinished: settledRows.unfinished,
    heldUnits,
    passed: reached.passed,
    rebuilt: false,
    repairs,
  };
}

async function rebuild(parts: StoreParts): Promise<Recovered> {
  const { index, journal, ring, superblock, vault } = parts;
  await index.reset(superblock.id);
  const changes = new IndexChanges();
  const entries = await journal.entriesAfter(0);
  await destroyErased(parts, entries.filter(isTombstone), []);
  for (const entry of entries) changes.entry(entry);
  const terms = entries.filter(isTerm);

  const serials = await ring.newestSerials();
  const found: Found = new Map();
  const put = new NumberSet();
  let position: number = ring.startOf(1);
  for (const serial of serials) {
    for await (const block of ring.blocks(ring.startOf(serial))) {
      position = Math.max(position, block.header.position + block.header.units);
      await take(parts, found, block, put);
    }
    await putWhole(parts, found, put, terms);
  }
  await annotateAll(parts, found, entries);
  const highest = Math.max(lastOf(entries), put.highest);
  const { unfinished, lastNumber } = settle(parts, { found, terms, changes }, highest);
  // Put for recordings that never reached the ring. The key of one that did, and cannot be found now, is let be: it may come back.
  const strays: { slot: number; id: RecordingId }[] = [];
  for await (const { slot, id, number } of vault.entries()) {
    if (!found.has(id) && number > lastNumber) strays.push({ slot, id });
  }
  if (strays.length > STRAYS_MAX || (strays.length > 0 && serials.length === 0 && (await ring.owner()) === 'others')) {
    throw new StoreError(
      'STORE_DAMAGED',
      `the ring has no block of ${strays.length} recordings that there are keys for`,
    );
  }
  await vault.destroy(strays);
  const mark = markAt(parts, position, lastNumber, unfinished, []);
  // Without a mark nothing of it counts: a cut in between leaves an index that is rebuilt.
  for (const part of changes.parts()) await index.apply(part);
  await index.apply(new IndexChanges().mark(mark));
  const heldUnits = await unitsHeld(parts);
  return { mark, unfinished, heldUnits, passed: [], rebuilt: true, repairs: [] };
}

async function unitsHeld({ index }: StoreParts): Promise<number> {
  let units = 0;
  for (const n of await index.heldNumbers()) units += unitsOf((await index.row(n)) ?? { blocks: 0 });
  return units;
}

/**
 * Decides what each recording is and writes its row. Drops, from `found` too, what has no open block and what was begun
 * after something that is not there: both were in the last, unsynced run and were never acknowledged.
 */
function settle(
  { ring, chance }: StoreParts,
  { found, terms, changes }: { found: Found; terms: readonly Term[]; changes: IndexChanges },
  lastBefore: number,
): { readonly unfinished: Unfinished[]; readonly lastNumber: number } {
  const rows = [...found.values()].map((known) => settled(known, chance)).sort((a, b) => a.row.n - b.row.n);
  const unfinished: Unfinished[] = [];
  let last = lastBefore;
  for (const { row } of rows)
    if (row.state === 'kept' || (row.blocks > 1 && row.p !== '')) last = Math.max(last, row.n);
  for (const { row, key } of rows) {
    const begunAfterAHole = row.n > last + 1;
    // Without an open block it never was acknowledged, or, where there is more after it, the block is damaged.
    const neverBegun = row.p === '' && row.n > last;
    if (neverBegun || begunAfterAHole) {
      found.delete(row.id);
      continue;
    }
    last = Math.max(last, row.n);
    changes.row(withTerm(row, terms), segmentsOf(ring, row));
    if (row.state === 'recording') unfinished.push({ row, key });
  }
  return { unfinished, lastNumber: last };
}

/** Tombstones stand: what they speak of must go, also where the erasure was cut before the keys. */
async function destroyErased(
  { vault }: StoreParts,
  tombstones: readonly Tombstone[],
  rows: readonly Row[],
): Promise<void> {
  if (tombstones.length === 0) return;
  const ids = new Set(tombstones.map(({ id }) => id));
  const victims: { slot: number; id: RecordingId }[] = [...rows];
  if (rows.length < ids.size) {
    for await (const { slot, id } of vault.entries()) if (ids.has(id)) victims.push({ slot, id });
  }
  await vault.destroy(victims);
}

/** Keys put after the index's mark whose open block never reached the ring. False where the index has lost a row. */
async function destroyStray({ index, vault }: StoreParts, from: number, found: Found, last: number): Promise<boolean> {
  const strays: { slot: number; id: RecordingId }[] = [];
  let page = Math.floor(from / KEYS_PER_PAGE);
  for (let looked = 0; looked < vault.pages; looked += 1, page = (page + 1) % vault.pages) {
    let newKeys = 0;
    for (const { slot, id, number } of await vault.entriesOf(page)) {
      if (found.has(id)) newKeys += 1;
      else if (number > last) strays.push({ slot, id });
      else if ((await index.row(number))?.id !== id) return false;
    }
    if (looked > 0 && newKeys === 0) break;
  }
  await vault.destroy(strays);
  return true;
}

function markAt(
  { journal, ring, vault }: StoreParts,
  position: number,
  lastNumber: number,
  unfinished: readonly Unfinished[],
  passed: Iterable<number>,
): IndexMark {
  return {
    position: position as Position,
    journalSerial: journal.serial,
    lastNumber,
    nextSlot: vault.nextSlot,
    open: unfinished.map(({ row }) => row.n),
    passed: [...passed].filter((serial) => serial >= ring.serialOf(position as Position)),
  };
}

const lastOf = (entries: readonly JournalEntry[]): number =>
  entries.reduce((last, entry) => Math.max(last, isTombstone(entry) ? entry.n : isRange(entry) ? entry.to : 0), 0);

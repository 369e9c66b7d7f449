import type { Position } from './block.js';
import { type Building, building, buildOn, settled } from './building.js';
import { IndexChanges, type IndexMark } from './index.js';
import { isRange, isTombstone, type JournalEntry, type Tombstone } from './journal-entry.js';
import { type StoreParts, segmentsOf } from './parts.js';
import type { RecordingId } from './recording-id.js';
import type { FoundBlock } from './ring.js';
import { type Row, unitsOf } from './row.js';
import { KEYS_PER_PAGE } from './superblock.js';

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
}

type Found = Map<RecordingId, Building>;

/**
 * Brings the index up to ring and journal and finishes erasures that were cut. Safe to run, and to be cut, any number of
 * times: nothing but the index, and keys that no row needs, is changed.
 */
export async function recover(parts: StoreParts, options: { readonly rebuild: boolean }): Promise<Recovered> {
  const known = options.rebuild ? undefined : await usableMark(parts);
  return known ? await follow(parts, known) : await rebuild(parts);
}

/** The index's mark, where ring and journal have not gone past what it can be brought up to. */
async function usableMark({ index, superblock, journal, ring }: StoreParts): Promise<IndexMark | undefined> {
  const mark = await index.mark(superblock.id);
  if (!mark || !journal.hasAllAfter(mark.journalSerial)) return undefined;
  // A mark at the very end of a segment speaks of that segment, not of the next one.
  const serial = ring.serialOf((mark.position - 1) as Position);
  const newest = await ring.newestSerial(ring.segmentOf(Math.max(1, serial)));
  const empty = mark.position === ring.startOf(1);
  return (empty ? newest === undefined || newest === 1 : newest === serial) ? mark : undefined;
}

async function follow(parts: StoreParts, mark: IndexMark): Promise<Recovered> {
  const { index, journal, ring, vault } = parts;
  vault.nextSlot = mark.nextSlot;
  const entries = await journal.entriesAfter(mark.journalSerial);
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
  const load = async (n: number, id?: RecordingId): Promise<Building | undefined> => {
    const row = await index.row(n);
    if (!row || (id !== undefined && row.id !== id)) return undefined;
    const key = await vault.get(row.slot, row.id);
    const known = key && building(row, key);
    if (known) found.set(row.id, known);
    return known;
  };
  for (const n of mark.open) if (!(await index.row(n))) return rebuild(parts);
  for (const n of mark.open) await load(n);

  const passed = new Set([...mark.passed, ...entries.flatMap((entry) => (entry.t === 'passed' ? [entry.serial] : []))]);
  let position: number = mark.position;
  const first = ring.serialOf(mark.position);
  for (let serial = first; ; serial += 1) {
    if (passed.has(serial)) continue;
    let any = false;
    for await (const block of ring.blocks(Math.max(mark.position, ring.startOf(serial)) as Position)) {
      any = true;
      position = Math.max(position, block.header.position + block.header.units);
      await take(parts, found, block, load);
    }
    if (!any && serial > first) break;
  }
  for (const entry of entries) {
    if (entry.t !== 'hold' && entry.t !== 'release' && entry.t !== 'note') continue;
    const known = found.get(entry.id) ?? (await load(entry.n, entry.id));
    if (known) annotate(known, entry);
  }
  const lastNumber = Math.max(mark.lastNumber, lastOf(entries));
  const settledRows = settle(parts, found, changes, lastNumber);
  await destroyStray(parts, mark.nextSlot, found);
  const reached = markAt(parts, position, Math.max(lastNumber, settledRows.lastNumber), settledRows.unfinished, passed);
  await index.apply(changes.mark(reached));
  let heldUnits = 0;
  for (const n of await index.heldNumbers()) heldUnits += unitsOf((await index.row(n)) ?? { blocks: 0 });
  return { mark: reached, unfinished: settledRows.unfinished, heldUnits, passed: reached.passed, rebuilt: false };
}

async function rebuild(parts: StoreParts): Promise<Recovered> {
  const { index, journal, ring, superblock, vault } = parts;
  await index.reset(superblock.id);
  const changes = new IndexChanges();
  const entries = await journal.entriesAfter(0);
  await destroyErased(parts, entries.filter(isTombstone), []);
  for (const entry of entries) changes.entry(entry);

  const serials: number[] = [];
  for (let segment = 0; segment < ring.segments; segment += 1) {
    const serial = await ring.newestSerial(segment);
    if (serial !== undefined) serials.push(serial);
  }
  serials.sort((a, b) => a - b);
  const found: Found = new Map();
  let position: number = ring.startOf(1);
  for (const serial of serials) {
    for await (const block of ring.blocks(ring.startOf(serial))) {
      position = Math.max(position, block.header.position + block.header.units);
      await take(parts, found, block, async () => undefined);
    }
  }
  for (const entry of entries) {
    if (entry.t !== 'hold' && entry.t !== 'release' && entry.t !== 'note') continue;
    const known = found.get(entry.id);
    if (known) annotate(known, entry);
  }
  const { unfinished, lastNumber } = settle(parts, found, changes, lastOf(entries));
  const strays: { slot: number; id: RecordingId }[] = [];
  for await (const { slot, id } of vault.entries()) if (!found.has(id)) strays.push({ slot, id });
  await vault.destroy(strays);
  const mark = markAt(parts, position, lastNumber, unfinished, []);
  await index.apply(changes.mark(mark));
  let heldUnits = 0;
  for (const { row } of found.values()) if (row.hold !== null) heldUnits += unitsOf(row);
  return { mark, unfinished, heldUnits, passed: [], rebuilt: true };
}

/** Adds one block to what is known of its recording. Blocks without a key are of erased recordings. */
async function take(
  parts: StoreParts,
  found: Found,
  block: FoundBlock,
  load: (n: number, id: RecordingId) => Promise<Building | undefined>,
): Promise<void> {
  const { id, slot } = block.header;
  let known = found.get(id);
  if (!known) {
    const key = await parts.vault.get(slot, id);
    if (!key) return;
    // A block of a recording that the index has closed already was moved here.
    const n = await parts.index.numberOf(id);
    known = (n === undefined ? undefined : await load(n, id)) ?? building(emptyRow(id, slot), key);
    found.set(id, known);
  }
  buildOn(parts, known, block);
}

function annotate(known: Building, entry: Extract<JournalEntry, { t: 'hold' | 'release' | 'note' }>): void {
  if (entry.t === 'note') known.row = { ...known.row, note: entry.sealed };
  else known.row = { ...known.row, hold: entry.t === 'hold' ? entry.sealed : null };
}

/**
 * Decides what each recording is and writes its row. Drops, from `found` too, what has no open block and what was begun
 * after something that is not there: both were in the last, unsynced run and were never acknowledged.
 */
function settle(
  { ring, chance }: StoreParts,
  found: Found,
  changes: IndexChanges,
  lastBefore: number,
): { readonly unfinished: Unfinished[]; readonly lastNumber: number } {
  const rows = [...found.values()].map((known) => settled(known, chance)).sort((a, b) => a.row.n - b.row.n);
  const unfinished: Unfinished[] = [];
  let last = lastBefore;
  for (const { row } of rows) if (row.state === 'kept' || row.blocks > 1) last = Math.max(last, row.n);
  for (const { row, key } of rows) {
    const begunAfterAHole = row.n > last + 1;
    if (row.n === 0 || begunAfterAHole) {
      found.delete(row.id);
      continue;
    }
    last = Math.max(last, row.n);
    changes.row(row, segmentsOf(ring, row));
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

/** Keys put after the index's mark whose open block never reached the ring. */
async function destroyStray({ index, vault }: StoreParts, from: number, found: Found): Promise<void> {
  const strays: { slot: number; id: RecordingId }[] = [];
  let page = Math.floor(from / KEYS_PER_PAGE);
  for (let looked = 0; looked < vault.pages; looked += 1, page = (page + 1) % vault.pages) {
    let newKeys = 0;
    for (const { slot, id } of await vault.entriesOf(page)) {
      if (found.has(id)) newKeys += 1;
      else if ((await index.numberOf(id)) === undefined) strays.push({ slot, id });
    }
    if (looked > 0 && newKeys === 0) break;
  }
  await vault.destroy(strays);
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

function emptyRow(id: RecordingId, slot: number): Row {
  return {
    n: 0,
    id,
    slot,
    state: 'recording',
    startedWallMs: 0,
    endedWallMs: null,
    bytes: 0,
    blocks: 0,
    sha256: null,
    p: '',
    hold: null,
    note: null,
    x: [],
  };
}

const lastOf = (entries: readonly JournalEntry[]): number =>
  entries.reduce((last, entry) => Math.max(last, isTombstone(entry) ? entry.n : isRange(entry) ? entry.to : 0), 0);

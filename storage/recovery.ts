import type { Position } from './block.js';
import type { Chance } from './disk.js';
import { IndexChanges, type IndexMark } from './index.js';
import { isRange, isTombstone, type JournalEntry, type Tombstone } from './journal-entry.js';
import { type ClosePayload, readClose, readOpen, sealForRow } from './particulars.js';
import { addRun, segmentsOf, type StoreParts } from './parts.js';
import type { RecordingId } from './recording-id.js';
import type { FoundBlock } from './ring.js';
import type { Row } from './row.js';
import { KEYS_PER_PAGE } from './superblock.js';

/** A recording as the ring tells of it, before it is known whether it was closed. */
interface Building {
  row: Row;
  readonly key: Buffer;
  /** Payload bytes of each data block found beyond `row.blocks`. */
  readonly data: Map<number, number>;
  closed: ClosePayload | undefined;
}

export interface Unfinished {
  readonly row: Row;
  readonly key: Buffer;
}

export interface Recovered {
  readonly mark: IndexMark;
  /** Recordings without a close block, oldest first. */
  readonly unfinished: readonly Unfinished[];
  readonly rebuilt: boolean;
}

/**
 * Brings the index up to ring and journal and finishes erasures that were cut. Safe to run, and to be cut, any number of
 * times: nothing but the index, and keys that no row needs, is changed.
 */
export async function recover(parts: StoreParts, options: { readonly rebuild: boolean }): Promise<Recovered> {
  const known = options.rebuild ? undefined : await usableMark(parts);
  return known ? await follow(parts, known) : await rebuild(parts);
}

/** The index's mark where ring and journal have not gone past what it can be brought up to. */
async function usableMark({ index, superblock, journal, ring }: StoreParts): Promise<IndexMark | undefined> {
  const mark = await index.mark(superblock.id);
  if (!mark || mark.journalSerial > journal.serial) return undefined;
  // A mark at the very end of a segment speaks of that segment, not of the next one.
  const serial = ring.serialOf((mark.position - 1) as Position);
  const newest = await ring.newestSerial(ring.segmentOf(Math.max(1, serial)));
  const empty = mark.position === ring.startOf(1);
  return (empty ? newest === undefined || newest === 1 : newest === serial) ? mark : undefined;
}

async function follow(parts: StoreParts, mark: IndexMark): Promise<Recovered> {
  const { index, journal, ring, vault } = parts;
  vault.nextSlot = mark.nextSlot;
  const changes = new IndexChanges();
  const entries = await journal.entriesAfter(mark.journalSerial);
  let lastNumber = Math.max(mark.lastNumber, lastOf(entries));
  const gone: Row[] = [];
  for (const entry of entries.filter(isTombstone)) {
    const row = await index.row(entry.n);
    if (row && row.id === entry.id) gone.push(row);
  }
  await destroyErased(parts, entries.filter(isTombstone), gone);
  for (const row of gone) changes.removeRow(row, segmentsOf(ring, row));
  for (const entry of entries) changes.entry(entry);

  const found = new Map<RecordingId, Building>();
  const erased = new Set(gone.map(({ id }) => id));
  for (const n of mark.open) {
    const row = await index.row(n);
    if (!row) return rebuild(parts);
    const key = erased.has(row.id) ? undefined : await vault.get(row.slot, row.id);
    if (key) found.set(row.id, { row, key, data: new Map(), closed: undefined });
  }
  let position: number = mark.position;
  for (let serial = ring.serialOf(mark.position); ; serial += 1) {
    const from = Math.max(mark.position, ring.startOf(serial)) as Position;
    let any = false;
    for await (const block of ring.blocks(from)) {
      any = true;
      position = Math.max(position, block.header.position + block.header.units);
      await build(parts, found, block);
    }
    if (!any && serial > ring.serialOf(mark.position)) break;
  }
  const unfinished = settle(parts, found, changes, lastNumber);
  for (const { row } of found.values()) lastNumber = Math.max(lastNumber, row.n);
  await destroyStray(parts, mark.nextSlot, found);
  const reached = markAt(parts, position, lastNumber, unfinished);
  await index.apply(changes.mark(reached));
  return { mark: reached, unfinished, rebuilt: false };
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
  const found = new Map<RecordingId, Building>();
  let position: number = ring.startOf(1);
  for (const serial of serials) {
    for await (const block of ring.blocks(ring.startOf(serial))) {
      position = Math.max(position, block.header.position + block.header.units);
      await build(parts, found, block);
    }
  }
  const unfinished = settle(parts, found, changes, lastOf(entries));
  const numbers = [...found.values()].map(({ row }) => row.n);
  const lastNumber = numbers.reduce((a, b) => Math.max(a, b), lastOf(entries));
  const strays: { slot: number; id: RecordingId }[] = [];
  for await (const { slot, id } of vault.entries()) if (!found.has(id)) strays.push({ slot, id });
  await vault.destroy(strays);
  const mark = markAt(parts, position, lastNumber, unfinished);
  await index.apply(changes.mark(mark));
  return { mark, unfinished, rebuilt: true };
}

/** Adds one block to what is known of its recording. Blocks without a key are of erased recordings. */
async function build({ ring, vault, chance }: StoreParts, found: Map<RecordingId, Building>, block: FoundBlock): Promise<void> {
  const { header, bytes, at } = block;
  let building = found.get(header.id);
  if (!building) {
    const key = await vault.get(header.slot, header.id);
    if (!key) return;
    building = { row: emptyRow(header.id, header.slot), key, data: new Map(), closed: undefined };
    found.set(header.id, building);
  }
  const { row, key } = building;
  addRun(ring, row.x, header.position, header.units);
  if (header.type === 'data') {
    if (header.sequence > row.blocks) building.data.set(header.sequence, header.payloadBytes);
  } else if (header.type === 'open') {
    const open = readOpen(bytes, at, header, key);
    if (open && row.n === 0) {
      building.row = { ...row, n: open.n, startedWallMs: open.startedWallMs, p: sealForRow(open.p, { id: row.id, key, chance }) };
    }
  } else {
    building.closed = readClose(bytes, at, header, key) ?? building.closed;
  }
}

/**
 * Decides what each recording is and writes its row. Drops, from `found` too, what has no open block and what was begun
 * after something that is not there: both were in the last, unsynced run and were never acknowledged.
 */
function settle(
  { ring, chance }: StoreParts,
  found: Map<RecordingId, Building>,
  changes: IndexChanges,
  lastNumber: number,
): Unfinished[] {
  const rows = [...found.values()].map((building) => settled(building, chance)).sort((a, b) => a.row.n - b.row.n);
  const unfinished: Unfinished[] = [];
  let last = rows.reduce((max, { row }) => (row.state === 'kept' || row.blocks > 1 ? Math.max(max, row.n) : max), lastNumber);
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
  return unfinished;
}

/** The row that open, data and close blocks add up to: audio up to the first missing block. */
function settled(building: Building, chance: Chance): Unfinished {
  const { key, data, closed } = building;
  let { row } = building;
  while (data.has(row.blocks + 1)) {
    row = { ...row, blocks: row.blocks + 1, bytes: row.bytes + (data.get(row.blocks + 1) ?? 0) };
  }
  if (closed && closed.blocks === row.blocks) {
    const { n, startedWallMs, endedWallMs, untilWallMs, sha256, p } = closed;
    const sealed = sealForRow(p, { id: row.id, key, chance });
    row = { ...row, n, startedWallMs, endedWallMs, untilWallMs, sha256, state: 'kept', p: sealed };
  }
  building.row = row;
  return { row, key };
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
async function destroyStray({ index, vault }: StoreParts, from: number, found: Map<RecordingId, Building>): Promise<void> {
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
  { journal, vault }: StoreParts,
  position: number,
  lastNumber: number,
  unfinished: readonly Unfinished[],
): IndexMark {
  const open = unfinished.map(({ row }) => row.n);
  return { position: position as Position, journalSerial: journal.serial, lastNumber, nextSlot: vault.nextSlot, open };
}

function emptyRow(id: RecordingId, slot: number): Row {
  return {
    n: 0,
    id,
    slot,
    state: 'recording',
    startedWallMs: 0,
    endedWallMs: null,
    untilWallMs: null,
    bytes: 0,
    blocks: 0,
    sha256: null,
    p: '',
    x: [],
  };
}

const lastOf = (entries: readonly JournalEntry[]): number =>
  entries.reduce((last, entry) => Math.max(last, isTombstone(entry) ? entry.n : isRange(entry) ? entry.to : 0), 0);

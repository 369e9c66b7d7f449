import type { Position } from './block.js';
import type { IndexOperation } from './index-port.js';
import type { JournalEntry } from './journal-entry.js';
import { countedFrom, encodeValue, type Row } from './row.js';

/** How far the index has followed ring and journal. */
export interface IndexMark {
  readonly position: Position;
  readonly journalSerial: number;
  readonly lastNumber: number;
  /** Keys put since then stand in the slots from here on. */
  readonly nextSlot: number;
  /** Recordings without a close block. */
  readonly open: readonly number[];
  /** Serials of segments ahead of the head that it will pass over. */
  readonly passed: readonly number[];
}

export const NUMBER_DIGITS = 12;
export const STORE_KEY = 'm/store';
export const MARK_KEY = 'm/head';
export const pad = (n: number): string => String(n).padStart(NUMBER_DIGITS, '0');
const WALL_DIGITS = 15;
/** Wall times before 1970 and after the year 33658 stand at the ends. */
export const padMs = (wallMs: number): string =>
  String(Math.min(10 ** WALL_DIGITS - 1, Math.max(0, Math.floor(wallMs)))).padStart(WALL_DIGITS, '0');
const dueKey = (n: number, fromWallMs: number): string => `d/${padMs(fromWallMs)}/${pad(n)}`;
export const segmentKey = (segment: number): string => `s/${String(segment).padStart(8, '0')}/`;

/** More batches than LevelDB keeps in its log before they go to a table. */
export const LINKS_KEPT = 4096;
const PART_OPERATIONS = 10_000;

/** One atomic batch in the making. */
export class IndexChanges {
  readonly operations: IndexOperation[] = [];
  readonly put: Row[] = [];
  readonly removed: Row[] = [];

  /** The same in pieces, for what need not be atomic. */
  *parts(): Iterable<IndexChanges> {
    for (let at = 0; at < this.operations.length; at += PART_OPERATIONS) {
      const part = new IndexChanges();
      for (const operation of this.operations.slice(at, at + PART_OPERATIONS)) part.operations.push(operation);
      yield part;
    }
  }

  mark(mark: IndexMark): this {
    return this.#put(MARK_KEY, mark);
  }

  /** Row, id and the segments its runs touch. */
  row(row: Row, segments: Iterable<number>): this {
    this.put.push(row);
    for (const segment of segments) this.#put(segmentKey(segment) + pad(row.n), 1);
    this.#put(`t/${padMs(row.startedWallMs)}/${pad(row.n)}`, 1);
    const fromWallMs = countedFrom(row);
    if (row.state === 'kept' && fromWallMs !== null) {
      const due = dueKey(row.n, fromWallMs);
      if (row.hold === null) this.#put(due, 1).#del(`h/${pad(row.n)}`);
      else this.#put(`h/${pad(row.n)}`, 1).#del(due);
    }
    return this.#put(`r/${pad(row.n)}`, row).#put(`i/${row.id}`, row.n);
  }

  removeRow(row: Row, segments: Iterable<number>): this {
    this.removed.push(row);
    for (const segment of segments) this.leaveSegment(row.n, segment);
    this.leaveDue(row);
    this.#del(`t/${padMs(row.startedWallMs)}/${pad(row.n)}`).#del(`h/${pad(row.n)}`);
    return this.#del(`r/${pad(row.n)}`).#del(`i/${row.id}`);
  }

  /** The recording is no longer where it stood in the order of terms. */
  leaveDue(row: Row): this {
    const fromWallMs = countedFrom(row);
    return fromWallMs === null ? this : this.#del(dueKey(row.n, fromWallMs));
  }

  /** The recording has no block in the segment any more. */
  leaveSegment(n: number, segment: number): this {
    return this.#del(segmentKey(segment) + pad(n));
  }

  /** A place in the chain of batches. */
  link(link: number): this {
    return this.#put(`b/${String(link % LINKS_KEPT).padStart(4, '0')}`, link);
  }

  entry(entry: JournalEntry): this {
    if (entry.t === 'erased') return this.#put(`e/${pad(entry.n)}`, entry).#put(`g/${entry.id}`, entry.n);
    if (entry.t === 'erased-range') return this.#put(`e/${pad(entry.from)}`, entry);
    return entry.t === 'setting' ? this.#put(`c/${entry.key}`, entry.value) : this;
  }

  #del(key: string): this {
    this.operations.push({ type: 'del', key });
    return this;
  }

  #put(key: string, value: unknown): this {
    this.operations.push({ type: 'put', key, value: encodeValue(value) });
    return this;
  }
}

import { BLOCK_UNITS_MAX, type Position } from './block.js';
import type { IndexChanges } from './index.js';
import type { Tombstone } from './journal-entry.js';
import { type StoreParts, segmentsOf } from './parts.js';
import { PartyIndex } from './party-index.js';
import type { RecordingWriter } from './recording-writer.js';
import type { Recovered, Unfinished } from './recovery.js';
import type { Row } from './row.js';

/** What went for want of room since the store was opened. */
export interface MadeRoom {
  readonly count: number;
  /** Of the last that went: from when the term of the youngest was counted, and when they went. */
  readonly countedWallMs: number;
  readonly atWallMs: number;
}

export interface Erasure {
  readonly rows: readonly Row[];
  readonly tombstones: readonly Tombstone[];
  /** The journal's newest page before the tombstones. */
  readonly serialBefore: number;
}

/** What an open store knows beyond its files. Changed by one procedure at a time. */
export class StoreState {
  readonly parts: StoreParts;
  readonly parties: PartyIndex;
  readonly writers = new Set<RecordingWriter>();
  unfinished: Unfinished[];
  /** Where the next block goes. */
  head: Position;
  /** The last number given out, acknowledged or not. */
  lastNumber: number;
  /** Units that held recordings take. */
  heldUnits: number;
  /** Serials of segments ahead that are left as they are, nearly all held. */
  readonly passed: Set<number>;
  /** Whether the segment after the head's is known to be free. */
  aheadIsFree = false;
  /** Units behind the head that have refused a write since the last one that was taken. */
  #refused = 0;

  madeRoom: MadeRoom | null = null;
  /** An erasure that is in the journal and that a failure has kept from being done. */
  erasing: Erasure | undefined;
  /** What opening found damaged and made whole. */
  readonly repairs: readonly string[];

  constructor(parts: StoreParts, { mark, unfinished, heldUnits, passed, repairs }: Recovered) {
    this.repairs = repairs;
    this.parts = parts;
    this.parties = new PartyIndex(parts.vault);
    this.head = mark.position;
    this.lastNumber = mark.lastNumber;
    this.unfinished = [...unfinished];
    this.heldUnits = heldUnits;
    this.passed = new Set(passed);
  }

  /** Puts the head behind what was written; at the very end of a segment that is the next one that is not passed over. */
  moveHead(to: Position): void {
    const { ring } = this.parts;
    this.head = to;
    this.#refused = 0;
    while (this.passed.has(this.headSerial)) this.head = ring.startOf(this.headSerial + 1);
    if (this.head % ring.segmentUnits === 0) this.aheadIsFree = false;
  }

  /** Where the next write is tried: the head, or behind what has just refused one. */
  get writeAt(): Position {
    return (this.head + this.#refused) as Position;
  }

  /** Tries elsewhere in the head's segment next time, in ever smaller strides, then from the beginning. */
  refuse(): void {
    const { ring } = this.parts;
    const room = ring.roomAt(this.writeAt);
    this.#refused = room < 4 * BLOCK_UNITS_MAX ? 0 : this.#refused + Math.floor(room / 2);
  }

  /** The segment the head is in; at the very end of one, the next, for that is where it writes. */
  get headSerial(): number {
    return this.parts.ring.serialOf(this.head);
  }

  /** Numbers given out that are neither kept nor gone yet. */
  get openNumbers(): number[] {
    return [...[...this.writers].map(({ number }) => number), ...this.unfinished.map(({ row }) => row.n)];
  }

  /** Rows of recordings that have begun on the medium and are not closed there. */
  *openRows(): Iterable<Row> {
    for (const { committed, erased } of this.writers) {
      if (committed && committed.row.x.length > 0 && !erased) yield committed.row;
    }
    for (const { row } of this.unfinished) yield row;
  }

  /** Adds the index's mark to a batch, with every open recording's row as it stands at the head. */
  marked(changes: IndexChanges): IndexChanges {
    const { ring, journal, vault } = this.parts;
    for (const { committed, erased } of this.writers) {
      if (!committed || committed.row.x.length === 0 || erased) continue;
      changes.row(committed.row, committed.newSegments);
      committed.newSegments = new Set();
    }
    for (const { row } of this.unfinished) changes.row(row, segmentsOf(ring, row));
    return changes.mark({
      position: this.head,
      // The journal is to be read again from before an erasure that is not done.
      journalSerial: this.erasing?.serialBefore ?? journal.serial,
      lastNumber: this.#lastAcknowledged(),
      nextSlot: vault.nextSlot,
      open: [...this.openRows()].map(({ n }) => n),
      passed: [...this.passed].filter((serial) => serial > this.headSerial),
    });
  }

  /** The highest number that has reached the medium; those above it were never acknowledged. */
  #lastAcknowledged(): number {
    let last = this.lastNumber;
    for (const { committed, number } of this.writers) {
      if (!committed || committed.row.x.length === 0) last = Math.min(last, number - 1);
    }
    return last;
  }
}

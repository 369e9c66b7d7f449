import type { Position } from './block.js';
import type { IndexChanges } from './index.js';
import { type StoreParts, segmentsOf } from './parts.js';
import { PartyIndex } from './party-index.js';
import type { RecordingWriter } from './recording-writer.js';
import type { Recovered, Unfinished } from './recovery.js';
import type { Row } from './row.js';

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

  constructor(parts: StoreParts, { mark, unfinished, heldUnits, passed }: Recovered) {
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
    while (this.passed.has(this.headSerial)) this.head = ring.startOf(this.headSerial + 1);
    if (this.head % ring.segmentUnits === 0) this.aheadIsFree = false;
  }

  /** The segment the head is in; at the very end of one, the next, for that is where it writes. */
  get headSerial(): number {
    return this.parts.ring.serialOf(this.head);
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
      journalSerial: journal.serial,
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

import type { IndexChanges } from './index-changes.js';
import { NumberSet } from './number-set.js';
import type { Row } from './row.js';

/** What a row adds to the totals. */
export type CountedRow = Pick<Row, 'n' | 'state' | 'startedWallMs' | 'endedWallMs' | 'bytes'>;

/** Sums over what is kept, so that nobody who wants to know how it stands has to read every row. A row counts once, however often it is put. */
export class Totals {
  #kept = 0;
  #recordedMs = 0;
  readonly #counted = new NumberSet();
  /** Numbers removed while the rows are being read for the first time; null: they have been, or not yet. */
  #removed: Set<number> | null = null;
  #complete: Promise<void> | undefined;

  /** Recordings and missed calls that are kept. */
  get kept(): number {
    return this.#kept;
  }

  /** Length of those with audio, by the wall clock. */
  get recordedMs(): number {
    return this.#recordedMs;
  }

  /** Resolves when every row has been counted; `rows` is read the first time only, and again after it has failed. */
  complete(rows: () => AsyncIterable<CountedRow>): Promise<void> {
    this.#complete ??= this.#read(rows()).catch((error: unknown) => {
      this.#complete = undefined;
      throw error;
    });
    return this.#complete;
  }

  /** To be told of every change, once or more often. */
  follow({ put, removed }: IndexChanges): void {
    if (this.#complete === undefined) return;
    for (const row of put) this.#add(row);
    for (const row of removed) {
      this.#removed?.add(row.n);
      this.#take(row);
    }
  }

  async #read(rows: AsyncIterable<CountedRow>): Promise<void> {
    this.#kept = 0;
    this.#recordedMs = 0;
    this.#counted.clear();
    const removed = new Set<number>();
    this.#removed = removed;
    try {
      for await (const row of rows) if (!removed.has(row.n)) this.#add(row);
    } finally {
      this.#removed = null;
    }
  }

  #add(row: CountedRow): void {
    if (row.state !== 'kept' || this.#counted.has(row.n)) return;
    this.#counted.add(row.n);
    this.#kept += 1;
    this.#recordedMs += lengthMs(row);
  }

  #take(row: CountedRow): void {
    if (!this.#counted.has(row.n)) return;
    this.#counted.delete(row.n);
    this.#kept -= 1;
    this.#recordedMs -= lengthMs(row);
  }
}

const lengthMs = ({ bytes, startedWallMs, endedWallMs }: CountedRow): number =>
  bytes === 0 || endedWallMs === null ? 0 : Math.max(0, endedWallMs - startedWallMs);

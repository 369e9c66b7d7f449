import type { IndexChanges } from './index-changes.js';
import type { Row } from './row.js';

/** What a row adds to the totals. */
export type CountedRow = Pick<Row, 'n' | 'state' | 'startedWallMs' | 'endedWallMs' | 'bytes'>;

/** Sums over what is kept, so that nobody who wants to know how it stands has to read every row. A row counts once, however often it is put. */
export class Totals {
  #kept = 0;
  #recordedMs = 0;
  /** One bit for each number that has been counted. */
  #counted = new Uint8Array(1024);
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
    this.#counted.fill(0);
    const removed = new Set<number>();
    this.#removed = removed;
    try {
      for await (const row of rows) if (!removed.has(row.n)) this.#add(row);
    } finally {
      this.#removed = null;
    }
  }

  #add(row: CountedRow): void {
    if (row.state !== 'kept' || this.#isCounted(row.n)) return;
    this.#mark(row.n, true);
    this.#kept += 1;
    this.#recordedMs += lengthMs(row);
  }

  #take(row: CountedRow): void {
    if (!this.#isCounted(row.n)) return;
    this.#mark(row.n, false);
    this.#kept -= 1;
    this.#recordedMs -= lengthMs(row);
  }

  #isCounted(n: number): boolean {
    return (((this.#counted[n >>> 3] ?? 0) >>> (n & 7)) & 1) === 1;
  }

  #mark(n: number, counted: boolean): void {
    const at = n >>> 3;
    if (at >= this.#counted.length) {
      const longer = new Uint8Array(2 * (at + 1));
      longer.set(this.#counted);
      this.#counted = longer;
    }
    const bit = 1 << (n & 7);
    this.#counted[at] = counted ? (this.#counted[at] ?? 0) | bit : (this.#counted[at] ?? 0) & ~bit;
  }
}

const lengthMs = ({ bytes, startedWallMs, endedWallMs }: CountedRow): number =>
  bytes === 0 || endedWallMs === null ? 0 : Math.max(0, endedWallMs - startedWallMs);

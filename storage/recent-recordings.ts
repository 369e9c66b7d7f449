import type { StoredRecording } from './reader.js';

/** How many of the newest numbers are kept in memory: some hundred kilobytes. */
const SPAN = 512;

/**
 * The newest recordings, unsealed: what is looked at most. Null where a number is known to have none. Whoever changes a row
 * has it forgotten, before and after: what is erased leaves here at once.
 */
export class RecentRecordings {
  readonly #known = new Map<number, StoredRecording | null>();
  #changes = 0;

  /** Grows with every change: what was read before one may not be kept after it. */
  get changes(): number {
    return this.#changes;
  }

  at(n: number): StoredRecording | null | undefined {
    return this.#known.get(n);
  }

  /** The lowest of at most `most` numbers, from `n` down, of which none is known; null where `n` is too old to be kept. */
  unknownFrom(n: number, lastNumber: number, most: number): number | null {
    if (n <= lastNumber - SPAN) return null;
    let from = n;
    while (from > 1 && n - from + 1 < most && from - 1 > lastNumber - SPAN && !this.#known.has(from - 1)) from -= 1;
    return from;
  }

  keep(n: number, recording: StoredRecording | null, lastNumber: number): void {
    this.#known.set(n, recording);
    if (this.#known.size <= 2 * SPAN) return;
    for (const old of this.#known.keys()) if (old <= lastNumber - SPAN) this.#known.delete(old);
  }

  forget(rows: readonly { readonly n: number }[]): void {
    if (rows.length === 0) return;
    this.#changes += 1;
    for (const { n } of rows) this.#known.delete(n);
  }
}

import type { IndexOperation, IndexRange, OrderedMap } from '../../storage/index-port.js';

/** An ordered map in memory that can be put back to any moment between two batches, as a power cut does to LevelDB. */
export class MemoryMap implements OrderedMap {
  readonly #log: (readonly IndexOperation[] | 'clear')[] = [];
  #values = new Map<string, string>();

  async get(key: string): Promise<string | undefined> {
    return this.#values.get(key);
  }

  getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  async batch(operations: readonly IndexOperation[]): Promise<void> {
    this.#log.push([...operations]);
    this.#apply(operations);
  }

  async page(range: IndexRange, most: number): Promise<(readonly [string, string])[]> {
    const found: (readonly [string, string])[] = [];
    for await (const entry of this.entries({ ...range, limit: most })) found.push(entry);
    return found;
  }

  async *entries({ gte, lt, reverse = false, limit = -1 }: IndexRange): AsyncIterable<readonly [string, string]> {
    const keys = [...this.#values.keys()].filter((key) => key >= gte && key < lt).sort();
    if (reverse) keys.reverse();
    for (const key of limit < 0 ? keys : keys.slice(0, limit)) {
      const value = this.#values.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  async clear(): Promise<void> {
    this.#log.push('clear');
    this.#values.clear();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  get batches(): number {
    return this.#log.length;
  }

  /** A map that has seen only the first `batches` of this one's. */
  upTo(batches: number): MemoryMap {
    const map = new MemoryMap();
    for (const step of this.#log.slice(0, batches)) {
      map.#log.push(step);
      if (step === 'clear') map.#values.clear();
      else map.#apply(step);
    }
    return map;
  }

  /** A map that has missed one batch, as LevelDB does where its log is damaged. */
  without(batch: number): MemoryMap {
    const map = new MemoryMap();
    for (const [i, step] of this.#log.entries()) {
      if (i === batch) continue;
      map.#log.push(step);
      if (step === 'clear') map.#values.clear();
      else map.#apply(step);
    }
    return map;
  }

  /** Flips or replaces a value behind the store's back. */
  tamper(key: string, value: string): void {
    this.#values.set(key, value);
  }

  #apply(operations: readonly IndexOperation[]): void {
    for (const operation of operations) {
      if (operation.type === 'put') this.#values.set(operation.key, operation.value);
      else this.#values.delete(operation.key);
    }
  }
}

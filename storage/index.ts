import { StoreError } from './errors.js';
import {
  IndexChanges,
  type IndexMark,
  LINKS_KEPT,
  MARK_KEY,
  NUMBER_DIGITS,
  pad,
  padMs,
  STORE_KEY,
  segmentKey,
} from './index-changes.js';
import type { IndexOperation, IndexRange, OrderedMap } from './index-port.js';
import { IndexUnreadable, unreadable } from './index-unreadable.js';
import { parseEntry, type Tombstone, type TombstoneRange } from './journal-entry.js';
import type { RecordingId } from './recording-id.js';
import { type Counted, decodeRow, decodeValue, encodeValue, type Row } from './row.js';
import type { CountedRow } from './totals.js';

export { IndexChanges, type IndexMark };

/** The row of that number, or undefined where the text is damaged or another's. */
function rowOf(n: number, text: string | undefined): Row | undefined {
  const row = text === undefined ? undefined : decodeRow(text);
  return row?.n === n ? row : undefined;
}

/** A recording's place in the order of starts. */
export interface StartedAt {
  readonly n: number;
  readonly startedWallMs: number;
}

/** Rows, tombstones and marks over an ordered map: the only place that knows the index's keys. */
export class Index {
  readonly #map: OrderedMap;
  readonly #refused: IndexOperation[] = [];
  #links = 0;
  /** Told of every change to rows, before and after it is made. */
  onChange: (changes: IndexChanges) => void = () => undefined;

  constructor(map: OrderedMap) {
    this.#map = map;
  }

  /** The mark, or undefined where the index is empty, damaged, or another store's. */
  async mark(storeId: string): Promise<IndexMark | undefined> {
    const owner = await this.#value(STORE_KEY);
    if (owner !== storeId) return undefined;
    const mark = (await this.#value(MARK_KEY)) as Partial<IndexMark> | undefined;
    const { position, journalSerial, lastNumber, nextSlot, open, passed } = mark ?? {};
    if (position === undefined || journalSerial === undefined || lastNumber === undefined) return undefined;
    if (nextSlot === undefined || open === undefined || passed === undefined) return undefined;
    return { position, journalSerial, lastNumber, nextSlot, open, passed };
  }

  async reset(storeId: string): Promise<void> {
    this.#refused.length = 0;
    this.#links = 0;
    await this.#map.clear();
    await this.#map.batch([{ type: 'put', key: STORE_KEY, value: encodeValue(storeId) }]);
  }

  /** All or nothing. What the map refuses is put in front of the next call's changes: none is ever left out. */
  async apply(changes: IndexChanges): Promise<void> {
    this.#links += 1;
    changes.link(this.#links);
    for (const operation of changes.operations) this.#refused.push(operation);
    this.onChange(changes);
    await this.settle();
    this.onChange(changes);
  }

  /** Puts down what the map has refused before, if anything. */
  async settle(): Promise<void> {
    const operations = [...this.#refused];
    if (operations.length === 0) return;
    try {
      await this.#map.batch(operations);
    } catch (error) {
      const { message } = error as Error;
      throw new StoreError('STORE_WRITE_FAILED', `the index refused a write: ${message}`, { cause: error });
    }
    this.#refused.splice(0, operations.length);
  }

  /**
   * Whether none of the latest batches is missing below a later one, as happens where LevelDB steps over a damaged part of
   * its log. To be asked before the first `apply`.
   */
  async isLinked(): Promise<boolean> {
    const links = new Set<number>();
    for await (const [, text] of this.#entries({ gte: 'b/', lt: 'b0' })) {
      const link = decodeValue(text);
      if (typeof link !== 'number') return false;
      links.add(link);
      this.#links = Math.max(this.#links, link);
    }
    for (let link = Math.max(1, this.#links - LINKS_KEPT + 1); link <= this.#links; link += 1) {
      if (!links.has(link)) return false;
    }
    return true;
  }

  /** Has the index rebuilt at the next opening: something in it is not what was put there. */
  distrust(): Promise<void> {
    const changes = new IndexChanges();
    changes.operations.push({ type: 'del', key: STORE_KEY });
    return this.apply(changes);
  }

  /** Undefined where there is none or its checksum does not hold. */
  async row(n: number): Promise<Row | undefined> {
    return rowOf(n, await this.#get(`r/${pad(n)}`));
  }

  /** One answer for each number: undefined where there is none, `damaged` where what stands there is not the row. */
  async rowsOf(numbers: readonly number[]): Promise<(Row | 'damaged' | undefined)[]> {
    const texts = await this.#many(numbers.map((n) => `r/${pad(n)}`));
    return numbers.map((n, i) => {
      const text = texts[i];
      return text === undefined ? undefined : (rowOf(n, text) ?? 'damaged');
    });
  }

  /** Throws `STORE_DAMAGED` where the index's answer is not one. */
  async numberOf(id: RecordingId): Promise<number | undefined> {
    const text = await this.#get(`i/${id}`);
    if (text === undefined) return undefined;
    const n = decodeValue(text);
    if (typeof n !== 'number') throw new IndexUnreadable(`the index's entry for ${id} is damaged`);
    return n;
  }

  async has(key: string): Promise<boolean> {
    return (await this.#value(key)) !== undefined;
  }

  /** How many entries there are under a prefix such as `t`. */
  async count(prefix: string): Promise<number> {
    let count = 0;
    for await (const _ of this.#entries({ gte: `${prefix}/`, lt: `${prefix}0` })) count += 1;
    return count;
  }

  async *settings(): AsyncIterable<readonly [key: string, value: unknown]> {
    for await (const [key, text] of this.#entries({ gte: 'c/', lt: 'c0' })) yield [key.slice(2), decodeValue(text)];
  }

  /** Newest first; a row whose checksum does not hold comes as undefined. */
  async *rows(): AsyncIterable<readonly [n: number, row: Row | undefined]> {
    for await (const [key, text] of this.#entries({ gte: 'r/', lt: 'r0', reverse: true })) {
      const n = Number(key.slice(2));
      yield [n, rowOf(n, text)];
    }
  }

  /** At most `most` of them with numbers from `from` to below `below`. */
  async rowsBelow(below: number, from: number, most: number): Promise<(readonly [n: number, row: Row | undefined])[]> {
    const lt = below >= 10 ** NUMBER_DIGITS ? 'r0' : `r/${pad(below)}`;
    const page = await this.#page({ gte: `r/${pad(from)}`, lt, reverse: true }, most);
    return page.map(([key, text]) => {
      const n = Number(key.slice(2));
      return [n, rowOf(n, text)];
    });
  }

  /** Oldest first. */
  async *oldestRows(): AsyncIterable<Row> {
    for await (const [, text] of this.#entries({ gte: 'r/', lt: 'r0' })) {
      const row = decodeRow(text);
      if (row) yield row;
    }
  }

  /** What sums are made of, newest first: not checked field by field. */
  async *countedRows(): AsyncIterable<CountedRow> {
    for await (const [, text] of this.#entries({ gte: 'r/', lt: 'r0', reverse: true })) {
      const row = decodeValue(text);
      if (row !== undefined) yield row as Row;
    }
  }

  async numbersIn(segment: number): Promise<number[]> {
    const prefix = segmentKey(segment);
    const numbers: number[] = [];
    for await (const [key] of this.#entries({ gte: prefix, lt: `${prefix}:` }))
      numbers.push(Number(key.slice(prefix.length)));
    return numbers;
  }

  /** Kept recordings whose terms are counted from a time in [from, to) and that are not held, the earliest in front. */
  async *countedBetween(fromWallMs: number, toWallMs: number): AsyncIterable<Counted> {
    const lt = toWallMs === Number.POSITIVE_INFINITY ? 'd0' : `d/${padMs(toWallMs)}`;
    for await (const [key] of this.#entries({ gte: `d/${padMs(fromWallMs)}`, lt })) {
      const [, countedWallMs, n] = key.split('/').map(Number);
      if (n !== undefined && countedWallMs !== undefined) yield { n, countedWallMs };
    }
  }

  /** At most `most` of the recordings that started in [from, to), the latest start first; only those behind `after` where it is given. */
  async startedBetween(
    {
      fromWallMs,
      toWallMs,
      after,
    }: { readonly fromWallMs: number; readonly toWallMs: number; readonly after?: StartedAt | undefined },
    most: number,
  ): Promise<StartedAt[]> {
    const behind = after && `t/${padMs(after.startedWallMs)}/${pad(after.n)}`;
    const end = `t/${padMs(toWallMs)}`;
    const range = { gte: `t/${padMs(fromWallMs)}`, lt: behind && behind < end ? behind : end, reverse: true };
    return (await this.#page(range, most)).map(([key]) => {
      const [, started, n] = key.split('/');
      return { n: Number(n), startedWallMs: Number(started) };
    });
  }

  /** Numbers of held recordings. */
  async heldNumbers(): Promise<number[]> {
    const numbers: number[] = [];
    for await (const [key] of this.#entries({ gte: 'h/', lt: 'h0' })) numbers.push(Number(key.slice(2)));
    return numbers;
  }

  async setting(key: string): Promise<unknown> {
    return this.#value(`c/${key}`);
  }

  async tombstone(n: number): Promise<Tombstone | undefined> {
    return (await this.#value(`e/${pad(n)}`)) as Tombstone | undefined;
  }

  /** The tombstone of that recording, or the range that its number was folded into. */
  async tombstoneOver(which: RecordingId | number): Promise<Tombstone | TombstoneRange | undefined> {
    const n = typeof which === 'number' ? which : await this.#value(`g/${which}`);
    if (typeof n !== 'number') return undefined;
    const [entry] = await this.#tombstonesBelow(n + 1, 1);
    return entry && (entry.t === 'erased' ? entry.n === n : entry.to >= n) ? entry : undefined;
  }

  /** The `most` tombstones and folded ranges with the highest numbers. */
  newestTombstones(most: number): Promise<(Tombstone | TombstoneRange)[]> {
    return this.#tombstonesBelow(10 ** NUMBER_DIGITS - 1, most);
  }

  /** Tombstones and folded ranges, oldest first. */
  async *tombstones(): AsyncIterable<Tombstone | TombstoneRange> {
    for await (const [, text] of this.#entries({ gte: 'e/', lt: 'e0' })) {
      const value = decodeValue(text);
      if (value !== undefined) yield parseEntry(JSON.stringify(value)) as Tombstone | TombstoneRange;
    }
  }

  close(): Promise<void> {
    return this.#map.close();
  }

  async #tombstonesBelow(below: number, most: number): Promise<(Tombstone | TombstoneRange)[]> {
    const page = await this.#page({ gte: 'e/', lt: `e/${pad(below)}`, reverse: true }, most);
    return page.flatMap(([, text]) => (decodeValue(text) as Tombstone | TombstoneRange | undefined) ?? []);
  }

  async #value(key: string): Promise<unknown> {
    const text = await this.#get(key);
    return text === undefined ? undefined : decodeValue(text);
  }

  async #get(key: string): Promise<string | undefined> {
    try {
      return await this.#map.get(key);
    } catch (error) {
      throw unreadable(error);
    }
  }

  async #many(keys: readonly string[]): Promise<(string | undefined)[]> {
    try {
      return await this.#map.getMany(keys);
    } catch (error) {
      throw unreadable(error);
    }
  }

  async #page(range: IndexRange, most: number): Promise<readonly (readonly [key: string, value: string])[]> {
    try {
      return await this.#map.page(range, most);
    } catch (error) {
      throw unreadable(error);
    }
  }

  async *#entries(range: IndexRange): AsyncIterable<readonly [key: string, value: string]> {
    try {
      yield* this.#map.entries(range);
    } catch (error) {
      throw unreadable(error);
    }
  }
}

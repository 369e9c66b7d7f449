import { rm } from 'node:fs/promises';
import { Level } from 'level';
import { StoreError, type StoreErrorCode } from './errors.js';
import type { IndexOperation, IndexRange, OrderedMap } from './index-port.js';
import { IndexRoom } from './index-room.js';

/** Small: rows are small, and the reserve that `format` leaves is counted in megabytes. */
const WRITE_BUFFER_BYTES = 512 * 1024;
/** Tables that are mapped at a time, 64, and ten files more, which is the least that LevelDB takes: with as many as it likes, all of a large index counts as resident. */
const FILES_OPEN = 74;

/** What the file system says when it is not the index that is at fault. A message is all that LevelDB passes on. */
const REFUSALS: readonly (readonly [RegExp, StoreErrorCode])[] = [
  [/permission denied|operation not permitted|read-only file system/i, 'STORE_READ_ONLY'],
  [/no space left|too many open files|disk quota exceeded/i, 'STORE_WRITE_FAILED'],
];

/** What room that was kept helps against. */
const FULL = /no space left|disk quota exceeded/i;
/** Room that was given up is looked for again every so many changes, and so much of it made: a change must not take long. */
const KEEP_EVERY = 8;
const KEEP_BYTES = 4 << 20;

/** Every message behind an error, the causes' too. */
function messagesOf(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${messagesOf(error.cause)}` : '';
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error
    ? ((error.cause as { code?: unknown } | undefined)?.code ?? (error as { code?: unknown }).code)
    : undefined;

/** LevelDB in `folder`. Its lock is what keeps two processes out of one store. */
export class LevelMap implements OrderedMap {
  #db: Level<string, string>;
  readonly #folder: string;
  readonly #room: IndexRoom;
  #changes = 0;

  private constructor(db: Level<string, string>, folder: string, room: IndexRoom) {
    this.#db = db;
    this.#folder = folder;
    this.#room = room;
  }

  /**
   * Opens the index, an empty one where it is missing or damaged: nothing in it is the only copy. `indexBytes`: what it grows to at
   * most; some of that is kept aside for the day on which the medium is full. Throws `STORE_IN_USE` where another process has
   * it open, `STORE_READ_ONLY` and `STORE_WRITE_FAILED` where the medium does not let it be opened.
   */
  static async open(folder: string, indexBytes = 0): Promise<LevelMap> {
    const room = new IndexRoom(folder, indexBytes);
    const db = await LevelMap.#openRepaired(folder, room);
    await room.keep();
    return new LevelMap(db, folder, room);
  }

  static async #openRepaired(folder: string, room: IndexRoom): Promise<Level<string, string>> {
    try {
      return await openLevel(folder);
    } catch (error) {
      if (codeOf(error) === 'LEVEL_LOCKED') {
        throw new StoreError('STORE_IN_USE', 'another process has this store open', { cause: error });
      }
      const messages = messagesOf(error);
      if (FULL.test(messages) && (await room.give())) return LevelMap.#openRepaired(folder, room);
      const refusal = REFUSALS.find(([pattern]) => pattern.test(messages));
      if (refusal) {
        const what = messages.trim().split('\n').at(-1);
        throw new StoreError(refusal[1], `the index cannot be opened: ${what}`, { cause: error });
      }
      await rm(folder, { recursive: true, force: true });
      return openLevel(folder);
    }
  }

  get(key: string): Promise<string | undefined> {
    return this.#db.get(key);
  }

  getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return this.#db.getMany([...keys]);
  }

  /** Where the medium is full, what was kept aside is given up: the refusal stands, and opened anew the index has room. */
  async batch(operations: readonly IndexOperation[]): Promise<void> {
    try {
      await this.#db.batch([...operations]);
    } catch (error) {
      if (FULL.test(messagesOf(error))) await this.#room.give();
      throw error;
    }
    this.#changes += 1;
    if (!this.#room.isKept && this.#changes % KEEP_EVERY === 0) await this.#room.keep(KEEP_BYTES);
  }

  page({ gte, lt, reverse = false }: IndexRange, most: number): Promise<[string, string][]> {
    return this.#db.iterator({ gte, lt, reverse, limit: most }).all();
  }

  entries({ gte, lt, reverse = false, limit = -1 }: IndexRange): AsyncIterable<readonly [string, string]> {
    return this.#db.iterator({ gte, lt, reverse, limit });
  }

  /** A new one in place of the old: clearing one that is damaged would have to read it. */
  async clear(): Promise<void> {
    await this.#db.close();
    await rm(this.#folder, { recursive: true, force: true });
    this.#db = await openLevel(this.#folder);
    await this.#room.keep();
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

async function openLevel(folder: string): Promise<Level<string, string>> {
  const db = new Level<string, string>(folder, {
    writeBufferSize: WRITE_BUFFER_BYTES,
    compression: false,
    maxOpenFiles: FILES_OPEN,
  });
  await db.open();
  return db;
}

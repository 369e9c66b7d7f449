import { rm } from 'node:fs/promises';
import { Level } from 'level';
import { StoreError, type StoreErrorCode } from './errors.js';
import type { IndexOperation, IndexRange, OrderedMap } from './index-port.js';

/** Small: rows are small, and the reserve that `format` leaves is counted in megabytes. */
const WRITE_BUFFER_BYTES = 512 * 1024;
/** Tables that are mapped at a time, 64, and ten files more, which is the least that LevelDB takes: with as many as it likes, all of a large index counts as resident. */
const FILES_OPEN = 74;

/** What the file system says when it is not the index that is at fault. A message is all that LevelDB passes on. */
const REFUSALS: readonly (readonly [RegExp, StoreErrorCode])[] = [
  [/permission denied|operation not permitted|read-only file system/i, 'STORE_READ_ONLY'],
  [/no space left|too many open files|disk quota exceeded/i, 'STORE_WRITE_FAILED'],
];

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

  private constructor(db: Level<string, string>, folder: string) {
    this.#db = db;
    this.#folder = folder;
  }

  /**
   * Opens the index, an empty one where it is missing or damaged: nothing in it is the only copy. Throws `STORE_IN_USE`
   * where another process has it open, `STORE_READ_ONLY` and `STORE_WRITE_FAILED` where the medium does not let it be opened.
   */
  static async open(folder: string): Promise<LevelMap> {
    try {
      return await LevelMap.#openOnce(folder);
    } catch (error) {
      if (codeOf(error) === 'LEVEL_LOCKED') {
        throw new StoreError('STORE_IN_USE', 'another process has this store open', { cause: error });
      }
      const messages = messagesOf(error);
      const refusal = REFUSALS.find(([pattern]) => pattern.test(messages));
      if (refusal) {
        const what = messages.trim().split('\n').at(-1);
        throw new StoreError(refusal[1], `the index cannot be opened: ${what}`, { cause: error });
      }
      await rm(folder, { recursive: true, force: true });
      return LevelMap.#openOnce(folder);
    }
  }

  static async #openOnce(folder: string): Promise<LevelMap> {
    const db = new Level<string, string>(folder, {
      writeBufferSize: WRITE_BUFFER_BYTES,
      compression: false,
      maxOpenFiles: FILES_OPEN,
    });
    await db.open();
    return new LevelMap(db, folder);
  }

  get(key: string): Promise<string | undefined> {
    return this.#db.get(key);
  }

  getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return this.#db.getMany([...keys]);
  }

  batch(operations: readonly IndexOperation[]): Promise<void> {
    return this.#db.batch([...operations]);
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
    this.#db = (await LevelMap.#openOnce(this.#folder)).#db;
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

import type { DiskFile } from './disk.js';
import { StoreError } from './errors.js';
import { copiesBytes, type FoundPage, type LoadedPage, readPages, type VaultSurroundings } from './key-file.js';
import type { KeyTableContents } from './key-page.js';

/** Clean pages kept in memory: 48 MiB, the keys of 800,000 recordings. */
const PAGES_KEPT = 12_288;
/** Pages read at once where all are wanted. */
const PAGES_AT_ONCE = 16;
/** Buffers for single pages that are kept to be read into again: what a search reads would else be a third of a megabyte of garbage. */
const SPARES_KEPT = 64;

/** A page that is passed by. Its body is blank as soon as the next ones are asked for, unless it was in memory already. */
export type WalkedPage = Pick<LoadedPage, 'page' | 'body'>;

/** The vault's pages in memory: read when first wanted, the longest unused let go of. There is one of each, never two. */
export class KeyPages {
  readonly #file: DiskFile;
  readonly #around: VaultSurroundings;
  readonly #table: () => KeyTableContents;
  /** In order of use: the first is the one longest unused. */
  readonly #pages = new Map<number, LoadedPage>();
  /** Pages that are being read: whoever wants one meanwhile waits for the same. */
  readonly #reading = new Map<number, Promise<(FoundPage | undefined)[]>>();

  readonly #spares: Buffer[] = [];

  constructor(file: DiskFile, around: VaultSurroundings, table: () => KeyTableContents) {
    this.#file = file;
    this.#around = around;
    this.#table = table;
  }

  get dirty(): LoadedPage[] {
    return [...this.#pages.values()].filter((page) => page.dirty);
  }

  clear(): void {
    this.#pages.clear();
  }

  /** Throws `STORE_DAMAGED` where neither copy can be opened. */
  async load(page: number): Promise<LoadedPage> {
    const known = this.#pages.get(page);
    if (known) {
      this.keep(known);
      return known;
    }
    let reading = this.#reading.get(page);
    if (!reading) {
      reading = this.#readOne(page);
      this.#reading.set(page, reading);
      const done = (): boolean => this.#reading.delete(page);
      reading.then(done, done);
    }
    const [found] = await reading;
    const meanwhile = this.#pages.get(page); // another reader was faster
    if (meanwhile) return meanwhile;
    if (!found) throw new StoreError('STORE_DAMAGED', `neither copy of key page ${page} can be opened`);
    return this.#loaded(page, found);
  }

  /**
   * What all pages below `end` hold, in order, a run of them at a time; to be looked at before the next run is asked for. Those that
   * are not in memory yet do not stay there: a walk would leave it full of what nobody has asked for.
   */
  async *all(end: number): AsyncIterable<readonly WalkedPage[]> {
    const into = Buffer.allocUnsafe(copiesBytes(PAGES_AT_ONCE));
    for (let first = 0; first < end; first += PAGES_AT_ONCE) {
      const found = await this.#read(first, Math.min(PAGES_AT_ONCE, end - first), into);
      const run: WalkedPage[] = [];
      for (const [i, each] of found.entries()) {
        const page = first + i;
        // One that has been replaced since it was read is opened by no key any more: it is read again.
        const { body } = this.#pages.get(page) ?? each?.contents ?? (await this.load(page));
        run.push({ page, body });
      }
      try {
        yield run;
      } finally {
        for (const each of found) each?.contents.body.fill(0);
      }
    }
  }

  /** Marks a page as the one used last, and lets go of the clean ones longest unused. */
  keep(page: LoadedPage): void {
    this.#pages.delete(page.page);
    this.#pages.set(page.page, page);
    if (this.#pages.size <= PAGES_KEPT) return;
    for (const [number, { dirty }] of this.#pages) {
      if (this.#pages.size <= PAGES_KEPT) return;
      if (!dirty && number !== page.page) this.#pages.delete(number);
    }
  }

  async #readOne(page: number): Promise<(FoundPage | undefined)[]> {
    const into = this.#spares.pop() ?? Buffer.allocUnsafe(copiesBytes(1));
    const found = await this.#read(page, 1, into);
    if (this.#spares.length < SPARES_KEPT) this.#spares.push(into);
    return found;
  }

  #read(first: number, count: number, into: Buffer): Promise<(FoundPage | undefined)[]> {
    return readPages(this.#file, this.#around, this.#table, { first, count, into });
  }

  #loaded(page: number, { contents, copy }: FoundPage): LoadedPage {
    const loaded = { page, generation: contents.generation, copy, body: contents.body, dirty: false };
    this.keep(loaded);
    return loaded;
  }
}

import type { DiskFile } from './disk.js';
import { StoreError } from './errors.js';
import { type FoundPage, type LoadedPage, readPages, type VaultSurroundings } from './key-file.js';
import type { KeyTableContents } from './key-page.js';

/** Clean pages kept in memory: 24 MiB, the keys of 400,000 recordings. */
const PAGES_KEPT = 6144;
/** Pages read at once where all are wanted. */
const PAGES_AT_ONCE = 16;

/** The vault's pages in memory: read when first wanted, the longest unused let go of. There is one of each, never two. */
export class KeyPages {
  readonly #file: DiskFile;
  readonly #around: VaultSurroundings;
  readonly #table: () => KeyTableContents;
  /** In order of use: the first is the one longest unused. */
  readonly #pages = new Map<number, LoadedPage>();
  /** Pages that are being read: whoever wants one meanwhile waits for the same. */
  readonly #reading = new Map<number, Promise<(FoundPage | undefined)[]>>();

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
      reading = this.#read(page, 1);
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

  /** All pages below `end`, in order, a run of them at a time. */
  async *all(end: number): AsyncIterable<readonly LoadedPage[]> {
    for (let first = 0; first < end; first += PAGES_AT_ONCE) {
      const found = await this.#read(first, Math.min(PAGES_AT_ONCE, end - first));
      const run: LoadedPage[] = [];
      for (const [i, each] of found.entries()) {
        // One that has been replaced since it was read is opened by no key any more: it is read again.
        run.push(this.#pages.get(first + i) ?? (each ? this.#loaded(first + i, each) : await this.load(first + i)));
      }
      yield run;
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

  #read(first: number, count: number): Promise<(FoundPage | undefined)[]> {
    return readPages(this.#file, this.#around, this.#table, { first, count });
  }

  #loaded(page: number, { contents, copy }: FoundPage): LoadedPage {
    const loaded = { page, generation: contents.generation, copy, body: contents.body, dirty: false };
    this.keep(loaded);
    return loaded;
  }
}

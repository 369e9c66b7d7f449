import { type Chance, type Disk, type DiskFile, UNIT_BYTES } from './disk.js';
import type { EffaceableStore } from './effaceable.js';
import { StoreError } from './errors.js';
import {
  decodePage,
  decodeTable,
  encodePage,
  encodeTable,
  type KeyPageContents,
  type KeyTableContents,
  PAGE_BODY_BYTES,
  SLOT_BYTES,
  tableUnits,
} from './key-page.js';
import { ID_BYTES, idFromBytes, idToBytes, type RecordingId } from './recording-id.js';
import { KEY_BYTES, NONCE_BYTES } from './seal.js';
import { KEYS_PER_PAGE, type Superblock } from './superblock.js';

export const KEYS_FILE = 'keys';

/** A page in memory: which of its two copies is current, and whether it has changed since it was written. */
interface LoadedPage {
  readonly page: number;
  generation: number;
  copy: 0 | 1;
  body: Buffer;
  dirty: boolean;
}

export interface KeyEntry {
  readonly slot: number;
  readonly id: RecordingId;
  readonly key: Buffer;
}

/** Where the parts of the vault stand in `keys`, and what it needs from outside. */
interface VaultParts {
  readonly file: DiskFile;
  readonly effaceable: EffaceableStore;
  readonly chance: Chance;
  readonly mark: number;
  readonly pages: number;
}

/**
 * The recordings' keys. `put` is in memory until `flush`; `destroy` is final when it resolves: no copy of those keys is
 * under a root that still exists. Not safe for concurrent calls: the store runs one at a time.
 */
export class KeyVault {
  readonly #parts: VaultParts;
  #table: KeyTableContents;
  #tableCopy: 0 | 1;
  #rootGeneration: number;
  readonly #pages = new Map<number, LoadedPage>();
  #nextSlot = 0;

  private constructor(parts: VaultParts, table: KeyTableContents, tableCopy: 0 | 1, rootGeneration: number) {
    this.#parts = parts;
    this.#table = table;
    this.#tableCopy = tableCopy;
    this.#rootGeneration = rootGeneration;
  }

  /** Bytes of `keys` for `pages` pages. */
  static sizeBytes(pages: number): number {
    return 2 * (tableUnits(pages) + pages) * UNIT_BYTES;
  }

  /** Lays out empty pages under fresh keys, then the table, then the root. Everything is synced. */
  static async format(
    disk: Disk,
    { keyPages: pages }: Pick<Superblock, 'keyPages'>,
    parts: Omit<VaultParts, 'file' | 'pages'>,
  ): Promise<void> {
    const file = await disk.create(KEYS_FILE, KeyVault.sizeBytes(pages));
    const { chance, mark, effaceable } = parts;
    const table: KeyTableContents = { mark, generation: 1, pageKeys: chance(pages * KEY_BYTES) };
    const vault = new KeyVault({ ...parts, file, pages }, table, 0, 1);
    for (let page = 0; page < pages; page += 1) {
      const contents = { mark, page, generation: 1, body: Buffer.alloc(PAGE_BODY_BYTES) };
      await file.write(vault.#pageAt(page, 0), encodePage(contents, vault.#pageKey(table, page), chance(NONCE_BYTES)));
    }
    const root = chance(KEY_BYTES);
    await file.write(0, encodeTable(table, root, chance(NONCE_BYTES)));
    await file.sync();
    await effaceable.replace({ generation: 1, key: root });
    await file.close();
  }

  /** Throws `STORE_DAMAGED` where the root is gone or opens no table. */
  static async open(disk: Disk, pages: number, parts: Omit<VaultParts, 'file' | 'pages'>): Promise<KeyVault> {
    const root = await parts.effaceable.read();
    if (!root) throw new StoreError('STORE_DAMAGED', 'the root key is gone: nothing in this store can be opened again');
    const file = await disk.open(KEYS_FILE);
    const copyBytes = tableUnits(pages) * UNIT_BYTES;
    const candidates: { table: KeyTableContents; copy: 0 | 1 }[] = [];
    for (const copy of [0, 1] as const) {
      const table = decodeTable(await file.read(copy * copyBytes, copyBytes), parts.mark, pages, root.key);
      if (table) candidates.push({ table, copy });
    }
    const newest = candidates.sort((a, b) => b.table.generation - a.table.generation)[0];
    if (!newest) throw new StoreError('STORE_DAMAGED', 'the root key opens neither copy of the key table');
    return new KeyVault({ ...parts, file, pages }, newest.table, newest.copy, root.generation);
  }

  /** The slot that `put` looks at first. */
  get nextSlot(): number {
    return this.#nextSlot;
  }

  set nextSlot(slot: number) {
    this.#nextSlot = slot % this.slots;
  }

  get pages(): number {
    return this.#parts.pages;
  }

  get assurance(): EffaceableStore['assurance'] {
    return this.#parts.effaceable.assurance;
  }

  get slots(): number {
    return this.#parts.pages * KEYS_PER_PAGE;
  }

  /** Takes a free slot for a fresh key. Undefined where every slot is taken: erase something, then ask again. */
  async put(id: RecordingId): Promise<KeyEntry | undefined> {
    for (let tried = 0; tried < this.slots; tried += 1) {
      const slot = (this.#nextSlot + tried) % this.slots;
      const page = await this.#load(Math.floor(slot / KEYS_PER_PAGE));
      const at = (slot % KEYS_PER_PAGE) * SLOT_BYTES;
      if (!isFree(page.body, at)) continue;
      const key = this.#parts.chance(KEY_BYTES);
      idToBytes(id).copy(page.body, at);
      key.copy(page.body, at + ID_BYTES);
      page.dirty = true;
      this.#nextSlot = (slot + 1) % this.slots;
      return { slot, id, key };
    }
    return undefined;
  }

  /** Everything `put` is on the medium when it resolves. */
  async flush(): Promise<void> {
    const dirty = [...this.#pages.values()].filter((page) => page.dirty);
    if (dirty.length === 0) return;
    for (const page of dirty) await this.#write(page, this.#table);
    await this.#parts.file.sync();
    for (const page of dirty) settle(page);
  }

  /** The key of `id` in `slot`, or undefined where the slot is another's or free. */
  async get(slot: number, id: RecordingId): Promise<Buffer | undefined> {
    if (slot >= this.slots) return undefined;
    const page = await this.#load(Math.floor(slot / KEYS_PER_PAGE));
    const at = (slot % KEYS_PER_PAGE) * SLOT_BYTES;
    if (!page.body.subarray(at, at + ID_BYTES).equals(idToBytes(id))) return undefined;
    return Buffer.from(page.body.subarray(at + ID_BYTES, at + SLOT_BYTES));
  }

  async *entries(): AsyncIterable<KeyEntry> {
    for (let page = 0; page < this.#parts.pages; page += 1) yield* await this.entriesOf(page);
  }

  async entriesOf(page: number): Promise<KeyEntry[]> {
    const { body } = await this.#load(page);
    const entries: KeyEntry[] = [];
    for (let i = 0; i < KEYS_PER_PAGE; i += 1) {
      const at = i * SLOT_BYTES;
      if (isFree(body, at)) continue;
      const id = idFromBytes(body.subarray(at, at + ID_BYTES));
      const key = Buffer.from(body.subarray(at + ID_BYTES, at + SLOT_BYTES));
      entries.push({ slot: page * KEYS_PER_PAGE + i, id, key });
    }
    return entries;
  }

  /**
   * Destroys the keys of those recordings that still stand in their slots. Pages first, table second, root third: the
   * root's replacement is the moment of erasure, and a cut before it leaves every key in place.
   */
  async destroy(victims: readonly { readonly slot: number; readonly id: RecordingId }[]): Promise<void> {
    const touched = new Map<number, LoadedPage>();
    for (const { slot, id } of victims) {
      const page = await this.#load(Math.floor(slot / KEYS_PER_PAGE));
      const at = (slot % KEYS_PER_PAGE) * SLOT_BYTES;
      if (!page.body.subarray(at, at + ID_BYTES).equals(idToBytes(id))) continue;
      if (!touched.has(page.page)) touched.set(page.page, { ...page, body: Buffer.from(page.body) });
      touched.get(page.page)?.body.fill(0, at, at + SLOT_BYTES);
    }
    if (touched.size === 0) return;
    const { chance, file, effaceable } = this.#parts;
    const pageKeys = Buffer.from(this.#table.pageKeys);
    for (const page of touched.keys()) chance(KEY_BYTES).copy(pageKeys, page * KEY_BYTES);
    const table = { ...this.#table, generation: this.#table.generation + 1, pageKeys };
    for (const page of touched.values()) await this.#write(page, table);
    const root = chance(KEY_BYTES);
    const tableCopy = this.#tableCopy === 0 ? 1 : 0;
    const tableBytes = encodeTable(table, root, chance(NONCE_BYTES));
    await file.write(tableCopy * tableBytes.length, tableBytes);
    await file.sync();
    await effaceable.replace({ generation: this.#rootGeneration + 1, key: root });
    this.#rootGeneration += 1;
    this.#table = table;
    this.#tableCopy = tableCopy;
    for (const page of touched.values()) {
      settle(page);
      this.#pages.set(page.page, page);
    }
  }

  async close(): Promise<void> {
    await this.#parts.file.close();
    await this.#parts.effaceable.close();
  }

  async #load(page: number): Promise<LoadedPage> {
    const known = this.#pages.get(page);
    if (known) return known;
    const { file, mark } = this.#parts;
    const found: { contents: KeyPageContents; copy: 0 | 1 }[] = [];
    for (const copy of [0, 1] as const) {
      const unit = await file.read(this.#pageAt(page, copy), UNIT_BYTES);
      const contents = decodePage(unit, mark, page, this.#pageKey(this.#table, page));
      if (contents) found.push({ contents, copy });
    }
    const newest = found.sort((a, b) => b.contents.generation - a.contents.generation)[0];
    if (!newest) throw new StoreError('STORE_DAMAGED', `neither copy of key page ${page} can be opened`);
    const { contents, copy } = newest;
    const loaded = { page, generation: contents.generation, copy, body: contents.body, dirty: false };
    this.#pages.set(page, loaded);
    return loaded;
  }

  /** Writes `page` into the copy that is not current, one generation on. It becomes current by `settle`. */
  async #write(page: LoadedPage, table: KeyTableContents): Promise<void> {
    const { mark, chance, file } = this.#parts;
    const contents = { mark, page: page.page, generation: page.generation + 1, body: page.body };
    const unit = encodePage(contents, this.#pageKey(table, page.page), chance(NONCE_BYTES));
    await file.write(this.#pageAt(page.page, page.copy === 0 ? 1 : 0), unit);
  }

  #pageKey(table: KeyTableContents, page: number): Buffer {
    return table.pageKeys.subarray(page * KEY_BYTES, (page + 1) * KEY_BYTES);
  }

  #pageAt(page: number, copy: 0 | 1): number {
    return (2 * tableUnits(this.#parts.pages) + 2 * page + copy) * UNIT_BYTES;
  }
}

function isFree(body: Buffer, at: number): boolean {
  for (let i = at; i < at + ID_BYTES; i += 1) if (body[i] !== 0) return false;
  return true;
}

function settle(page: LoadedPage): void {
  page.generation += 1;
  page.copy = page.copy === 0 ? 1 : 0;
  page.dirty = false;
}

import { type Disk, type DiskFile, openWith, UNIT_BYTES } from './disk.js';
import type { EffaceableStore } from './effaceable.js';
import { FIRST_GENERATION, mirrored, nextGeneration } from './generation.js';
import {
  type LoadedPage,
  pageAt,
  pageKey,
  readState,
  settle,
  tableAt,
  type VaultState,
  type VaultSurroundings,
  writeEmptyPages,
} from './key-file.js';
import { encodePage, encodeTable, type KeyTableContents, SLOT_BYTES, tableUnits } from './key-page.js';
import { KeyPages, type WalkedPage } from './key-pages.js';
import type { KeyEntry } from './key-slot.js';
import * as slots from './key-slot.js';
import { NO_PARTY, type Party } from './party.js';
import type { RecordingId } from './recording-id.js';
import { KEY_BYTES, NONCE_BYTES } from './seal.js';
import { KEYS_PER_PAGE } from './superblock.js';

export const KEYS_FILE = 'keys';

export type Slot = { readonly slot: number; readonly id: RecordingId };

/**
 * The recordings' keys. `put` and `setParty` are in memory until `flush`; `destroy` is final when it resolves: no copy of
 * those keys is under a root that still exists. Changes come one at a time (the store sees to it); reads run beside.
 */
export class KeyVault {
  readonly #file: DiskFile;
  readonly #around: VaultSurroundings;
  #state: VaultState;
  readonly #pages: KeyPages;
  #nextSlot = 0;
  #stale = false;

  private constructor(file: DiskFile, around: VaultSurroundings, state: VaultState) {
    this.#file = file;
    this.#around = around;
    this.#state = state;
    this.#pages = new KeyPages(file, around, () => this.#state.table);
  }

  /** Lays out empty pages under fresh keys, then the table, then the root. Everything is synced. */
  static async format(disk: Disk, pages: number, around: VaultSurroundings): Promise<void> {
    const { chance, mark, effaceable, pagesMax } = around;
    const file = await disk.create(KEYS_FILE, (2 * tableUnits(pagesMax) + 2 * pages) * UNIT_BYTES);
    const table: KeyTableContents = { mark, generation: FIRST_GENERATION, pageKeys: chance(pages * KEY_BYTES) };
    await writeEmptyPages(file, around, table, { from: 0, to: pages });
    const root = chance(KEY_BYTES);
    for (const copy of [0, 1] as const)
      await file.write(tableAt(around, copy), encodeTable(table, root, chance(NONCE_BYTES)));
    await file.sync();
    await effaceable.replace({ generation: FIRST_GENERATION, key: root });
    await file.close();
  }

  /** Throws `STORE_DAMAGED` where the root is gone or opens no table. */
  static async open(disk: Disk, around: VaultSurroundings): Promise<KeyVault> {
    return openWith(disk, KEYS_FILE, async (file) => {
      await file.sync(); // of a process that was killed
      return new KeyVault(file, around, await readState(file, around));
    });
  }

  /** Page keys there are; a table copied from a smaller or larger vault says so itself. */
  get pages(): number {
    return this.#state.table.pageKeys.length / KEY_BYTES;
  }

  get slots(): number {
    return this.pages * KEYS_PER_PAGE;
  }

  /** The slot that `put` looks at first. */
  get nextSlot(): number {
    return this.#nextSlot;
  }

  set nextSlot(slot: number) {
    this.#nextSlot = slot % this.slots;
  }

  get assurance(): EffaceableStore['assurance'] {
    return this.#around.effaceable.assurance;
  }

  /** Takes a free slot for a fresh key. Undefined where every slot is taken: erase something, then ask again. */
  async put(id: RecordingId, number: number): Promise<KeyEntry | undefined> {
    for (let tried = 0; tried < this.slots; tried += 1) {
      const slot = (this.#nextSlot + tried) % this.slots;
      const page = await this.#pageOf(slot);
      if (!slots.isFree(page.body, at(slot))) continue;
      const entry = { slot, id, number, party: NO_PARTY, key: this.#around.chance(KEY_BYTES) };
      slots.write(page.body, at(slot), entry);
      page.dirty = true;
      this.#nextSlot = (slot + 1) % this.slots;
      return entry;
    }
    return undefined;
  }

  /** Puts an entry of another vault into the very slot it had there: blocks are bound to it. */
  async adopt(entry: KeyEntry): Promise<void> {
    const page = await this.#pageOf(entry.slot);
    slots.write(page.body, at(entry.slot), entry);
    page.dirty = true;
  }

  /** Notes the other party, so that it is found, and goes with the key. */
  async setParty({ slot, id }: Slot, party: Party): Promise<void> {
    const page = await this.#pageOf(slot);
    if (!slots.holds(page.body, at(slot), id) || slots.hasParty(page.body, at(slot), party)) return;
    slots.writeParty(page.body, at(slot), party);
    page.dirty = true;
  }

  /** Everything put is on the medium when it resolves. */
  async flush(): Promise<void> {
    const { dirty } = this.#pages;
    if (dirty.length === 0) return;
    for (const page of dirty) await this.#write(page, this.#state.table, nextGeneration(page.generation));
    await this.#file.sync();
    for (const page of dirty) settle(page);
    await this.#mirror(dirty);
  }

  /** The key of `id` in `slot`, or undefined where the slot is another's or free. */
  async get(slot: number, id: RecordingId): Promise<Buffer | undefined> {
    return (await this.getMany([{ slot, id }]))[0];
  }

  /** As `get`, one answer for each; a page is looked at once for all who want it. */
  async getMany(wanted: readonly Slot[]): Promise<(Buffer | undefined)[]> {
    const pages = new Map<number, LoadedPage>();
    const numbers = new Set(wanted.filter(({ slot }) => slot < this.slots).map(({ slot }) => pageOf(slot)));
    await Promise.all([...numbers].map(async (page) => pages.set(page, await this.#load(page))));
    return wanted.map(({ slot, id }) => {
      const body = pages.get(pageOf(slot))?.body;
      return body && slots.holds(body, at(slot), id) ? slots.readKey(body, at(slot)) : undefined;
    });
  }

  async entry(slot: number, id: RecordingId): Promise<KeyEntry | undefined> {
    if (slot >= this.slots) return undefined;
    const { body } = await this.#pageOf(slot);
    return slots.holds(body, at(slot), id) ? slots.read(body, at(slot), slot) : undefined;
  }

  async *entries(): AsyncIterable<KeyEntry> {
    await this.#refresh();
    for await (const run of this.#pages.all(this.pages)) for (const page of run) yield* entriesIn(page);
  }

  async entriesOf(page: number): Promise<KeyEntry[]> {
    return entriesIn(await this.#load(page));
  }

  /** Calls `visit` for every slot in use: a million of them need no object each. */
  async eachParty(visit: (slot: number, number: number, high: number, low: number) => void): Promise<void> {
    await this.#refresh();
    for await (const run of this.#pages.all(this.pages)) {
      for (const { page, body } of run) {
        for (let slot = page * KEYS_PER_PAGE; slot < (page + 1) * KEYS_PER_PAGE; slot += 1) {
          if (!slots.isFree(body, at(slot))) slots.visitParty(body, at(slot), slot, visit);
        }
      }
    }
  }

  /**
   * Destroys the keys of those recordings that still stand in their slots. Pages first, table second, root third: the
   * root's replacement is the moment of erasure, and a cut before it leaves every key in place.
   */
  async destroy(victims: readonly Slot[]): Promise<void> {
    await this.flush();
    const touched = new Map<number, LoadedPage>();
    const old: Buffer[] = [];
    for (const { slot, id } of victims) {
      const page = await this.#pageOf(slot);
      if (!slots.holds(page.body, at(slot), id)) continue;
      if (!touched.has(page.page)) touched.set(page.page, { ...page, body: Buffer.from(page.body) });
      touched.get(page.page)?.body.fill(0, at(slot), at(slot) + SLOT_BYTES);
      old.push(page.body.subarray(at(slot), at(slot) + SLOT_BYTES));
    }
    if (touched.size === 0) return;
    const pageKeys = Buffer.from(this.#state.table.pageKeys);
    for (const page of touched.keys()) this.#around.chance(KEY_BYTES).copy(pageKeys, page * KEY_BYTES);
    const mirrorTable = await this.#rewrap(pageKeys, async (table) => {
      for (const page of touched.values()) await this.#write(page, table, nextGeneration(page.generation));
    });
    for (const page of touched.values()) {
      settle(page);
      this.#pages.keep(page);
    }
    for (const slot of old) slot.fill(0); // what memory held of them goes as well
    await mirrorTable();
    await this.#mirror([...touched.values()]);
  }

  /** Adds empty pages at the end, up to `pages` in all. The file has been extended already. */
  async grow(pages: number): Promise<void> {
    await this.flush();
    const before = this.pages;
    const pageKeys = Buffer.concat([this.#state.table.pageKeys, this.#around.chance((pages - before) * KEY_BYTES)]);
    const mirrorTable = await this.#rewrap(pageKeys, (table) =>
      writeEmptyPages(this.#file, this.#around, table, { from: before, to: pages }),
    );
    await mirrorTable();
  }

  /** Replaces the root for good by one that opens nothing: the end of everything. Its place is free again. */
  async efface(): Promise<void> {
    const generation = nextGeneration(this.#state.rootGeneration);
    await this.#around.effaceable.replace({ generation, key: this.#around.chance(KEY_BYTES) });
    await this.#around.effaceable.free();
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#around.effaceable.close();
  }

  /**
   * Pages under a new table, the table under a new root; the root's replacement makes it so. Returns what puts the new
   * table in place of the old one as well.
   */
  async #rewrap(
    pageKeys: Buffer,
    writePages: (table: KeyTableContents) => Promise<void>,
  ): Promise<() => Promise<void>> {
    const { chance, effaceable } = this.#around;
    const { table: before, tableCopy: copyBefore, rootGeneration: generationBefore } = this.#state;
    const table = { ...before, generation: nextGeneration(before.generation), pageKeys };
    const tableCopy = copyBefore === 0 ? 1 : 0;
    const rootGeneration = nextGeneration(generationBefore);
    const root = chance(KEY_BYTES);
    try {
      await writePages(table);
      await this.#file.write(tableAt(this.#around, tableCopy), encodeTable(table, root, chance(NONCE_BYTES)));
      await this.#file.sync();
      await effaceable.replace({ generation: rootGeneration, key: root });
    } catch (error) {
      this.#stale = true; // which root counts is only known once it can be read again
      this.#pages.clear();
      throw error;
    }
    this.#state = { table, tableCopy, rootGeneration };
    const mirror = { ...table, generation: mirrored(table.generation) };
    return () => this.#file.write(tableAt(this.#around, copyBefore), encodeTable(mirror, root, chance(NONCE_BYTES)));
  }

  /**
   * The pages' other copies, too, so that a flipped bit costs nothing. Not synced: until then the current copies are enough,
   * and what is overwritten no key opens any more.
   */
  async #mirror(pages: readonly LoadedPage[]): Promise<void> {
    for (const page of pages) await this.#write(page, this.#state.table, mirrored(page.generation));
  }

  #pageOf(slot: number): Promise<LoadedPage> {
    return this.#load(pageOf(slot));
  }

  async #load(page: number): Promise<LoadedPage> {
    await this.#refresh();
    return this.#pages.load(page);
  }

  /** After a failure it is read again which root counts. */
  async #refresh(): Promise<void> {
    if (!this.#stale) return;
    this.#state = await readState(this.#file, this.#around);
    this.#stale = false;
  }

  /** Writes `page` into the copy that is not current. It becomes current by `settle`. */
  async #write(page: LoadedPage, table: KeyTableContents, generation: number): Promise<void> {
    const { mark, chance } = this.#around;
    const contents = { mark, page: page.page, generation, body: page.body };
    const unit = encodePage(contents, pageKey(table, page.page), chance(NONCE_BYTES));
    await this.#file.write(pageAt(this.#around, page.page, page.copy === 0 ? 1 : 0), unit);
  }
}

function entriesIn({ page, body }: WalkedPage): KeyEntry[] {
  const entries: KeyEntry[] = [];
  for (let i = 0; i < KEYS_PER_PAGE; i += 1) {
    const slot = page * KEYS_PER_PAGE + i;
    if (!slots.isFree(body, at(slot))) entries.push(slots.read(body, at(slot), slot));
  }
  return entries;
}

const pageOf = (slot: number): number => Math.floor(slot / KEYS_PER_PAGE);

const at = (slot: number): number => (slot % KEYS_PER_PAGE) * SLOT_BYTES;

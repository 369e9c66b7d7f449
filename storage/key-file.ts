import { type Chance, type DiskFile, UNIT_BYTES } from './disk.js';
import type { EffaceableStore } from './effaceable.js';
import { StoreError } from './errors.js';
import { nextGeneration } from './generation.js';
import {
  decodePage,
  decodeTable,
  encodePage,
  generationOf,
  type KeyPageContents,
  type KeyTableContents,
  PAGE_BODY_BYTES,
  tableUnits,
} from './key-page.js';
import { KEY_BYTES, NONCE_BYTES } from './seal.js';

/** What the vault needs from outside. */
export interface VaultSurroundings {
  readonly effaceable: EffaceableStore;
  readonly chance: Chance;
  readonly mark: number;
  readonly pagesMax: number;
}

/** A page in memory: which of its two copies is current, and whether it has changed since it was written. */
export interface LoadedPage {
  readonly page: number;
  generation: number;
  copy: 0 | 1;
  body: Buffer;
  dirty: boolean;
}

/** What was found to count of table and root. */
export interface VaultState {
  readonly table: KeyTableContents;
  readonly tableCopy: 0 | 1;
  readonly rootGeneration: number;
}

/** Where a copy of the table stands in the file. */
export const tableAt = ({ pagesMax }: VaultSurroundings, copy: 0 | 1): number =>
  copy * tableUnits(pagesMax) * UNIT_BYTES;

export const pageAt = ({ pagesMax }: VaultSurroundings, page: number, copy: 0 | 1): number =>
  (2 * tableUnits(pagesMax) + 2 * page + copy) * UNIT_BYTES;

export const pageKey = (table: KeyTableContents, page: number): Buffer =>
  table.pageKeys.subarray(page * KEY_BYTES, (page + 1) * KEY_BYTES);

/** Throws `STORE_DAMAGED` where the root is gone or opens no table. */
export async function readState(
  file: DiskFile,
  { effaceable, mark, pagesMax }: VaultSurroundings,
): Promise<VaultState> {
  const root = await effaceable.read();
  if (!root) {
    const what = `${effaceable.where} does not hold this store's root key`;
    throw new StoreError('STORE_DAMAGED', `${what}: without it nothing in the store can be opened`);
  }
  const copyBytes = tableUnits(pagesMax) * UNIT_BYTES;
  const candidates: { table: KeyTableContents; tableCopy: 0 | 1 }[] = [];
  for (const tableCopy of [0, 1] as const) {
    const table = decodeTable(await file.read(tableCopy * copyBytes, copyBytes), mark, root.key);
    if (table) candidates.push({ table, tableCopy });
  }
  const newest = candidates.sort((a, b) => b.table.generation - a.table.generation)[0];
  if (!newest) throw new StoreError('STORE_DAMAGED', 'the root key opens neither copy of the key table');
  return { ...newest, rootGeneration: root.generation };
}

/** What a page was found to hold, and in which copy. */
export interface FoundPage {
  readonly contents: KeyPageContents;
  readonly copy: 0 | 1;
}

/** Bytes of both copies of `count` pages. */
export const copiesBytes = (count: number): number => 2 * count * UNIT_BYTES;

/**
 * What counts of each of `count` pages from `first` on, as the table is once they are read: of two copies the one with the
 * higher generation, or the one that can be opened; undefined where neither can. `into`: memory to read them into, free again
 * when it resolves.
 */
export async function readPages(
  file: DiskFile,
  around: VaultSurroundings,
  table: () => KeyTableContents,
  { first, count, into }: { readonly first: number; readonly count: number; readonly into: Buffer },
): Promise<(FoundPage | undefined)[]> {
  const units = await file.read(pageAt(around, first, 0), copiesBytes(count), into);
  return Array.from({ length: count }, (_, i) => {
    const page = first + i;
    const key = pageKey(table(), page);
    const copies = ([0, 1] as const).map((copy) => {
      const at = (2 * i + copy) * UNIT_BYTES;
      return { copy, unit: units.subarray(at, at + UNIT_BYTES) };
    });
    // What a header says of its generation counts only once the tag has held, which a key opens one copy sooner by looking first.
    copies.sort((a, b) => generationOf(b.unit) - generationOf(a.unit));
    for (const { copy, unit } of copies) {
      const contents = decodePage(unit, around.mark, page, key);
      if (contents) return { contents, copy };
    }
    return undefined;
  });
}

export async function writeEmptyPages(
  file: DiskFile,
  around: VaultSurroundings,
  table: KeyTableContents,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const { mark, chance } = around;
  for (let page = from; page < to; page += 1) {
    const contents = { mark, page, generation: 1, body: Buffer.alloc(PAGE_BODY_BYTES) };
    for (const copy of [0, 1] as const) {
      const unit = encodePage(contents, pageKey(table, page), chance(NONCE_BYTES));
      await file.write(pageAt(around, page, copy), unit);
    }
  }
}

/** What was written into the other copy is on the medium: it is the current one now. */
export function settle(page: LoadedPage): void {
  page.generation = nextGeneration(page.generation);
  page.copy = page.copy === 0 ? 1 : 0;
  page.dirty = false;
}

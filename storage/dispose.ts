import { type Disk, UNIT_BYTES } from './disk.js';
import { StoreError } from './errors.js';
import { STORE_FILES } from './format.js';
import type { ErasureRule } from './journal-entry.js';
import type { Store } from './store.js';

/** What remains of a store: a record that it is gone. */
export interface DisposalRecord {
  readonly storeId: string;
  readonly createdWallMs: number;
  readonly disposedWallMs: number;
  readonly capacityBytes: number;
  /** Recordings that were there, and were destroyed with it. */
  readonly destroyed: number;
  readonly heldAmongThem: number;
  readonly numbers: { readonly first: number; readonly last: number } | null;
  /** Recordings that had been erased before, by rule. */
  readonly erasedBefore: Readonly<Partial<Record<ErasureRule, number>>>;
  readonly rootKey: 'effaceable' | 'best-effort';
  readonly overwritten: readonly { readonly file: string; readonly bytes: number }[];
}

/** When it is done, and how far it goes. */
export interface DisposalOptions {
  /** UTC, for the record. */
  readonly wallMs: number;
  /** Holds stand in the way unless somebody says that they, too, are to go. */
  readonly evenHeld: boolean;
}

const CHUNK_BYTES = 1 << 20;

/**
 * Destroys everything beyond recovery: the root is replaced first, so that from then on nothing opens; then every byte of every file
 * is overwritten, synced and removed. Cut anywhere after the first step, the store is gone and the rest can be done again.
 * Throws `HOLDS_REMAIN`. The store is closed.
 */
export async function disposeStore(store: Store, disk: Disk, options: DisposalOptions): Promise<DisposalRecord> {
  const record = await store.inspect(async ({ parts, lastNumber }) => {
    const { superblock, index, vault } = parts;
    let [destroyed, heldAmongThem] = [0, 0];
    for await (const [, row] of index.rows()) {
      destroyed += 1;
      if (row?.hold) heldAmongThem += 1;
    }
    if (heldAmongThem > 0 && !options.evenHeld) {
      throw new StoreError('HOLDS_REMAIN', `${heldAmongThem} recordings are held`);
    }
    const erasedBefore: Partial<Record<ErasureRule, number>> = {};
    const add = (rule: ErasureRule, count: number): void => {
      erasedBefore[rule] = (erasedBefore[rule] ?? 0) + count;
    };
    for await (const entry of index.tombstones()) {
      if (entry.t === 'erased') add(entry.rule, 1);
      else for (const [rule, count] of Object.entries(entry.byRule)) add(rule as ErasureRule, count);
    }
    await vault.efface();
    return {
      storeId: superblock.id,
      createdWallMs: superblock.createdWallMs,
      disposedWallMs: options.wallMs,
      capacityBytes: superblock.capacityBytes,
      destroyed,
      heldAmongThem,
      numbers: lastNumber > 0 ? { first: 1, last: lastNumber } : null,
      erasedBefore,
      rootKey: vault.assurance,
    };
  });
  await store.close();
  const overwritten: { file: string; bytes: number }[] = [];
  for (const name of STORE_FILES) {
    if (!(await disk.exists(name))) continue;
    overwritten.push({ file: name, bytes: await overwrite(disk, name) });
    await disk.remove(name);
  }
  await disk.syncDirectory();
  return { ...record, overwritten };
}

async function overwrite(disk: Disk, name: string): Promise<number> {
  const file = await disk.open(name);
  const zeros = Buffer.alloc(Math.max(UNIT_BYTES, Math.min(CHUNK_BYTES, file.sizeBytes)));
  for (let at = 0; at < file.sizeBytes; at += zeros.length) {
    await file.write(at, zeros.subarray(0, Math.min(zeros.length, file.sizeBytes - at)));
  }
  await file.sync();
  await file.close();
  return file.sizeBytes;
}

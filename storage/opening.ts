import type { Chance, Disk } from './disk.js';
import { StoreError, storeErrorOf } from './errors.js';
import { clearHead, freeAhead } from './head.js';
import { Index } from './index.js';
import type { OrderedMap } from './index-port.js';
import { Journal } from './journal.js';
import { KeyVault } from './key-vault.js';
import type { StoreParts } from './parts.js';
import { recover } from './recovery.js';
import { Ring } from './ring.js';
import { openRoot } from './root.js';
import { StoreState } from './state.js';
import { indexBytesMax, markOf, readSuperblock } from './superblock.js';
import { takeOver } from './take-over.js';

export interface OpenOptions {
  readonly disk: Disk;
  /** Called once the superblock has been read, with what the index grows to at most; the map is the store's to close. */
  readonly openMap: (indexBytes: number) => Promise<OrderedMap>;
  readonly chance: Chance;
  readonly wall: () => number;
  readonly rebuildIndex?: boolean;
}

export interface Opened {
  readonly state: StoreState;
  readonly rebuilt: boolean;
}

/**
 * Opens every part and brings the index up to ring and journal. `before`: what the same store knew before its medium failed; recordings
 * in progress go on, and another store in its place is refused with `STORE_MISSING`, untouched. What was opened is closed on failure.
 */
export async function openState(options: OpenOptions, before?: StoreState): Promise<Opened> {
  const { disk, openMap, chance, wall } = options;
  const superblock = await readSuperblock(disk).catch((error: unknown) => {
    throw storeErrorOf(error, 'STORE_DAMAGED', 'the store cannot be opened');
  });
  const known = before?.parts.superblock.id ?? superblock.id;
  if (superblock.id !== known)
    throw new StoreError('STORE_MISSING', `store ${superblock.id} stands where ${known} was: put the old medium back`);
  const mark = markOf(superblock);
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const index = new Index(await openMap(indexBytesMax(superblock)));
  try {
    const effaceable = keep(await openRoot(disk, mark));
    const around = { effaceable, chance, mark, pagesMax: superblock.keyPagesMax };
    const vault = await KeyVault.open(disk, around);
    opened[0] = vault; // which closes the root's place too
    const journal = keep(await Journal.open(disk, superblock, mark));
    const ring = keep(await Ring.open(disk, superblock));
    const parts: StoreParts = { disk, superblock, ring, vault, journal, index, chance, wall };
    const recovered = await recover(parts, { rebuild: options.rebuildIndex ?? false });
    const state = new StoreState(parts, recovered);
    if (before) await takeOver(state, before);
    await clearHead(state)
      .then(() => freeAhead(state))
      .catch((error: unknown) => {
        throw storeErrorOf(error, 'STORE_WRITE_FAILED', 'the medium failed');
      });
    return { state, rebuilt: recovered.rebuilt };
  } catch (error) {
    for (const part of [...opened, index]) await part.close().catch(() => undefined);
    throw storeErrorOf(error, 'STORE_DAMAGED', 'the store cannot be opened');
  }
}

/** Lets every file go. Never rejects: what a dead medium refuses is let go all the same. */
export async function closeParts({ ring, vault, journal, index }: StoreParts): Promise<void> {
  for (const part of [ring, vault, journal, index]) await part.close().catch(() => undefined);
}

import { type Chance, type Disk, UNIT_BYTES } from './disk.js';
import { StoreError } from './errors.js';
import { JOURNAL_FILE, Journal } from './journal.js';
import { KEYS_FILE, KeyVault } from './key-vault.js';
import { RING_FILE } from './ring.js';
import { blankChip, createRoot, ROOT_FILE, requireRoot, rootChip } from './root.js';
import {
  encodeSuperblock,
  type Layout,
  layoutFor,
  markOf,
  STORE_VERSION,
  SUPERBLOCK,
  type Superblock,
} from './superblock.js';

/** Stands beside a store's files until all is made, or moved here: what there is before holds nothing of its own. */
const FORMATTING = 'formatting';
const FORMATTING_SAYS = 'kikitome: a store is being made here, and is not whole yet\n';

export const STORE_FILES = [SUPERBLOCK, ROOT_FILE, KEYS_FILE, JOURNAL_FILE, RING_FILE] as const;
/** What `max` leaves to the file system and to whoever else lives there. */
const HEADROOM_SHARE = 0.03;
const HEADROOM_MIN_BYTES = 64 << 20;

export interface FormatOptions {
  readonly capacityBytes: number | 'max';
  /** What `max` leaves at least, or half of what is free, where others need room beside the store. */
  readonly leaveBytes?: number;
  /** Destroys what a store in this folder holds, keys first. */
  readonly eraseEverything: boolean;
  readonly chance: Chance;
  /** A chip that is to hold the root key; a file does where none is named. */
  readonly rootChip?: string | undefined;
  /** For a store that another one is moved to: it stays the same store. */
  readonly id?: string;
  readonly wallMs: number;
}

/** Bytes of ring that hold recordings once the head and its free successor are taken off. */
export const usableRingBytes = ({ segments, segmentUnits }: Pick<Layout, 'segments' | 'segmentUnits'>): number =>
  (segments - 2) * segmentUnits * UNIT_BYTES;

/** Says on the medium, before anything else is there, that a store is being made: should the power be cut, the next format may begin again. */
export async function beginFormat(disk: Disk): Promise<void> {
  if (await isFormatting(disk)) return;
  await disk.remove(FORMATTING);
  const unit = Buffer.alloc(UNIT_BYTES);
  unit.write(FORMATTING_SAYS);
  const file = await disk.create(FORMATTING, UNIT_BYTES);
  try {
    await file.write(0, unit);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.syncDirectory();
}

/** The store is whole, or none of it is there. */
export async function endFormat(disk: Disk): Promise<void> {
  await disk.remove(FORMATTING);
  await disk.syncDirectory();
}

/** Whether a format, or a move to here, was begun and never ended. */
export async function isFormatting(disk: Disk): Promise<boolean> {
  if (!(await disk.exists(FORMATTING))) return false;
  const file = await disk.open(FORMATTING);
  try {
    const says = await file.read(0, Math.min(file.sizeBytes, FORMATTING_SAYS.length));
    return says.toString('latin1') === FORMATTING_SAYS;
  } finally {
    await file.close();
  }
}

/**
 * Makes a store: every byte it will ever use is allocated and written. The superblock comes last, so a format that was cut
 * leaves no store, and one that failed leaves nothing; `endFormat` is the caller's, once all is made. Throws `STORE_EXISTS`, `CAPACITY_TOO_SMALL`, `CAPACITY_TOO_LARGE`, `ROOT_CHIP_*`.
 */
export async function formatStore(disk: Disk, options: FormatOptions): Promise<Superblock> {
  const { chance, wallMs, leaveBytes = 0 } = options;
  const occupied = await disk.exists(SUPERBLOCK);
  if (occupied && !options.eraseEverything) throw new StoreError('STORE_EXISTS', 'this folder already holds a store');
  const freeBytes = (await disk.freeBytes()) + (await occupiedBytes(disk));
  const spareBytes = Math.max(HEADROOM_MIN_BYTES, freeBytes * HEADROOM_SHARE, Math.min(leaveBytes, freeBytes / 2));
  const capacityBytes = options.capacityBytes === 'max' ? freeBytes - spareBytes : options.capacityBytes;
  const layout = layoutFor(Math.floor(capacityBytes));
  if (capacityBytes > freeBytes) {
    const [asked, free] = [capacityBytes, freeBytes].map((bytes) => `${Math.floor(bytes / 2 ** 20)} MiB`);
    throw new StoreError('CAPACITY_TOO_LARGE', `${asked} asked for, the medium has ${free} free`);
  }
  await requireRoot(disk, options.rootChip, occupied);
  // From here on the store that was here is gone: a cut, or a failure, leaves a format that the next one begins again.
  if (occupied) await beginFormat(disk);
  await removeStore(disk);
  const id = options.id ?? chance(16).toString('hex');
  const { keyPages, ...sizes } = layout;
  const superblock: Superblock = {
    magic: 'kikitome-store',
    version: STORE_VERSION,
    revision: 1,
    id,
    createdWallMs: Math.floor(wallMs),
    ...sizes,
    grown: [],
  };
  try {
    await layOut(disk, superblock, keyPages, options);
    return superblock;
  } catch (error) {
    // The medium filled up, or refused: a second try must find what the first one found.
    // A chip that cannot even be blanked holds at most a key that has sealed nothing.
    await removeStore(disk).catch(() => removeFiles(disk).catch(() => undefined));
    throw error;
  }
}

async function layOut(disk: Disk, superblock: Superblock, keyPages: number, options: FormatOptions): Promise<void> {
  const { chance } = options;
  const mark = markOf(superblock);
  const effaceable = await createRoot(disk, mark, options.rootChip);
  try {
    await KeyVault.format(disk, keyPages, { effaceable, chance, mark, pagesMax: superblock.keyPagesMax });
  } finally {
    await effaceable.close();
  }
  await Journal.format(disk, superblock, mark);
  await (await disk.create(RING_FILE, superblock.segments * superblock.segmentUnits * UNIT_BYTES)).close();
  await disk.syncDirectory();
  const file = await disk.create(SUPERBLOCK, 2 * UNIT_BYTES);
  await file.write(0, encodeSuperblock(superblock));
  await file.write(UNIT_BYTES, encodeSuperblock(superblock));
  await file.sync();
  await file.close();
  await disk.syncDirectory();
}

/** Takes a store away. The root key is overwritten before any name goes: a cut in between leaves nothing that opens. */
export async function removeStore(disk: Disk): Promise<void> {
  if (await disk.exists(ROOT_FILE)) {
    const chip = await rootChip(disk);
    if (chip !== undefined) await blankChip(disk, chip);
    const root = await disk.open(ROOT_FILE);
    await root.write(0, Buffer.alloc(root.sizeBytes));
    await root.sync();
    await root.close();
  }
  await removeFiles(disk);
}

async function removeFiles(disk: Disk): Promise<void> {
  for (const name of STORE_FILES) await disk.remove(name);
  await disk.syncDirectory();
}

async function occupiedBytes(disk: Disk): Promise<number> {
  let bytes = 0;
  for (const name of STORE_FILES) {
    if (!(await disk.exists(name))) continue;
    const file = await disk.open(name);
    bytes += file.sizeBytes;
    await file.close();
  }
  return bytes;
}

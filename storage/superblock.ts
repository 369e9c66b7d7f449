import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { type Disk, type DiskFile, UNIT_BYTES } from './disk.js';
import { StoreError } from './errors.js';

export const STORE_VERSION = 1;
export const SUPERBLOCK = 'superblock';
const MAGIC = 'kikitome-store';

const count = z.int().positive();
const schema = z.strictObject({
  magic: z.literal(MAGIC),
  version: z.literal(STORE_VERSION),
  revision: count,
  id: z.string().regex(/^[0-9a-f]{32}$/),
  createdWallMs: z.int(),
  capacityBytes: count,
  segmentUnits: count,
  segments: count,
  /** Earlier sizes of a ring that has grown: up to and including segment serial `serial` it had `segments` of them. */
  grown: z.array(z.strictObject({ serial: count, segments: count })),
  keyPagesMax: count,
  journalPages: count,
});

/** What the store is. Sizes in units of 4,096 bytes where the name says so. */
export type Superblock = z.infer<typeof schema>;

/** First four bytes of the store id: stands in every block, so that another medium's blocks are told apart. */
export const markOf = (superblock: Superblock): number => Number.parseInt(superblock.id.slice(0, 8), 16);

const MIB = 1 << 20;
const SEGMENT_MIN_BYTES = MIB / 4;
const SEGMENT_MAX_BYTES = 8 * MIB;
const SEGMENTS_WANTED = 64;
/** The head, its free successor, and two that hold recordings. */
const SEGMENTS_MIN = 4;
const JOURNAL_AREA_MIN_BYTES = 128 * 1024;
const JOURNAL_AREA_MAX_BYTES = 16 * MIB;
const JOURNAL_SHARE = 64;
/** One key for this much ring: 8 s at 32 kbit/s. */
const RING_BYTES_PER_KEY = 32 * 1024;
export const KEYS_PER_PAGE = 67;
/** LevelDB's logs and tables in flight, and rows with their indexes for each recording. */
const INDEX_BASE_BYTES = 2 * MIB;
const INDEX_BYTES_PER_KEY = 1024;

export type Layout = Pick<
  Superblock,
  'capacityBytes' | 'segmentUnits' | 'segments' | 'keyPagesMax' | 'journalPages'
> & {
  readonly keyPages: number;
};

/** A store may grow to this many times its size without being moved: the table of page keys has room for it. */
const GROWTH_MAX = 8;

const keyPagesFor = (ringBytes: number): number => Math.ceil(ringBytes / RING_BYTES_PER_KEY / KEYS_PER_PAGE);

/** What the index grows to at most: the one part that is not as large as it will ever be. */
export const indexBytesMax = ({ segments, segmentUnits }: Pick<Layout, 'segments' | 'segmentUnits'>): number =>
  INDEX_BASE_BYTES + Math.ceil((segments * segmentUnits * UNIT_BYTES) / RING_BYTES_PER_KEY) * INDEX_BYTES_PER_KEY;

/** How `capacityBytes` of medium are divided. Throws `CAPACITY_TOO_SMALL` where no ring fits. */
export function layoutFor(capacityBytes: number): Layout {
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, capacityBytes / SEGMENTS_WANTED)));
  const segmentBytes = Math.min(SEGMENT_MAX_BYTES, Math.max(SEGMENT_MIN_BYTES, wanted));
  const journalBytes = Math.min(
    JOURNAL_AREA_MAX_BYTES,
    Math.max(JOURNAL_AREA_MIN_BYTES, capacityBytes / JOURNAL_SHARE),
  );
  const journalPages = Math.floor(journalBytes / UNIT_BYTES);
  const fixed = fixedBytes(journalPages);
  const perRingByte = 1 + BYTES_PER_KEY / RING_BYTES_PER_KEY;
  const ringBytes = (capacityBytes - fixed) / perRingByte;
  const segments = Math.floor(ringBytes / segmentBytes);
  if (segments < SEGMENTS_MIN) {
    const least = fixed + SEGMENTS_MIN * segmentBytes * perRingByte;
    throw new StoreError(
      'CAPACITY_TOO_SMALL',
      `${Math.floor(capacityBytes)} bytes hold no ring; the smallest store is ${Math.ceil(least / MIB)} MiB`,
    );
  }
  const keyPages = keyPagesFor(segments * segmentBytes);
  const keyPagesMax = keyPages * GROWTH_MAX;
  return { capacityBytes, segmentUnits: segmentBytes / UNIT_BYTES, segments, keyPages, keyPagesMax, journalPages };
}

/** Sizes of `superblock`'s store within `capacityBytes`: segments stay as long as they are. */
export function layoutGrownTo(superblock: Superblock, capacityBytes: number): Pick<Layout, 'segments' | 'keyPages'> {
  const { segmentUnits, journalPages, keyPagesMax } = superblock;
  const segmentBytes = segmentUnits * UNIT_BYTES;
  const ringBytes = (capacityBytes - fixedBytes(journalPages)) / (1 + BYTES_PER_KEY / RING_BYTES_PER_KEY);
  const segments = Math.floor(ringBytes / segmentBytes);
  return { segments, keyPages: Math.min(keyPagesMax, keyPagesFor(segments * segmentBytes)) };
}

/** What a store takes whatever the size of its ring. */
const fixedBytes = (journalPages: number): number => INDEX_BASE_BYTES + 2 * journalPages * UNIT_BYTES + 16 * UNIT_BYTES;

/** What each key takes in vault, table and index. */
const BYTES_PER_KEY = INDEX_BYTES_PER_KEY + (2 * UNIT_BYTES) / KEYS_PER_PAGE + (GROWTH_MAX * 64) / KEYS_PER_PAGE;

/** Puts a new revision in place of both copies, one after the other. */
export async function writeSuperblock(disk: Disk, superblock: Superblock): Promise<void> {
  const file = await disk.open(SUPERBLOCK);
  try {
    for (const copy of [0, 1]) {
      await file.write(copy * UNIT_BYTES, encodeSuperblock(superblock));
      await file.sync();
    }
  } finally {
    await file.close();
  }
}

export function encodeSuperblock(superblock: Superblock): Buffer {
  const line = JSON.stringify(superblock);
  const bytes = Buffer.alloc(UNIT_BYTES);
  bytes.write(`${line}\n${crc32(line).toString(16).padStart(8, '0')}\n`);
  return bytes;
}

type Decoded = { superblock: Superblock } | { version: unknown } | undefined;

function decodeSuperblock(bytes: Buffer): Decoded {
  const [line = '', sum] = bytes.toString('utf8').split('\n', 2);
  if (sum !== crc32(line).toString(16).padStart(8, '0')) return undefined;
  const value: unknown = JSON.parse(line);
  const parsed = schema.safeParse(value);
  if (parsed.success) return { superblock: parsed.data };
  return { version: (value as { version?: unknown }).version };
}

/** Throws `STORE_MISSING`, `STORE_VERSION` or `STORE_DAMAGED`. */
export async function readSuperblock(disk: Disk): Promise<Superblock> {
  if (!(await disk.exists(SUPERBLOCK))) throw new StoreError('STORE_MISSING', 'there is no store in this folder');
  const file = await disk.open(SUPERBLOCK);
  try {
    return await readCopies(file);
  } finally {
    await file.close();
  }
}

async function readCopies(file: DiskFile): Promise<Superblock> {
  const copies: Decoded[] = [];
  for (let at = 0; at + UNIT_BYTES <= Math.min(file.sizeBytes, 2 * UNIT_BYTES); at += UNIT_BYTES) {
    copies.push(decodeSuperblock(await file.read(at, UNIT_BYTES)));
  }
  const valid = copies.flatMap((copy) => (copy && 'superblock' in copy ? [copy.superblock] : []));
  const newest = valid.sort((a, b) => b.revision - a.revision)[0];
  if (newest) return newest;
  const other = copies.find((copy) => copy && 'version' in copy);
  if (other && 'version' in other && other.version !== STORE_VERSION) {
    throw new StoreError(
      'STORE_VERSION',
      `the store is of version ${String(other.version)}, this program reads version ${STORE_VERSION}`,
    );
  }
  throw new StoreError('STORE_DAMAGED', 'neither copy of the superblock can be read');
}

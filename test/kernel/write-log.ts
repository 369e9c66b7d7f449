import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Chance } from '../support/chance.js';

/**
 * What a disk was told to do, in order: QEMU's `blklogwrites`, which writes the format of the kernel's dm-log-writes. A
 * superblock in sector 0, then for each entry a sector of its own and the sectors it wrote. All numbers are little-endian.
 */
const MAGIC = 0x6a736677736872n;
const VERSION = 1n;
const FLUSH = 1;
const FUA = 2;
const DISCARD = 4;
/** What a disk writes whole or not at all. */
export const SECTOR_BYTES = 512;
/**
 * The file system's own superblock is in the first of these sectors. It is not torn: half of one is no file system any more, whoever
 * uses it (Linux 6.1 reads it before its journal, and its checksum spans two sectors).
 */
const SUPERBLOCK_SECTORS = 8;

export interface Write {
  readonly kind: 'write';
  readonly sector: number;
  readonly bytes: Buffer;
  /** On the medium once it is done, whatever is flushed. */
  readonly lasting: boolean;
}

/** A flush is logged when it is done: what was logged before it is on the medium. A discard promises nothing. */
export type Entry = Write | { readonly kind: 'flush' } | { readonly kind: 'discard' };

/** Up to the last flush. Throws where it is no such log. */
export function readWriteLog(file: string): Entry[] {
  const log = readFileSync(file);
  assert.equal(log.readBigUInt64LE(0), MAGIC, `${file}: no write log`);
  assert.equal(log.readBigUInt64LE(8), VERSION, `${file}: its version`);
  const count = Number(log.readBigUInt64LE(16));
  assert.equal(log.readUInt32LE(24), SECTOR_BYTES, `${file}: its sectors`);
  const entries: Entry[] = [];
  let at = SECTOR_BYTES;
  for (let i = 0; i < count; i += 1) {
    const [sector, sectors, flags] = [0, 8, 16].map((field) => Number(log.readBigUInt64LE(at + field)));
    at += SECTOR_BYTES;
    assert.ok(
      sector !== undefined && sectors !== undefined && flags !== undefined && flags <= 7,
      `${file}: entry ${i}`,
    );
    if ((flags & DISCARD) !== 0) {
      entries.push({ kind: 'discard' });
      continue;
    }
    const bytes = log.subarray(at, at + sectors * SECTOR_BYTES);
    at += bytes.length;
    assert.equal(bytes.length, sectors * SECTOR_BYTES, `${file}: entry ${i} is cut short`);
    if (sectors > 0) entries.push({ kind: 'write', sector, bytes, lasting: (flags & FUA) !== 0 });
    if ((flags & FLUSH) !== 0) entries.push({ kind: 'flush' });
  }
  return entries;
}

export function put(disk: Buffer, { sector, bytes }: Write): void {
  bytes.copy(disk, sector * SECTOR_BYTES);
}

/** How much of what is not flushed yet a disk has when the power goes. */
export type Left = 'nothing' | 'some' | 'the last alone' | 'all but one';

/**
 * What a disk may hold when the power goes: `flushed`, and of what came after it whatever the dice say, each sector by itself.
 * A later write to the same place does not come before an earlier one, for a disk keeps one of each in its cache; else the order is any.
 */
export function afterCut(flushed: Buffer, pending: readonly Write[], left: Left, chance: Chance): Buffer {
  const disk = Buffer.from(flushed);
  const share = chance.pick([0.1, 0.5, 0.9]);
  const odd = left === 'the last alone' ? pending.length - 1 : chance.integer(0, Math.max(0, pending.length - 1));
  for (const [i, write] of pending.entries()) {
    const torn = left === 'some' && write.sector >= SUPERBLOCK_SECTORS && !write.lasting && chance.happens(0.3);
    const there =
      write.lasting ||
      (left === 'the last alone' && i === odd) ||
      (left === 'all but one' && i !== odd) ||
      (left === 'some' && chance.happens(share));
    if (torn) {
      for (let from = 0; from < write.bytes.length; from += SECTOR_BYTES) {
        if (!chance.happens(0.5)) continue;
        write.bytes.copy(disk, write.sector * SECTOR_BYTES + from, from, from + SECTOR_BYTES);
      }
    } else if (there) put(disk, write);
  }
  return disk;
}

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { UNIT_BYTES } from './disk.js';

const MAGIC = 0x314a544b; // "KTJ1"
const HEADER_BYTES = 56;
const CRC_AT = 20;
const HASH_AT = 24;
export const HASH_BYTES = 32;
export const PAGE_TEXT_BYTES = UNIT_BYTES - HEADER_BYTES;

export interface JournalPage {
  readonly serial: number;
  readonly snapshotBegins: boolean;
  readonly snapshotEnds: boolean;
  /** Written in one go with the page before it. */
  readonly continues: boolean;
  /** SHA-256 of the page with the serial before; zeros for the very first. */
  readonly previousHash: Buffer;
  readonly lines: readonly string[];
}

export function encodeJournalPage(page: JournalPage, mark: number): Buffer {
  const text = Buffer.from(page.lines.map((line) => `${line}\n`).join(''));
  if (text.length > PAGE_TEXT_BYTES) throw new RangeError(`a journal page of ${text.length} bytes`);
  const unit = Buffer.alloc(UNIT_BYTES);
  unit.writeUInt32LE(MAGIC, 0);
  unit.writeUInt32LE(mark, 4);
  unit.writeBigUInt64LE(BigInt(page.serial), 8);
  unit[16] = (page.snapshotBegins ? 1 : 0) | (page.snapshotEnds ? 2 : 0) | (page.continues ? 4 : 0);
  unit.writeUInt16LE(text.length, 18);
  page.previousHash.copy(unit, HASH_AT);
  text.copy(unit, HEADER_BYTES);
  unit.writeUInt32LE(crc32(unit), CRC_AT);
  return unit;
}

/** Undefined where no whole page of this store stands. */
export function decodeJournalPage(unit: Buffer, mark: number): JournalPage | undefined {
  if (unit.readUInt32LE(0) !== MAGIC || unit.readUInt32LE(4) !== mark) return undefined;
  const crc = unit.readUInt32LE(CRC_AT);
  const bare = Buffer.from(unit);
  bare.writeUInt32LE(0, CRC_AT);
  if (crc32(bare) !== crc) return undefined;
  const flags = unit[16] ?? 0;
  const used = unit.readUInt16LE(18);
  return {
    serial: Number(unit.readBigUInt64LE(8)),
    snapshotBegins: (flags & 1) !== 0,
    snapshotEnds: (flags & 2) !== 0,
    continues: (flags & 4) !== 0,
    previousHash: Buffer.from(unit.subarray(HASH_AT, HASH_AT + HASH_BYTES)),
    lines: unit
      .toString('utf8', HEADER_BYTES, HEADER_BYTES + used)
      .split('\n')
      .filter((line) => line !== ''),
  };
}

export const hashOfPage = (unit: Uint8Array): Buffer => createHash('sha256').update(unit).digest();

/** Packs lines into pages, in order. Throws `RangeError` for a line that no page holds. */
export function packLines(lines: readonly string[]): string[][] {
  const pages: string[][] = [[]];
  let used = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > PAGE_TEXT_BYTES) throw new RangeError(`a journal entry of ${bytes} bytes`);
    if (used + bytes > PAGE_TEXT_BYTES) {
      pages.push([]);
      used = 0;
    }
    pages.at(-1)?.push(line);
    used += bytes;
  }
  return pages;
}

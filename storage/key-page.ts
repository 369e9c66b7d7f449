import { crc32 } from 'node:zlib';
import { UNIT_BYTES } from './disk.js';
import { ID_BYTES } from './recording-id.js';
import { KEY_BYTES, NONCE_BYTES, seal, TAG_BYTES, unseal } from './seal.js';
import { KEYS_PER_PAGE } from './superblock.js';

const PAGE_MAGIC = 0x3150544b; // "KTP1"
const TABLE_MAGIC = 0x3154544b; // "KTT1"
const PAGE_HEADER_BYTES = 32;
const PAGE_ASSOCIATED_BYTES = 20;
const TABLE_HEADER_BYTES = 48;
const TABLE_ASSOCIATED_BYTES = 16;
/** Recording id, its number, the other party's number (16 BCD digits, F behind the last), key. */
export const SLOT_BYTES = ID_BYTES + 4 + 8 + KEY_BYTES;
export const SLOT_NUMBER_AT = ID_BYTES;
export const SLOT_PARTY_AT = ID_BYTES + 4;
export const SLOT_KEY_AT = ID_BYTES + 12;
export const PAGE_BODY_BYTES = KEYS_PER_PAGE * SLOT_BYTES;

/** Units one copy of the table takes for `pages` pages. */
export const tableUnits = (pages: number): number =>
  Math.ceil((TABLE_HEADER_BYTES + TAG_BYTES + pages * KEY_BYTES) / UNIT_BYTES);

export interface KeyPageContents {
  readonly mark: number;
  readonly page: number;
  readonly generation: number;
  /** `PAGE_BODY_BYTES`: slots; an all-zero id is a free one. */
  readonly body: Buffer;
}

export function encodePage(contents: KeyPageContents, pageKey: Uint8Array, nonce: Uint8Array): Buffer {
  const unit = Buffer.alloc(UNIT_BYTES);
  unit.writeUInt32LE(PAGE_MAGIC, 0);
  unit.writeUInt32LE(contents.mark, 4);
  unit.writeUInt32LE(contents.page, 8);
  unit.writeBigUInt64LE(BigInt(contents.generation), 12);
  unit.set(nonce, PAGE_ASSOCIATED_BYTES);
  seal(pageKey, nonce, unit.subarray(0, PAGE_ASSOCIATED_BYTES), contents.body).copy(unit, PAGE_HEADER_BYTES);
  return unit;
}

/** What a copy's header says, before its tag has been looked at. */
export const generationOf = (unit: Buffer): number => Number(unit.readBigUInt64LE(12));

/** Undefined where the copy is torn, another page's, or sealed under another page key (an erased past). */
export function decodePage(unit: Buffer, mark: number, page: number, pageKey: Uint8Array): KeyPageContents | undefined {
  if (unit.readUInt32LE(0) !== PAGE_MAGIC || unit.readUInt32LE(4) !== mark || unit.readUInt32LE(8) !== page) {
    return undefined;
  }
  const nonce = unit.subarray(PAGE_ASSOCIATED_BYTES, PAGE_HEADER_BYTES);
  const sealed = unit.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + PAGE_BODY_BYTES + TAG_BYTES);
  const body = unseal(pageKey, nonce, unit.subarray(0, PAGE_ASSOCIATED_BYTES), sealed);
  return body && { mark, page, generation: generationOf(unit), body };
}

export interface KeyTableContents {
  readonly mark: number;
  readonly generation: number;
  /** 32 bytes of page key for each page. */
  readonly pageKeys: Buffer;
}

export function encodeTable(contents: KeyTableContents, rootKey: Uint8Array, nonce: Uint8Array): Buffer {
  const pages = contents.pageKeys.length / KEY_BYTES;
  const bytes = Buffer.alloc(tableUnits(pages) * UNIT_BYTES);
  bytes.writeUInt32LE(TABLE_MAGIC, 0);
  bytes.writeUInt32LE(contents.mark, 4);
  bytes.writeBigUInt64LE(BigInt(contents.generation), 8);
  bytes.set(nonce, 16);
  bytes.writeUInt32LE(pages, 16 + NONCE_BYTES);
  const sealed = seal(rootKey, nonce, bytes.subarray(0, TABLE_ASSOCIATED_BYTES), contents.pageKeys);
  bytes.writeUInt32LE(crc32(sealed), 32);
  sealed.copy(bytes, TABLE_HEADER_BYTES);
  return bytes;
}

/** Undefined where the copy is torn or sealed under another root (an erased past, or a replacement that was cut). */
export function decodeTable(bytes: Buffer, mark: number, rootKey: Uint8Array): KeyTableContents | undefined {
  if (bytes.readUInt32LE(0) !== TABLE_MAGIC || bytes.readUInt32LE(4) !== mark) return undefined;
  const pages = bytes.readUInt32LE(16 + NONCE_BYTES);
  if (TABLE_HEADER_BYTES + pages * KEY_BYTES + TAG_BYTES > bytes.length) return undefined;
  const sealed = bytes.subarray(TABLE_HEADER_BYTES, TABLE_HEADER_BYTES + pages * KEY_BYTES + TAG_BYTES);
  if (bytes.readUInt32LE(32) !== crc32(sealed)) return undefined;
  const nonce = bytes.subarray(16, 16 + NONCE_BYTES);
  const pageKeys = unseal(rootKey, nonce, bytes.subarray(0, TABLE_ASSOCIATED_BYTES), sealed);
  return pageKeys && { mark, generation: Number(bytes.readBigUInt64LE(8)), pageKeys };
}

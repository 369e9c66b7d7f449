import type { Chance } from './disk.js';

/** Globally unique, sortable by time: a ULID, 26 characters of Crockford's base 32. */
export type RecordingId = string & { readonly unit: 'recording-id' };

export const ID_BYTES = 16;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TEXT_LENGTH = 26;
const TIME_BYTES = 6;
const TIME_MAX = 2 ** (8 * TIME_BYTES) - 1;
const VALUES = new Uint8Array(128);
for (const [value, character] of [...ALPHABET].entries()) VALUES[character.charCodeAt(0)] = value;

/** 48 bits of `wallMs`, 80 bits of chance. */
export function newRecordingId(wallMs: number, chance: Chance): RecordingId {
  const bytes = Buffer.alloc(ID_BYTES);
  bytes.writeUIntBE(Math.min(TIME_MAX, Math.max(0, Math.floor(wallMs))), 0, TIME_BYTES);
  chance(ID_BYTES - TIME_BYTES).copy(bytes, TIME_BYTES);
  return idFromBytes(bytes);
}

/** The wall time that an id was made at. */
export const wallMsOf = (id: RecordingId): number => idToBytes(id).readUIntBE(0, TIME_BYTES);

/** 26 characters of 5 bits are 2 bits more than 16 bytes: those are zero, and in front. */
export function idToBytes(id: RecordingId): Buffer {
  const bytes = Buffer.alloc(ID_BYTES);
  let [value, bits, at] = [0, -2, 0];
  for (let i = 0; i < TEXT_LENGTH; i += 1) {
    value = ((value & 0xff) << 5) | (VALUES[id.charCodeAt(i) & 0x7f] ?? 0);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (value >> bits) & 0xff;
    at += 1;
  }
  return bytes;
}

export function idFromBytes(bytes: Uint8Array): RecordingId {
  let [text, value, bits] = ['', 0, 2];
  for (let at = 0; at < ID_BYTES; at += 1) {
    value = ((value & 0x1f) << 8) | (bytes[at] ?? 0);
    for (bits += 8; bits >= 5; ) {
      bits -= 5;
      text += ALPHABET[(value >> bits) & 31];
    }
  }
  return text as RecordingId;
}

/** Whether a text can be an id at all (lower case and Crockford's look-alikes are not accepted). */
export function isRecordingId(text: string): text is RecordingId {
  return text.length === TEXT_LENGTH && /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}

import type { Chance } from './disk.js';

/** Globally unique, sortable by time: a ULID, 26 characters of Crockford's base 32. */
export type RecordingId = string & { readonly unit: 'recording-id' };

export const ID_BYTES = 16;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TEXT_LENGTH = 26;
const CHANCE_BITS = 80n;
const TIME_MASK = (1n << 48n) - 1n;

/** 48 bits of `wallMs`, 80 bits of chance. */
export function newRecordingId(wallMs: number, chance: Chance): RecordingId {
  const time = BigInt(Math.max(0, Math.floor(wallMs))) & TIME_MASK;
  return idFromNumber((time << CHANCE_BITS) | BigInt(`0x${chance(10).toString('hex')}`));
}

export function idToBytes(id: RecordingId): Buffer {
  let value = 0n;
  for (const c of id) value = (value << 5n) | BigInt(ALPHABET.indexOf(c));
  return Buffer.from(value.toString(16).padStart(2 * ID_BYTES, '0'), 'hex');
}

export function idFromBytes(bytes: Uint8Array): RecordingId {
  return idFromNumber(BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}

/** Whether a text can be an id at all (lower case and Crockford's look-alikes are not accepted). */
export function isRecordingId(text: string): text is RecordingId {
  return text.length === TEXT_LENGTH && /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}

function idFromNumber(value: bigint): RecordingId {
  let text = '';
  for (let i = 0; i < TEXT_LENGTH; i += 1) text = ALPHABET[Number((value >> BigInt(5 * i)) & 31n)] + text;
  return text as RecordingId;
}

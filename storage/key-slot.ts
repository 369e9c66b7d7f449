import { SLOT_KEY_AT, SLOT_NUMBER_AT, SLOT_PARTY_AT } from './key-page.js';
import type { Party } from './party.js';
import { ID_BYTES, idFromBytes, idToBytes, type RecordingId } from './recording-id.js';
import { KEY_BYTES } from './seal.js';

/** One recording's entry in the vault: what makes it readable, and what it is found by. */
export interface KeyEntry {
  readonly slot: number;
  readonly id: RecordingId;
  readonly number: number;
  readonly party: Party;
  readonly key: Buffer;
}

export function isFree(body: Buffer, at: number): boolean {
  for (let i = at; i < at + ID_BYTES; i += 1) if (body[i] !== 0) return false;
  return true;
}

export const holds = (body: Buffer, at: number, id: RecordingId): boolean =>
  body.subarray(at, at + ID_BYTES).equals(idToBytes(id));

export function read(body: Buffer, at: number, slot: number): KeyEntry {
  return {
    slot,
    id: idFromBytes(body.subarray(at, at + ID_BYTES)),
    number: body.readUInt32LE(at + SLOT_NUMBER_AT),
    party: readParty(body, at),
    key: readKey(body, at),
  };
}

/** A copy: the page may change. */
export const readKey = (body: Buffer, at: number): Buffer =>
  Buffer.from(body.subarray(at + SLOT_KEY_AT, at + SLOT_KEY_AT + KEY_BYTES));

/** Hands over number and party without making an object of them. */
export function visitParty(
  body: Buffer,
  at: number,
  slot: number,
  visit: (slot: number, number: number, high: number, low: number) => void,
): void {
  const number = body.readUInt32LE(at + SLOT_NUMBER_AT);
  visit(slot, number, body.readUInt32LE(at + SLOT_PARTY_AT), body.readUInt32LE(at + SLOT_PARTY_AT + 4));
}

export function write(body: Buffer, at: number, { id, number, party, key }: KeyEntry): void {
  idToBytes(id).copy(body, at);
  body.writeUInt32LE(number, at + SLOT_NUMBER_AT);
  writeParty(body, at, party);
  key.copy(body, at + SLOT_KEY_AT);
}

export function writeParty(body: Buffer, at: number, { high, low }: Party): void {
  body.writeUInt32LE(high, at + SLOT_PARTY_AT);
  body.writeUInt32LE(low, at + SLOT_PARTY_AT + 4);
}

export const hasParty = (body: Buffer, at: number, { high, low }: Party): boolean =>
  body.readUInt32LE(at + SLOT_PARTY_AT) === high && body.readUInt32LE(at + SLOT_PARTY_AT + 4) === low;

const readParty = (body: Buffer, at: number): Party => ({
  high: body.readUInt32LE(at + SLOT_PARTY_AT),
  low: body.readUInt32LE(at + SLOT_PARTY_AT + 4),
});

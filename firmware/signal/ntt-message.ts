import { crcOctet, evenParity } from './crc.js';
import type { CallerIdMessage, SkippedField } from './events.js';
import { isNumber, isText, NOTHING, type Reading, readAbsence } from './message-fields.js';
import type { Octets } from './octets.js';

/** Control characters without parity (ISO 646), as the frame uses them [S]. */
const ETX = 0x03;
const DLE = 0x10;
/** DLE SOH 07 DLE STX with even parity: every frame begins so. */
const OPENING: readonly number[] = [0x90, 0x81, 0x87, 0x90, 0x82];

/** Services that carry the number of a caller: Number Display [S] and call waiting [?]. */
const SERVICE_CALLER_ID = 0x40;
export const SERVICE_CALL_WAITING = 0x41;

const FIELD_NUMBER = 0x02;
const FIELD_ABSENCE = 0x04;
const FIELD_NAME = 0x07;
const FIELD_NAME_ABSENCE = 0x08;
const FIELD_CALLED = 0x09;

/** The frame must begin within this many characters of the preamble. */
const START_WITHIN = 4;
/** Content is 255 octets at most, each perhaps doubled; then DLE ETX CRC CRC. */
const FRAME_MAX = 2 + 3 + 2 * 257 + 4;
/** Wrong bits forgiven in the opening when deciding whether this is such a frame at all. */
const HEADER_ERRORS_MAX = 8;

/** True when the characters look like the opening of such a frame, a few wrong bits notwithstanding. */
export function resemblesNtt(octets: Octets): boolean {
  for (let start = 0; start < START_WITHIN; start += 1) {
    let wrong = 0;
    for (let i = 0; i < OPENING.length; i += 1) {
      const octet = octets.at(start + i);
      if (octet < 0) return false;
      let difference = octet ^ (OPENING[i] as number);
      for (; difference > 0; difference &= difference - 1) wrong += 1;
    }
    if (wrong <= HEADER_ERRORS_MAX) return true;
  }
  return false;
}

/** Place of the DLE ETX that closes the frame, counted in characters, or -1. */
export function findNttEnd(octets: Octets): number {
  const start = findStart(octets);
  if (start < 0) return -1;
  for (let i = start + 5; i < octets.length - 1; i += 1) {
    if ((octets.at(i) & 0x7f) !== DLE) continue;
    if ((octets.at(i + 1) & 0x7f) === ETX) return i;
    i += 1;
  }
  return -1;
}

function findStart(octets: Octets): number {
  for (let start = 0; start < START_WITHIN; start += 1) {
    if (OPENING.every((octet, i) => octets.at(start + i) === octet)) return start;
  }
  return -1;
}

/** Reads an NTT Number Display frame: DLE SOH 07 DLE STX content DLE ETX CRC. Everything must be right. */
export function readNtt(octets: Octets): Reading<CallerIdMessage> {
  const start = findStart(octets);
  if (start < 0) return NOTHING;
  let crc = 0;
  for (let i = start + 2; i < start + 5; i += 1) crc = crcOctet(crc, octets.at(i));
  const content: number[] = [];
  let i = start + 5;
  for (;;) {
    if (i - start > FRAME_MAX) return NOTHING;
    const octet = octets.at(i);
    if (octet < 0) return { wants: i + Math.max(4, wantedContent(content) + 4) };
    if (!evenParity(octet)) return NOTHING;
    crc = crcOctet(crc, octet);
    i += 1;
    if ((octet & 0x7f) !== DLE) {
      content.push(octet & 0x7f);
      continue;
    }
    const second = octets.at(i);
    if (second < 0) return { wants: i + 3 };
    if (!evenParity(second)) return NOTHING;
    crc = crcOctet(crc, second);
    i += 1;
    if ((second & 0x7f) === ETX) break;
    if ((second & 0x7f) !== DLE) return NOTHING;
    content.push(DLE);
  }
  if (octets.at(i + 1) < 0) return { wants: i + 2 };
  if (octets.at(i) !== (crc & 0xff) || octets.at(i + 1) !== crc >>> 8) return NOTHING;
  const message = readContent(content);
  return message ? { message } : NOTHING;
}

/** Octets of content still to come, by the length octet, when that has been read. */
function wantedContent(content: readonly number[]): number {
  const length = content[1];
  return length === undefined ? 0 : Math.max(0, length + 2 - content.length);
}

/** Service, length, and fields that fill the length exactly; none that is known comes twice. */
function readContent(content: readonly number[]): CallerIdMessage | null {
  const [service, length] = content;
  if (service !== SERVICE_CALLER_ID && service !== SERVICE_CALL_WAITING) return null;
  if (length !== content.length - 2) return null;
  const message: { -readonly [K in keyof CallerIdMessage]: CallerIdMessage[K] } = { standard: 'ntt', service };
  const skipped: SkippedField[] = [];
  let at = 2;
  while (at < content.length) {
    const type = content[at] as number;
    const size = content[at + 1];
    if (size === undefined || at + 2 + size > content.length) return null;
    const text = String.fromCharCode(...content.slice(at + 2, at + 2 + size));
    at += 2 + size;
    if (type === FIELD_NUMBER) {
      if (!isNumber(text) || message.number !== undefined) return null;
      message.number = text;
    } else if (type === FIELD_ABSENCE) {
      const absence = readAbsence(text);
      if (!absence || message.absence !== undefined) return null;
      message.absence = absence;
    } else if (type === FIELD_CALLED) {
      if (!isNumber(text) || message.calledNumber !== undefined) return null;
      message.calledNumber = text;
    } else if (type === FIELD_NAME && isText(text)) {
      if (message.name !== undefined) return null;
      if (text.trim() !== '') message.name = text.trimEnd();
    } else if (type !== FIELD_NAME_ABSENCE) {
      skipped.push({ type, length: size });
    }
  }
  if (message.number !== undefined) delete message.absence;
  else if (message.absence === undefined) return null;
  return skipped.length > 0 ? { ...message, skipped } : message;
}

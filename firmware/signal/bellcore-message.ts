import type { CallerIdMessage, CallerIdStandard, SkippedField } from './events.js';
import { isDateTime, isNumber, isText, NOTHING, type Reading, readAbsence, textOf } from './message-fields.js';
import type { Octets } from './octets.js';

/** Message types (GR-30, EN 300 659) [S]. */
const SDMF = 0x04;
const MDMF = 0x80;

const FIELD_DATE_TIME = 0x01;
const FIELD_NUMBER = 0x02;
const FIELD_DIALABLE = 0x03;
const FIELD_ABSENCE = 0x04;
const FIELD_NAME = 0x07;
const FIELD_NAME_ABSENCE = 0x08;

/** The message must begin within this many characters of the preamble. */
const START_WITHIN = 3;
/** SDMF: date, then a number or one letter. */
const SDMF_MIN = 9;
const SDMF_MAX = 8 + 20;
/** MDMF: a letter in a field of its own is the shortest. */
const MDMF_MIN = 3;
/** Shortest number believed: eight checksum bits are weak, so little is believed without them. */
const NUMBER_MIN = 2;

/**
 * A character whose least clear bit is less clear than this may be wrong. Of 2800 messages at 0-6 dB SNR five were read
 * wrongly with the right sum; four of them had two such characters, and one right reading in ten at 3 dB (measured).
 */
const MARGIN_MIN = 0.24;

/** What an MDMF message is called on this modem: the fields of Bellcore and ETSI are the same. */
export type MdmfStandard = Extract<CallerIdStandard, 'bellcore-mdmf' | 'etsi'>;

/** True when a message of one of the known types seems to begin here, a wrong bit notwithstanding. */
export function resemblesBellcore(octets: Octets): boolean {
  for (let start = 0; start < START_WITHIN; start += 1) {
    const octet = octets.at(start);
    if (octet < 0) return false;
    // A wrong bit away from both, but also what a lost carrier sounds like.
    if (octet === 0 && octets.at(start + 1) === 0) continue;
    for (const type of [SDMF, MDMF]) {
      const difference = octet ^ type;
      if ((difference & (difference - 1)) === 0) return true;
    }
  }
  return false;
}

/** Reads an SDMF or MDMF message: type, length, body, checksum. Everything must be right. */
export function readBellcore(octets: Octets, mdmf: MdmfStandard): Reading<CallerIdMessage> {
  let wants = 0;
  for (let start = 0; start < START_WITHIN; start += 1) {
    const type = octets.at(start);
    const length = octets.at(start + 1);
    if (type !== SDMF && type !== MDMF) continue;
    if (length < 0) {
      wants = Math.max(wants, start + 12);
      continue;
    }
    if (type === SDMF ? length < SDMF_MIN || length > SDMF_MAX : length < MDMF_MIN) continue;
    const end = start + 2 + length;
    if (end >= octets.length) {
      wants = Math.max(wants, end + 1);
      continue;
    }
    let sum = 0;
    for (let i = start; i <= end; i += 1) sum += octets.at(i);
    if ((sum & 0xff) !== 0 || doubtful(octets, start, end)) continue;
    const message = type === SDMF ? readSdmf(octets, start + 2, end) : readMdmf(octets, start + 2, end, mdmf);
    if (message) return { message };
  }
  return wants > 0 ? { wants } : NOTHING;
}

/** True when two characters or more may be wrong: two errors can cancel out in the sum, one cannot. */
function doubtful(octets: Octets, from: number, to: number): boolean {
  let doubts = 0;
  for (let i = from; i <= to; i += 1) if ((octets.margin[i] as number) < MARGIN_MIN) doubts += 1;
  return doubts > 1;
}

function readSdmf(octets: Octets, from: number, to: number): CallerIdMessage | null {
  const dateTime = textOf(octets, from, from + 8, 0xff);
  const rest = textOf(octets, from + 8, to, 0xff);
  if (!isDateTime(dateTime)) return null;
  const absence = readAbsence(rest);
  if (absence) return { standard: 'bellcore-sdmf', dateTime, absence };
  return isNumber(rest) && rest.length >= NUMBER_MIN ? { standard: 'bellcore-sdmf', dateTime, number: rest } : null;
}

/** Fields that fill the body exactly; every known one valid, and there once. */
function readMdmf(octets: Octets, from: number, to: number, standard: MdmfStandard): CallerIdMessage | null {
  const message: { -readonly [K in keyof CallerIdMessage]: CallerIdMessage[K] } = { standard };
  const skipped: SkippedField[] = [];
  let dialable: string | undefined;
  let at = from;
  while (at < to) {
    const type = octets.at(at);
    const size = octets.at(at + 1);
    if (at + 1 >= to || at + 2 + size > to) return null;
    const text = textOf(octets, at + 2, at + 2 + size, 0xff);
    at += 2 + size;
    switch (type) {
      case FIELD_DATE_TIME:
        if (!isDateTime(text) || message.dateTime !== undefined) return null;
        message.dateTime = text;
        break;
      case FIELD_NUMBER:
      case FIELD_DIALABLE:
        if (!isNumber(text) || text.length < NUMBER_MIN) return null;
        if ((type === FIELD_NUMBER ? message.number : dialable) !== undefined) return null;
        if (type === FIELD_NUMBER) message.number = text;
        else dialable = text;
        break;
      case FIELD_ABSENCE: {
        const absence = readAbsence(text);
        if (!absence || message.absence !== undefined) return null;
        message.absence = absence;
        break;
      }
      case FIELD_NAME:
        if (!isText(text) || message.name !== undefined) return null;
        if (text.trim() !== '') message.name = text.trimEnd();
        break;
      case FIELD_NAME_ABSENCE:
        if (!readAbsence(text)) return null;
        break;
      default:
        skipped.push({ type, length: size });
    }
  }
  if (message.number === undefined && dialable !== undefined) message.number = dialable;
  if (message.number !== undefined) delete message.absence;
  else if (message.absence === undefined) return null;
  return skipped.length > 0 ? { ...message, skipped } : message;
}

import type { CallerAbsence, ModemCaller } from '../../hal/modem.js';
import { absenceOf, isDateTime, isNumber, isText } from './caller-id-fields.js';
import { readNttContent } from './ntt-frame.js';

/** Message types (GR-30, EN 300 659) [S]. */
const SDMF = 0x04;
const MDMF = 0x80;
/** Channel seizure, `U`: the manuals say that the modem leaves it out; some of it may slip through. */
const SEIZURE = 0x55;

const FIELD_DATE_TIME = 0x01;
const FIELD_NUMBER = 0x02;
const FIELD_DIALABLE = 0x03;
const FIELD_ABSENCE = 0x04;
const FIELD_NAME = 0x07;
const FIELD_NAME_ABSENCE = 0x08;
const FIELD_CALLED = 0x09;
const KNOWN_FIELDS = new Set([
  FIELD_DATE_TIME,
  FIELD_NUMBER,
  FIELD_DIALABLE,
  FIELD_ABSENCE,
  FIELD_NAME,
  FIELD_NAME_ABSENCE,
  FIELD_CALLED,
]);

/** How a family of messages is told: which field means what is nearly the same for all. */
interface Dialect {
  readonly numberMin: number;
  readonly calledNumber: boolean;
}

/** Eight checksum bits are weak: a number of one digit is not believed for them. */
const BELLCORE: Dialect = { numberMin: 2, calledNumber: false };
const NTT: Dialect = { numberMin: 1, calledNumber: true };

interface Fields {
  number?: string;
  absence?: CallerAbsence;
  name?: string;
  dateTime?: string;
  calledNumber?: string;
}

/** Octets written in hex, two digits each, blanks between them or not; null for anything else. */
export function readHex(text: string): Uint8Array | null {
  const hex = text.replaceAll(' ', '');
  if (hex.length === 0 || hex.length % 2 !== 0 || !/^[\da-f]*$/i.test(hex)) return null;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/**
 * Reads a caller-ID message told octet by octet: SDMF, MDMF (Bellcore and ETSI alike) or an NTT frame in wire form, parity
 * and all. Null unless its checksum or CRC is there and right, its fields fill it exactly, and it names a number or says
 * why not. Octets after the checksum are not looked at.
 */
export function readRawCallerId(told: Uint8Array): ModemCaller | null {
  const start = told.findIndex((octet) => octet !== SEIZURE);
  if (start < 0) return null;
  const octets = told.subarray(start);
  const type = octets[0];
  if (type !== SDMF && type !== MDMF) {
    const frame = readNttContent(octets);
    return frame && callerOf(readFields(frame.fields, NTT), octets.slice(0, frame.length));
  }
  const length = octets[1];
  if (length === undefined || octets.length < length + 3) return null;
  const message = octets.slice(0, length + 3);
  if ((message.reduce((sum, octet) => sum + octet, 0) & 0xff) !== 0) return null;
  const body = message.subarray(2, -1);
  return callerOf(type === SDMF ? readSdmf(body) : readFields(body, BELLCORE), message);
}

/** Date and time, then a number or one letter. */
function readSdmf(body: Uint8Array): Fields | null {
  const dateTime = textOf(body.subarray(0, 8));
  const rest = textOf(body.subarray(8));
  const absence = absenceOf(rest);
  if (!isDateTime(dateTime)) return null;
  if (absence !== null) return { dateTime, absence };
  return isNumber(rest) && rest.length >= BELLCORE.numberMin ? { dateTime, number: rest } : null;
}

/** Type, length, data, again and again; unknown types are stepped over, known ones must make sense and come once. */
function readFields(body: Uint8Array, { numberMin, calledNumber }: Dialect): Fields | null {
  const fields: Fields = {};
  const seen = new Set<number>();
  let dialable: string | undefined;
  for (let at = 0; at < body.length; ) {
    const [type, size] = body.subarray(at, at + 2);
    if (type === undefined || size === undefined || at + 2 + size > body.length) return null;
    if (KNOWN_FIELDS.has(type) && seen.has(type)) return null;
    const text = textOf(body.subarray(at + 2, at + 2 + size));
    at += 2 + size;
    seen.add(type);
    if (type === FIELD_DATE_TIME) {
      if (!isDateTime(text)) return null;
      fields.dateTime = text;
    } else if (type === FIELD_NUMBER || (type === FIELD_DIALABLE && !calledNumber)) {
      if (!isNumber(text) || text.length < numberMin) return null;
      if (type === FIELD_NUMBER) fields.number = text;
      else dialable = text;
    } else if (type === FIELD_ABSENCE) {
      const absence = absenceOf(text);
      if (absence === null) return null;
      fields.absence = absence;
    } else if (type === FIELD_NAME) {
      if (!isText(text)) return null;
      if (text.trim() !== '') fields.name = text.trimEnd();
    } else if (type === FIELD_NAME_ABSENCE) {
      if (absenceOf(text) === null) return null;
    } else if (type === FIELD_CALLED && calledNumber) {
      if (!isNumber(text)) return null;
      fields.calledNumber = text;
    }
  }
  if (fields.number === undefined && dialable !== undefined) fields.number = dialable;
  return fields;
}

function callerOf(fields: Fields | null, octets: Uint8Array): ModemCaller | null {
  if (fields === null) return null;
  const { number, absence, ...more } = fields;
  const rest = { ...more, form: 'raw', octets } as const;
  if (number !== undefined) return { number, ...rest };
  return absence === undefined ? null : { absence, ...rest };
}

const textOf = (octets: Uint8Array): string => String.fromCharCode(...octets);

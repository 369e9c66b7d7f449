import type { CallerAbsence, FormattedCaller } from '../../hal/modem.js';

/** The lines of the formatted form (IS-101, V.253). `MESG` carries, in hex, what the modem has no tag for, or everything. */
const TAG_LINE = /^(DATE|TIME|NMBR|NAME|MESG) ?= ?(.*)$/;

/** The letters that stand where a number should (IS-101 has P and O, modems for Japan pass on NTT's C and S). */
const ABSENCES: ReadonlyMap<string, CallerAbsence> = new Map([
  ['P', 'withheld'],
  ['O', 'unavailable'],
  ['C', 'public-telephone'],
  ['S', 'service-conflict'],
]);

/** E.164 has 15 digits, Japan's extensions may follow. */
const NUMBER = /^\d{1,20}$/;
/** MMDDHHMM with every part in its range. */
const DATE_TIME = /^(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d$/;
/** Printable ASCII: beyond it a modem does not say whether it means Latin-1 or kana. */
const NAME_TEXT = /^[\x20-\x7e]+$/;

export type CallerTag = 'DATE' | 'TIME' | 'NMBR' | 'NAME';

/** The fields of one message, as sent. */
export type CallerFields = Readonly<Partial<Record<CallerTag, string>>>;

/** One line of the formatted form taken apart, spaces around `=` or not; null for any other line. */
export function readTagLine(line: string): { readonly tag: CallerTag | 'MESG'; readonly value: string } | null {
  const [, tag, value] = TAG_LINE.exec(line) ?? [];
  if (tag === undefined || value === undefined) return null;
  return { tag: tag as CallerTag | 'MESG', value: value.trim() };
}

/** Octets written in hex, two digits each, blanks between them or not; null for anything else. */
export function readHex(text: string): Uint8Array | null {
  const hex = text.replaceAll(' ', '');
  if (hex.length === 0 || hex.length % 2 !== 0 || !/^[\da-f]*$/i.test(hex)) return null;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** Who calls, or null unless there is a number or one of the letters that stand for none. Other fields that make no sense are left out. */
export function readCallerFields({ NMBR = '', DATE = '', TIME = '', NAME = '' }: CallerFields): FormattedCaller | null {
  const absence = ABSENCES.get(NMBR);
  if (absence === undefined && !NUMBER.test(NMBR)) return null;
  const dateTime = DATE + TIME;
  const more = {
    ...(!ABSENCES.has(NAME) && NAME_TEXT.test(NAME) && { name: NAME }),
    ...(DATE.length === 4 && DATE_TIME.test(dateTime) && { dateTime }),
    form: 'formatted',
  } as const;
  return absence === undefined ? { number: NMBR, ...more } : { absence, ...more };
}

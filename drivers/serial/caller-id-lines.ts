import type { ModemCaller } from '../../hal/modem.js';
import { absenceOf, isDateTime, isNumber, isText } from './caller-id-fields.js';

/** The lines of the formatted form (IS-101, V.253). `MESG` carries, in hex, what the modem has no tag for, or everything. */
const TAG_LINE = /^(DATE|TIME|NMBR|NAME|MESG) ?= ?(.*)$/;

export type CallerTag = 'DATE' | 'TIME' | 'NMBR' | 'NAME';

/** The fields of one message, as sent. */
export type CallerFields = Readonly<Partial<Record<CallerTag, string>>>;

/** One line of the formatted form taken apart, spaces around `=` or not; null for any other line. */
export function readTagLine(line: string): { readonly tag: CallerTag | 'MESG'; readonly value: string } | null {
  const [, tag, value] = TAG_LINE.exec(line) ?? [];
  if (tag === undefined || value === undefined) return null;
  return { tag: tag as CallerTag | 'MESG', value: value.trim() };
}

/** Who calls, or null unless there is a number or one of the letters that stand for none. Other fields that make no sense are left out. */
export function readCallerFields({ NMBR = '', DATE = '', TIME = '', NAME = '' }: CallerFields): ModemCaller | null {
  const absence = absenceOf(NMBR);
  if (absence === null && !isNumber(NMBR)) return null;
  const dateTime = DATE + TIME;
  const more = {
    ...(NAME !== '' && absenceOf(NAME) === null && isText(NAME) && { name: NAME }),
    ...(DATE.length === 4 && isDateTime(dateTime) && { dateTime }),
    form: 'formatted',
  } as const;
  return absence === null ? { number: NMBR, ...more } : { absence, ...more };
}

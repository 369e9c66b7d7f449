import type { CallerAbsence } from '../../hal/modem.js';

/** The letters that stand where a number should (GR-30 has P and O, NTT adds C and S). */
const ABSENCES: Readonly<Record<string, CallerAbsence>> = {
  P: 'withheld',
  O: 'unavailable',
  C: 'public-telephone',
  S: 'service-conflict',
};

/** Why there is no number, or null if the text says no such thing. */
export function absenceOf(text: string): CallerAbsence | null {
  return Object.hasOwn(ABSENCES, text) ? (ABSENCES[text] ?? null) : null;
}

/** One to twenty digits: E.164 has 15, Japan's extensions may follow. */
export const isNumber = (text: string): boolean => /^\d{1,20}$/.test(text);

/** MMDDHHMM with every part in its range. */
export const isDateTime = (text: string): boolean =>
  /^(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d$/.test(text);

/** Printable, whatever the character set. */
export const isText = (text: string): boolean => /^[\x20-\x7e\xa0-\xff]*$/.test(text);

import type { Absence } from './events.js';
import type { Octets } from './octets.js';

/** A reader's verdict on the characters so far: a message, or how many characters it wants to see, or neither (0). */
export type Reading<M> = { readonly message: M } | { readonly wants: number };

export const NOTHING: Reading<never> = { wants: 0 };

/** A `Map`, not an object: what comes over the line may be called `constructor`. */
const ABSENCES: ReadonlyMap<string, Absence> = new Map([
  ['P', 'withheld'],
  ['C', 'public-telephone'],
  ['O', 'unavailable'],
  ['S', 'service-conflict'],
]);

/** Longest number believed: E.164 has 15 digits, Japan's extensions may follow. */
const NUMBER_MAX = 20;

/** The one letter that says why there is no number, or null. */
export function readAbsence(text: string): Absence | null {
  return ABSENCES.get(text) ?? null;
}

/** Digits and nothing else. */
export function isNumber(text: string): boolean {
  return text.length <= NUMBER_MAX && /^\d+$/.test(text);
}

/** MMDDHHMM with every part in its range. */
export function isDateTime(text: string): boolean {
  if (!/^\d{8}$/.test(text)) return false;
  const [month, day, hour, minute] = [0, 2, 4, 6].map((at) => Number(text.slice(at, at + 2))) as [
    number,
    number,
    number,
    number,
  ];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59;
}

/**
 * Printable ASCII. The upper half means one thing in Latin-1 and another in the kana of JIS X 0201, and no message says which: a
 * name in it would be kept as something that nobody sent.
 */
export function isText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** Characters `from` up to `to` as text, `mask` applied to each (0x7f drops parity). */
export function textOf(octets: Octets, from: number, to: number, mask: number): string {
  let text = '';
  for (let i = from; i < to; i += 1) text += String.fromCharCode(octets.at(i) & mask);
  return text;
}

/** Digits of a telephone number that a key slot holds. */
export const PARTY_DIGITS = 16;
const BLANK = 0xf;

/** A number as two 32-bit words of eight BCD digits each, first digit highest, F behind the last. All F: none. */
export interface Party {
  readonly high: number;
  readonly low: number;
}

export const NO_PARTY: Party = { high: 0xffffffff, low: 0xffffffff };

/** Undefined-safe: anything that is not 1 to 16 digits is no party. */
export function partyOf(number: string | null): Party {
  if (number === null || !/^\d{1,16}$/.test(number)) return NO_PARTY;
  const word = (digits: string): number => Number.parseInt(digits.padEnd(8, 'f'), 16);
  return { high: word(number.slice(0, 8)), low: word(number.slice(8)) };
}

export function partyDigits({ high, low }: Party): string {
  const hex = (word: number): string => word.toString(16).padStart(8, '0');
  return (hex(high) + hex(low)).replace(/f+$/, '');
}

export interface PartyPattern {
  readonly digits: string;
  readonly match: 'whole' | 'begins' | 'ends';
}

/** First and last party that can match, in the order of their words; null where that order does not help, as for an end. */
export function partyRange({ digits, match }: PartyPattern): { readonly first: Party; readonly last: Party } | null {
  if (match === 'ends' || !/^\d{1,16}$/.test(digits)) return null;
  const party = partyOf(digits);
  const zeros = digits.padEnd(PARTY_DIGITS, '0');
  const word = (text: string): number => Number.parseInt(text, 16);
  return match === 'whole'
    ? { first: party, last: party }
    : { first: { high: word(zeros.slice(0, 8)), low: word(zeros.slice(8)) }, last: party };
}

/** A test on the words, without making strings: a million are looked at for one search. */
export function partyMatcher({ digits, match }: PartyPattern): (high: number, low: number) => boolean {
  if (!/^\d{1,16}$/.test(digits)) return () => false;
  if (match === 'ends') {
    const wanted = [...digits].map(Number);
    return (high, low) => {
      const length = lengthOf(high, low);
      if (length < wanted.length) return false;
      return wanted.every((digit, i) => digitAt(high, low, length - wanted.length + i) === digit);
    };
  }
  const { high: wantedHigh, low: wantedLow } = partyOf(digits);
  if (match === 'whole') return (high, low) => high === wantedHigh && low === wantedLow;
  const maskOf = (count: number): number => (count <= 0 ? 0 : (0xffffffff << (4 * (8 - Math.min(8, count)))) >>> 0);
  const [maskHigh, maskLow] = [maskOf(digits.length), maskOf(digits.length - 8)];
  const [bitsHigh, bitsLow] = [(wantedHigh & maskHigh) >>> 0, (wantedLow & maskLow) >>> 0];
  return (high, low) =>
    (high & maskHigh) >>> 0 === bitsHigh && (low & maskLow) >>> 0 === bitsLow && high !== NO_PARTY.high;
}

function digitAt(high: number, low: number, index: number): number {
  const word = index < 8 ? high : low;
  return (word >>> (4 * (7 - (index & 7)))) & 0xf;
}

function lengthOf(high: number, low: number): number {
  let length = 0;
  while (length < PARTY_DIGITS && digitAt(high, low, length) !== BLANK) length += 1;
  return length;
}

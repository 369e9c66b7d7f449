/** Digits of a telephone number that a key slot holds. */
const PARTY_DIGITS = 16;
const BLANK = 0xf;
const BLANKS = 0xffffffff;

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

export interface PartyPattern {
  readonly digits: string;
  readonly match: 'whole' | 'begins' | 'ends';
}

/** First and last party that match, in the order of their words; for an end, of the words of `reversed` parties. Null: none does. */
export function partyRange({ digits, match }: PartyPattern): { readonly first: Party; readonly last: Party } | null {
  if (!/^\d{1,16}$/.test(digits)) return null;
  const from = match === 'ends' ? [...digits].reverse().join('') : digits;
  const last = partyOf(from);
  return match === 'whole' ? { first: last, last } : { first: partyOf(from.padEnd(PARTY_DIGITS, '0')), last };
}

/** The party whose digits stand the other way round. */
export function reversed({ high, low }: Party): Party {
  let [newHigh, newLow] = [BLANKS, BLANKS];
  for (let i = 0; i < PARTY_DIGITS; i += 1) {
    const digit = digitAt(high, low, i);
    if (digit === BLANK) break;
    newLow = (newLow >>> 4) | ((newHigh & 0xf) << 28);
    newHigh = (newHigh >>> 4) | (digit << 28);
  }
  return { high: newHigh >>> 0, low: newLow >>> 0 };
}

/** The same as a test on the words, without making strings. */
export function partyMatcher(pattern: PartyPattern): (high: number, low: number) => boolean {
  const range = partyRange(pattern);
  if (!range) return () => false;
  const { first, last } = range;
  const fromTheEnd = pattern.match === 'ends';
  return (high, low) => {
    const key = fromTheEnd ? reversed({ high, low }) : { high, low };
    return compareParties(key, first) >= 0 && compareParties(key, last) <= 0;
  };
}

export const compareParties = (a: Party, b: Party): number => (a.high === b.high ? a.low - b.low : a.high - b.high);

function digitAt(high: number, low: number, index: number): number {
  const word = index < 8 ? high : low;
  return (word >>> (4 * (7 - (index & 7)))) & 0xf;
}

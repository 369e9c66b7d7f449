import type { Key } from '../../hal/panel.js';

/**
 * What a key code of `linux/input-event-codes.h` means on a ten-key pad, both rows of digits. Num Lock means nothing: the
 * codes are the same with it and without, and some pads send it around every key by themselves.
 */
const KEYS: Readonly<Record<number, Key>> = {
  // The row above the letters, which some pads send instead.
  2: '1',
  3: '2',
  4: '3',
  5: '4',
  6: '5',
  7: '6',
  8: '7',
  9: '8',
  10: '9',
  11: '0',
  // The block.
  71: '7',
  72: '8',
  73: '9',
  75: '4',
  76: '5',
  77: '6',
  79: '1',
  80: '2',
  81: '3',
  82: '0',
  28: 'enter',
  96: 'enter',
  // Esc, Backspace, the block's point (Del) and Delete.
  1: 'clear',
  14: 'clear',
  83: 'clear',
  111: 'clear',
};

/** The three rows of letters: whoever presses one has a keyboard, and means the console. */
const LETTERS: readonly (readonly [first: number, last: number])[] = [
  [16, 25],
  [30, 38],
  [44, 50],
];

export const isLetter = (code: number): boolean => LETTERS.some(([first, last]) => code >= first && code <= last);

export const keyOf = (code: number): Key | undefined => KEYS[code];

/** A pad has all of the block's digits and its Enter; a mouse, a power button and a card reader do not. */
const MUST_HAVE = [71, 72, 73, 75, 76, 77, 79, 80, 81, 82, 96];

/** `keyBits`: the device's answer to which keys it has, a bit for each code. */
export const isTenKey = (keyBits: Uint8Array): boolean =>
  MUST_HAVE.every((code) => ((keyBits[code >> 3] ?? 0) & (1 << (code & 7))) !== 0);

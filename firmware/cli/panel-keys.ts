import type { Key } from '../../hal/panel.js';
import { LONG_FROM_MS, VERY_LONG_MS } from '../panel/press.js';

/** What a key of the keyboard does at the panel of a board without one. */
export type PanelKey = { readonly holdMs: number } | { readonly key: Key } | 'stop';

/** A keyboard does not tell when a key is let go: each length of press has its own. */
const HELD: Readonly<Record<string, number>> = {
  ' ': 200,
  b: 200,
  B: LONG_FROM_MS + 500,
  V: VERY_LONG_MS + 500,
};
const KEYS: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  c: 'clear',
  '\b': 'clear',
  '\u007f': 'clear',
};
/** In raw mode Ctrl-C and Ctrl-D are characters. */
const STOP = ['q', 'Q', '\u0003', '\u0004'];

/** Null for a key that means nothing. */
export function panelKeyOf(character: string): PanelKey | null {
  const holdMs = HELD[character];
  if (holdMs !== undefined) return { holdMs };
  if (/^\d$/.test(character)) return { key: character as Key };
  const key = KEYS[character];
  if (key !== undefined) return { key };
  return STOP.includes(character) ? 'stop' : null;
}

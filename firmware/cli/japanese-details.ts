import { DEVICE_PHRASES } from './japanese-device-phrases.js';
import { FAULT_PHRASES } from './japanese-fault-phrases.js';
import { STORE_PHRASES } from './japanese-store-phrases.js';
import type { Language } from './language.js';

/** What is said in English, and how it reads in Japanese. */
export type Phrase = readonly [english: RegExp, japanese: string];

/**
 * What errors and faults say in particular, phrase by phrase, longest thoughts first. Programs and the register have it in English: a
 * phrase that is not here stays as it is. A test reads the sources, and knows when one is missing.
 */
const PHRASES: readonly Phrase[] = [...STORE_PHRASES, ...DEVICE_PHRASES, ...FAULT_PHRASES];

/** What an error or a fault says in particular, as somebody reads it. */
export function detailIn(language: Language, english: string): string {
  if (language !== 'ja') return english;
  return PHRASES.reduce((text, [phrase, japanese]) => text.replace(phrase, japanese), english).trimEnd();
}

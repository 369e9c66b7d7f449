import { ERROR_CATALOGUE } from './error-catalogue.js';
import { detailIn } from './japanese-details.js';
import type { Language } from './language.js';

/** What an error is to the person who typed the command. */
export interface Complaint {
  readonly code: string;
  readonly exit: number;
  /** One line. */
  readonly line: string;
}

/** Everything has been said already, a line for each thing: what is left is the exit code. */
export class Complained extends Error {
  override readonly name = 'Complained';
  readonly exit: number;

  constructor(exit: number) {
    super('said already');
    this.exit = exit;
  }
}

/** What somebody has typed, or a file says, may be of any length. */
const WHAT_MAX_CHARS = 600;

/** One line with a stable code. Errors without a catalogued code are faults of this program, and say so. */
export function complaintOf(error: unknown, language: Language): Complaint {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const said = String(message ?? error).replace(/[\s\p{Cc}]+/gu, ' ');
  const short = said.length > WHAT_MAX_CHARS ? `${said.slice(0, WHAT_MAX_CHARS)}…` : said;
  const entry = typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code) ? ERROR_CATALOGUE[code] : undefined;
  const what = entry ? detailIn(language, short) : short;
  if (!entry) return { code: 'INTERNAL', exit: 1, line: `kikitome: INTERNAL: ${what}` };
  const dash = language === 'ja' ? '。' : '; ';
  const remedy = entry[language] === '' ? '' : `${dash}${entry[language]}`;
  return { code: String(code), exit: entry.exit, line: `kikitome: ${String(code)}: ${what}${remedy}` };
}

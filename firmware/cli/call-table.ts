import type { CallRecord } from '../call/call-record.js';
import { table } from './columns.js';
import type { Language } from './language.js';
import { printSize } from './size.js';
import { wordsIn } from './words.js';

/** `1:05`, `1:02:03`. */
export function printLength(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** One call's cells, in the order of the heading. */
export function callCells(call: CallRecord, language: Language): string[] {
  const words = wordsIn(language);
  const party = call.direction === 'inbound' ? callerOf(call, language) : call.dialled;
  return [
    String(call.number),
    call.line,
    call.startedAt.slice(0, 19).replace('T', ' '),
    call.durationMs === null || call.audio === null ? '–' : printLength(call.durationMs),
    call.direction === null ? '?' : `${words.direction[call.direction]} ${words.outcome[call.outcome ?? 'recording']}`,
    typeof party === 'string' ? party : '–',
    call.audio ? printSize(call.audio.bytes) : '–',
  ];
}

/** The number that called, or the exchange's word for why there is none. */
function callerOf({ caller }: CallRecord, language: Language): unknown {
  const { number, absence } = caller ?? {};
  const words: Readonly<Record<string, string>> = wordsIn(language).absence;
  return number ?? (typeof absence === 'string' && Object.hasOwn(words, absence) ? words[absence] : undefined);
}

/** The other party's place among the cells. */
const PARTY = 5;

/** A call in one line, without the other party: a log may outlive the recording, and others read it. */
export const callLine = (call: CallRecord, language: Language): string =>
  callCells(call, language)
    .filter((_, i) => i !== PARTY)
    .join('  ');

export function callTable(calls: readonly CallRecord[], language: Language): string[] {
  return table([wordsIn(language).heading, ...calls.map((call) => callCells(call, language))], [0, 3, 6]);
}

import type { CallerIdEvent, DtmfEvent, SignalEvent } from '../signal/events.js';
import type { Language } from './language.js';
import { wordsIn } from './words.js';

/** What was heard in a file, for people: its name, then a line for each signal. Keys that follow each other share a line. */
export function signalLines(
  file: string,
  events: readonly SignalEvent[],
  nothing: string,
  language: Language,
): string[] {
  const { tone: tones, text } = wordsIn(language);
  const lines: string[] = [];
  let keys: DtmfEvent[] = [];
  const keysOver = (): void => {
    const [first] = keys;
    if (first) lines.push(lineOf(first.atMs, `${text.keys} ${keys.map(({ digit }) => digit).join('')}`));
    keys = [];
  };
  for (const event of [...events].sort((a, b) => a.atMs - b.atMs)) {
    if (event.kind === 'dtmf') {
      keys.push(event);
      continue;
    }
    keysOver();
    if (event.kind === 'tone')
      lines.push(lineOf(event.atMs, `${tones[event.tone]} (${(event.durationMs / 1000).toFixed(1)} s)`));
    else lines.push(lineOf(event.atMs, `${text.callerId} ${callerWords(event, language)}`));
  }
  keysOver();
  return [file, ...(lines.length === 0 ? [`  ${nothing}`] : lines)];
}

function callerWords(event: CallerIdEvent, language: Language): string {
  const { absence: absences, text } = wordsIn(language);
  const { standard, number, absence, name, dateTime, calledNumber, redirectedFrom } = event;
  const who = number ?? (absence ? absences[absence] : '–');
  const more = [
    name,
    calledNumber && `${text.calledNumber} ${calledNumber}`,
    redirectedFrom && `${text.redirectedFrom} ${redirectedFrom}`,
    dateTime,
  ].filter((each) => each !== undefined && each !== '');
  return [who, ...more, `(${standard})`].join(' ');
}

const lineOf = (atMs: number, what: string): string => `  ${(atMs / 1000).toFixed(3).padStart(9)} s  ${what}`;

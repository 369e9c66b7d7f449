import { answered, type Expected, type LineOptions, type TelephoneLine } from './telephone-line.js';

/** One thing that happens on a line, and the records it is to leave. */
export interface Situation {
  readonly title: string;
  readonly options?: Omit<LineOptions, 'seed'>;
  readonly play: (line: TelephoneLine) => Expected[];
}

export const NUMBER = '0312345678';
export const ntt = (number: string) => ({ number, standard: 'ntt' });

/** Answers in a pause of the ringing and talks: until when, and what came of it. */
export function talk(line: TelephoneLine, rangMs: number, caller: Expected['caller'], talkMs = 5000): Expected {
  const upMs = line.lift();
  line.wait(300);
  line.say(talkMs);
  return answered(rangMs, upMs, line.hangUp(), { caller });
}

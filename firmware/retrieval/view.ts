import type { Retrieving } from './retrieving.js';
import type { RetrievalState } from './state.js';

/** A pause this long ends a digit that is counted with the button. */
export const DIGIT_PAUSE_MS = 1500;
/** An entry that nobody goes on with is given up. */
export const ENTRY_IDLE_MS = 60_000;
/** One blink of a digit given back, with the dark before the next; and the dark after the last. */
const ECHO_BLINK_MS = 500;
const ECHO_PAUSE_MS = 700;
const CODE_PAUSE_MS = 2000;
/** A wrong PIN is told for so long, before the next one is asked for: one round of the lamp. */
export const WRONG_MS = 1700;
/** A stick that was pulled fails before its socket says so. */
export const FAILING_MS = 3000;
/** A stick that was pulled may come back for so long. */
export const SESSION_MS = 10 * 60_000;

const echoMs = (blinks: number): number => blinks * ECHO_BLINK_MS + ECHO_PAUSE_MS;

/** In how many ms `time` is to be told, counted from when this state began; null: never. */
export function timerOf({ mode }: Retrieving): number | null {
  switch (mode.at) {
    case 'showing':
      return mode.lit ? echoMs(Number(mode.code[mode.index]) || 10) : CODE_PAUSE_MS;
    case 'entry':
      if (mode.digits.presses > 0) return DIGIT_PAUSE_MS;
      return mode.digits.echo === null ? ENTRY_IDLE_MS : echoMs(mode.digits.echo);
    case 'wrong':
      return WRONG_MS;
    case 'refused':
      return mode.waitMs === 'locked' ? ENTRY_IDLE_MS : mode.waitMs;
    case 'failing':
      return FAILING_MS;
    case 'pulled':
      return SESSION_MS;
    default:
      return null;
  }
}

/** What the panel shows of it. */
export function shownOf({ stick, named, mode }: Retrieving): RetrievalState {
  switch (mode.at) {
    case 'rest':
      if (stick && !stick.allowed) return { phase: 'failed', code: 'STICK_REFUSED' };
      return { phase: stick && named !== null ? 'stick-ready' : 'idle' };
    case 'showing': {
      const echo = mode.lit ? Number(mode.code[mode.index]) || 10 : null;
      return { phase: 'pin', digits: mode.index, echo, asks: 'code', shown: mode.code };
    }
    case 'entry':
      return { phase: 'pin', digits: mode.digits.typed.length, echo: mode.digits.echo, asks: mode.asks };
    case 'checking':
      return { phase: 'pin', digits: 0, echo: null, asks: mode.asks };
    case 'wrong':
      return { phase: 'pin', digits: 0, echo: null, asks: 'pin', wrong: true };
    case 'refused':
      return { phase: 'refused', waitMs: mode.waitMs };
    case 'copying':
    case 'failing':
      return { phase: 'copying', files: mode.files, filesDone: mode.filesDone };
    case 'done':
      return { phase: 'done', files: mode.files };
    case 'ejected':
      return { phase: 'idle' };
    case 'failed':
      return { phase: 'failed', code: mode.code };
    case 'pulled':
      return { phase: 'failed', code: 'STICK_PULLED' };
  }
}

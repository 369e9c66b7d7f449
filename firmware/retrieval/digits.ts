import type { Key } from '../../hal/panel.js';
import { PIN_MAX_DIGITS } from '../pin/policy.js';

/** Digits in the making, from keys or from counted presses of the one button. */
export interface Digits {
  readonly typed: string;
  /** Presses of the digit being counted; 0 between digits. */
  readonly presses: number;
  /** What the lamp gives back of the digit just counted: 1-10; null when there is nothing to give back. */
  readonly echo: number | null;
}

export const NO_DIGITS: Digits = { typed: '', presses: 0, echo: null };

/** Ten presses are a 0; more are no digit. */
const PRESSES_MAX = 10;

export const pressed = ({ typed, presses }: Digits): Digits => ({ typed, presses: presses + 1, echo: null });

/** The presses so far were a digit. */
export function counted({ typed, presses }: Digits): Digits {
  if (presses === 0) return { typed, presses, echo: null };
  if (presses > PRESSES_MAX) return { typed, presses: 0, echo: null };
  return { typed: longer(typed, String(presses % PRESSES_MAX)), presses: 0, echo: presses };
}

export function keyed(digits: Digits, key: Exclude<Key, 'enter'>): Digits {
  if (key === 'clear') return NO_DIGITS;
  return { typed: longer(counted(digits).typed, key), presses: 0, echo: null };
}

/** One digit more than a PIN can have is kept, so that it is none; those after it are not. */
const longer = (typed: string, digit: string): string => `${typed}${digit}`.slice(0, PIN_MAX_DIGITS + 1);

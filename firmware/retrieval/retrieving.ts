import type { Key } from '../../hal/panel.js';
import type { FaultCode } from '../faults/fault.js';
import type { PressLength } from '../panel/press.js';
import type { PinGate, PinVerdict } from '../pin/pin.js';
import type { Digits } from './digits.js';
import type { PinQuestion } from './state.js';

/** A stick that is in. */
export interface StickSeen {
  /** Two of the same stick are told apart by nothing else. */
  readonly serial: string;
  /** On the office's list. */
  readonly allowed: boolean;
}

export type Mode =
  | { readonly at: 'rest' }
  | {
      readonly at: 'showing';
      readonly code: string;
      readonly index: number;
      readonly lit: boolean;
      readonly leftMs: number;
    }
  | { readonly at: 'entry'; readonly asks: PinQuestion; readonly digits: Digits; readonly first: string }
  /** The answer with this ticket is awaited. */
  | { readonly at: 'checking'; readonly asks: PinQuestion; readonly ticket: number }
  /** A PIN was; another one may be entered now. */
  | { readonly at: 'wrong' }
  | { readonly at: 'refused'; readonly waitMs: number | 'locked' }
  | {
      readonly at: 'copying';
      readonly files: number;
      readonly filesDone: number;
      readonly serial: string;
      /** The PIN was entered for this one. */
      readonly collection: string;
      readonly ticket: number;
    }
  /** The stick failed; whether it was pulled shows in a moment. */
  | {
      readonly at: 'failing';
      readonly code: FaultCode;
      readonly serial: string;
      readonly collection: string;
      readonly files: number;
      readonly filesDone: number;
    }
  | { readonly at: 'done'; readonly files: number }
  /** Let go after it was done: it has only to be pulled. */
  | { readonly at: 'ejected' }
  | { readonly at: 'failed'; readonly code: FaultCode }
  /** Pulled while it was written to: the same stick goes on where it was, for a while, with the same collection. */
  | { readonly at: 'pulled'; readonly serial: string; readonly collection: string };

/** All there is to know of a retrieval. Made by `BEGIN` and `step` (`machine.ts`) alone. */
export interface Retrieving {
  readonly stick: StickSeen | null;
  /** The collection that is to be handed over; null: none. */
  readonly named: string | null;
  readonly mode: Mode;
  /** The last ticket given out. */
  readonly ticket: number;
}

export const BEGIN: Retrieving = { stick: null, named: null, mode: { at: 'rest' }, ticket: 0 };

export type RetrievalEvent =
  | { readonly kind: 'stick'; readonly stick: StickSeen | null }
  | { readonly kind: 'named'; readonly named: string | null }
  | { readonly kind: 'press'; readonly length: PressLength; readonly gate: PinGate }
  | { readonly kind: 'key'; readonly key: Key; readonly gate: PinGate }
  /** Whether a PIN may be tried has been decided elsewhere. */
  | { readonly kind: 'gate'; readonly gate: PinGate }
  /** What `timerOf` asked for has come. */
  | { readonly kind: 'time' }
  /** The answer to `make-code`. */
  | { readonly kind: 'code'; readonly code: string }
  | RetrievalAnswer;

/** What an effect came to, with the ticket it was given. `gate`: as it is now. */
export type RetrievalAnswer = { readonly ticket: number } & (
  | { readonly kind: 'code-used'; readonly right: boolean }
  | { readonly kind: 'pin-tried'; readonly verdict: PinVerdict; readonly gate: PinGate }
  | { readonly kind: 'pin-stored' }
  | { readonly kind: 'progress'; readonly files: number; readonly filesDone: number }
  | { readonly kind: 'copied'; readonly files: number }
  /** Somebody has taken back or replaced what was being copied. */
  | { readonly kind: 'withdrawn' }
  /** `sure`: it is this, whether or not the stick is still there. */
  | { readonly kind: 'copy-failed'; readonly code: FaultCode; readonly sure: boolean }
);

export type RetrievalEffect =
  | { readonly kind: 'make-code' }
  | { readonly kind: 'use-code'; readonly code: string; readonly ticket: number }
  | { readonly kind: 'try-pin'; readonly pin: string; readonly ticket: number }
  | { readonly kind: 'note-locked' }
  | { readonly kind: 'store-pin'; readonly pin: string; readonly ticket: number }
  /** `resumes`: the same stick is back in the same session. */
  | { readonly kind: 'copy'; readonly collection: string; readonly resumes: boolean; readonly ticket: number }
  | { readonly kind: 'stop-copy'; readonly why: 'pulled' | 'withdrawn' }
  | { readonly kind: 'close' };

export interface Step {
  readonly state: Retrieving;
  readonly effects: readonly RetrievalEffect[];
}

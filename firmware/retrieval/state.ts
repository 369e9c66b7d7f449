import type { FaultCode } from '../faults/fault.js';

/** What is being entered: the PIN; or, on a box that has none, the code it shows, then the new PIN, twice. */
export type PinQuestion = 'pin' | 'code' | 'new' | 'again';

/** How far the handing over of recordings to a stick has come: what the panel shows of it. */
export type RetrievalState =
  /** No stick, or nothing to do with it. */
  | { readonly phase: 'idle' }
  /** A stick that may be used is in, and something is to be handed over: a long press asks for the PIN. */
  | { readonly phase: 'stick-ready' }
  /**
   * Digits are being entered or, where `shown` is there, the code of a box without a PIN is being shown. `echo`: how often the lamp is
   * to blink for the digit just taken or shown, 1-10 for 1-9 and 0; null between.
   */
  | {
      readonly phase: 'pin';
      readonly digits: number;
      readonly echo: number | null;
      /** The PIN where it is absent. */
      readonly asks?: PinQuestion;
      /** The PIN just entered was a wrong one. */
      readonly wrong?: true;
      /** The whole code, for a panel that has letters. */
      readonly shown?: string;
    }
  | { readonly phase: 'refused'; readonly waitMs: number | 'locked' }
  | { readonly phase: 'copying'; readonly files: number; readonly filesDone: number }
  /** Everything named is on the stick, read back and compared; it may be pulled. */
  | { readonly phase: 'done'; readonly files: number }
  | { readonly phase: 'failed'; readonly code: FaultCode };

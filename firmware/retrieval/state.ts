import type { FaultCode } from '../faults/fault.js';

/** How far the handing over of recordings to a stick has come: what the panel shows of it. */
export type RetrievalState =
  /** No stick, or one of no use. */
  | { readonly phase: 'idle' }
  /** A stick that may be used is in: a long press asks for the PIN. */
  | { readonly phase: 'stick-ready' }
  /** The PIN is being entered. `echo`: how often the lamp is to blink for the digit just taken, 1-10 for 1-9 and 0; null between. */
  | { readonly phase: 'pin'; readonly digits: number; readonly echo: number | null }
  | { readonly phase: 'refused'; readonly waitMs: number | 'locked' }
  | { readonly phase: 'copying'; readonly files: number; readonly filesDone: number }
  /** Everything named is on the stick, read back and compared; it may be pulled. */
  | { readonly phase: 'done'; readonly files: number }
  | { readonly phase: 'failed'; readonly code: FaultCode };

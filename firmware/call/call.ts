import type { MonotonicMs } from '../../hal/clock.js';
import type { Caller, Direction, Flash, Outcome } from './call-event.js';
import type { CallTiming } from './timing.js';

/** A call in progress, as far as the line tells. */
export interface Call {
  readonly direction: Direction;
  readonly startMs: MonotonicMs;
  /** From the first ring to the answer; null for an outbound call. */
  readonly ringMs: number | null;
  readonly caller: Caller | null;
  readonly flashes: readonly Flash[];
  readonly digits: readonly { readonly digit: string; readonly atMs: MonotonicMs }[];
  /** Digits that come now are of the number; later ones are for whoever has answered. */
  readonly dialling: boolean;
  /** The handset went down and up as a dial does. */
  readonly pulsed: boolean;
}

export const callBegun = (
  direction: Direction,
  startMs: MonotonicMs,
  ringMs: number | null,
  caller: Caller | null,
): Call => ({
  direction,
  startMs,
  ringMs,
  caller,
  flashes: [],
  digits: [],
  dialling: direction === 'outbound',
  pulsed: false,
});

/** Takes a digit, if it still belongs to the number. Two ways of dialling may tell out of order. */
export function dial(call: Call, digit: string, atMs: MonotonicMs, { digitPauseMaxMs }: CallTiming): Call {
  const last = call.digits.at(-1);
  if (!call.dialling || (last && atMs - last.atMs > digitPauseMaxMs)) return { ...call, dialling: false };
  const digits = [...call.digits, { digit, atMs }].sort((a, b) => a.atMs - b.atMs);
  return { ...call, digits };
}

export const dialledOf = ({ digits }: Call): string | null =>
  digits.length === 0 ? null : digits.map(({ digit }) => digit).join('');

/** What a call that ended at `endMs` came to. */
export function outcomeOf(call: Call, endMs: MonotonicMs, { undialledCallMs }: CallTiming): Outcome {
  const { direction, digits, pulsed, startMs } = call;
  const undialled = direction === 'outbound' && digits.length === 0 && !pulsed && endMs - startMs < undialledCallMs;
  return undialled ? 'abandoned' : 'answered';
}

import type { MonotonicMs } from '../../hal/clock.js';
import type { Caller, Direction, Outcome } from './call-event.js';
import type { CallTiming } from './timing.js';

/** A call in progress, as far as the line tells. */
export interface Call {
  readonly direction: Direction;
  readonly startMs: MonotonicMs;
  /** From the first ring to the answer; null for an outbound call. */
  readonly ringMs: number | null;
  readonly caller: Caller | null;
  readonly digits: readonly { readonly digit: string; readonly atMs: MonotonicMs }[];
  /** Digits that come now are of the number; later ones are for whoever has answered. */
  readonly dialling: boolean;
  /** The hook was pressed in the middle of the number: the next digit begins it anew. */
  readonly afresh: boolean;
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
  digits: [],
  dialling: direction === 'outbound',
  afresh: false,
  pulsed: false,
});

/** No number is as long; whoever goes on pressing keys tells nothing of whom was called. */
export const DIGITS_MAX = 64;

/** Takes a digit, if it still belongs to the number. Two ways of dialling may tell out of order. */
export function dial(call: Call, digit: string, atMs: MonotonicMs, { digitPauseMaxMs }: CallTiming): Call {
  const last = call.digits.at(-1);
  if (!call.dialling || (last && atMs - last.atMs > digitPauseMaxMs)) return { ...call, dialling: false };
  const before = call.afresh ? [] : call.digits;
  if (before.length === DIGITS_MAX) return { ...call, dialling: false };
  const digits = [...before, { digit, atMs }].sort((a, b) => a.atMs - b.atMs);
  return { ...call, digits, afresh: false };
}

/** A hook flash: soon after a digit it begins the number anew, later it asks for something else than a number. */
export function pressHook(call: Call, atMs: MonotonicMs, { redialMs }: CallTiming): Call {
  const last = call.digits.at(-1);
  if (!call.dialling || !last) return call;
  return atMs - last.atMs <= redialMs ? { ...call, afresh: true } : { ...call, dialling: false };
}

/** A code for an outside line or a service may be answered with another dial tone; it is not longer than this [I]. */
const PREFIX_MAX_DIGITS = 4;

/** Dial tone since `atMs`: a number that was dialled before was dialled too early, and nobody has taken it. */
export function dialToneAgain(call: Call, atMs: MonotonicMs): Call {
  const early = call.digits.filter((each) => each.atMs < atMs).length;
  return call.dialling && early > PREFIX_MAX_DIGITS ? { ...call, digits: call.digits.slice(early) } : call;
}

export const dialledOf = ({ digits }: Call): string | null =>
  digits.length === 0 ? null : digits.map(({ digit }) => digit).join('');

/** What a call that ended at `endMs` came to. */
export function outcomeOf(call: Call, endMs: MonotonicMs, { undialledCallMs }: CallTiming): Outcome {
  const { direction, digits, pulsed, startMs } = call;
  const undialled = direction === 'outbound' && digits.length === 0 && !pulsed && endMs - startMs < undialledCallMs;
  return undialled ? 'abandoned' : 'answered';
}

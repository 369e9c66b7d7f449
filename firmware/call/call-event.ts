import type { MonotonicMs } from '../../hal/clock.js';
import type { LineEdge } from '../../hal/line.js';

export type Direction = 'inbound' | 'outbound';
export type Outcome = 'answered' | 'missed' | 'abandoned' | 'interrupted';

/** Who calls, as the exchange said; what else it said comes along. */
export interface Caller {
  readonly number?: string;
  readonly absence?: string;
  readonly [more: string]: unknown;
}

/** On-hook for a moment in the middle of a call, to have an exchange or a PBX do something. */
export interface Flash {
  readonly atMs: MonotonicMs;
  readonly lengthMs: number;
}

export type TrackerInput =
  | LineEdge
  /** A key or a dial was used, as heard or seen on the line. */
  | { readonly kind: 'digit'; readonly digit: string; readonly atMs: MonotonicMs }
  /** The exchange is ringing the far end, or says that it is busy: dialling is over. */
  | { readonly kind: 'progress'; readonly atMs: MonotonicMs }
  /** The exchange offers dial tone since `atMs`: what was dialled before, it has not taken. */
  | { readonly kind: 'dial-tone'; readonly atMs: MonotonicMs }
  /** Somebody speaks. */
  | { readonly kind: 'voice'; readonly atMs: MonotonicMs }
  /** A caller ID has been received. */
  | { readonly kind: 'caller'; readonly caller: Caller; readonly atMs: MonotonicMs }
  /** Nothing older than `atMs` will come. */
  | { readonly kind: 'time'; readonly atMs: MonotonicMs }
  /** The recorder stops: a call in progress ends here. */
  | { readonly kind: 'stop'; readonly atMs: MonotonicMs };

export type CallEvent =
  /** `atMs` may lie seconds back: only now is it certain that this is a call. */
  | {
      readonly kind: 'began';
      readonly direction: Direction;
      readonly atMs: MonotonicMs;
      readonly ringMs: number | null;
      readonly caller: Caller | null;
    }
  /** The handset is down since `atMs`; whether for good is not known yet. */
  | { readonly kind: 'down'; readonly atMs: MonotonicMs }
  | { readonly kind: 'up'; readonly flash: Flash | null }
  | {
      readonly kind: 'ended';
      readonly outcome: Outcome;
      readonly atMs: MonotonicMs;
      readonly dialled: string | null;
    }
  /** The telephone was up by itself, to fetch the number. */
  | { readonly kind: 'fetched'; readonly startMs: MonotonicMs; readonly endMs: MonotonicMs }
  | {
      readonly kind: 'missed';
      readonly startMs: MonotonicMs;
      readonly endMs: MonotonicMs;
      readonly caller: Caller | null;
    };

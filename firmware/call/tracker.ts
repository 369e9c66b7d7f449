import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook, LineEdge } from '../../hal/line.js';
import { type HookChange, type HookFilter, hookFilter, settle, settlesAt, takeEdge } from './hook-filter.js';
import type { CallTiming } from './timing.js';

export type Direction = 'inbound' | 'outbound';
export type Outcome = 'answered' | 'missed' | 'abandoned' | 'interrupted';

/** On-hook for a moment in the middle of a call, to have an exchange or a PBX do something. */
export interface Flash {
  readonly atMs: MonotonicMs;
  readonly lengthMs: number;
}

export interface Ringing {
  readonly startMs: MonotonicMs;
  /** End of the latest burst; the moment it began while it lasts. */
  readonly lastMs: MonotonicMs;
  readonly on: boolean;
  /** Ringing voltage in all, finished bursts. */
  readonly totalMs: number;
}

interface Call {
  readonly direction: Direction;
  readonly startMs: MonotonicMs;
  readonly ringMs: number | null;
  readonly flashes: readonly Flash[];
  readonly dialled: boolean;
  /** Since when the handset has been down, if it is: a pulse, a flash or the end. */
  readonly downSinceMs: MonotonicMs | null;
}

/** What is known of one line. A plain value: `step` returns the next. */
export interface TrackerState {
  readonly timing: CallTiming;
  readonly hook: HookFilter;
  readonly ringing: Ringing | null;
  readonly call: Call | null;
}

export type TrackerInput =
  | LineEdge
  /** Somebody dialled, as heard on the line. */
  | { readonly kind: 'digit'; readonly atMs: MonotonicMs }
  /** Nothing older than `atMs` will come. */
  | { readonly kind: 'time'; readonly atMs: MonotonicMs }
  /** The recorder stops: a call in progress ends here. */
  | { readonly kind: 'stop'; readonly atMs: MonotonicMs };

export type CallEvent =
  | {
      readonly kind: 'began';
      readonly direction: Direction;
      readonly atMs: MonotonicMs;
      readonly ringMs: number | null;
    }
  /** The handset is down since `atMs`; whether for good is not known yet. */
  | { readonly kind: 'down'; readonly atMs: MonotonicMs }
  | { readonly kind: 'up'; readonly flash: Flash | null }
  | {
      readonly kind: 'ended';
      readonly outcome: Outcome;
      readonly atMs: MonotonicMs;
      readonly flashes: readonly Flash[];
    }
  | { readonly kind: 'missed'; readonly startMs: MonotonicMs; readonly endMs: MonotonicMs };

export function trackerState(hook: Hook, atMs: MonotonicMs, timing: CallTiming): TrackerState {
  const idle: TrackerState = { timing, hook: hookFilter('on-hook'), ringing: null, call: null };
  // A handset that is up when the recorder comes to life is a call in progress: it is recorded from here on.
  return hook === 'off-hook' ? { ...idle, hook: takeEdge(idle.hook, 'off-hook', atMs) } : idle;
}

type Step = readonly [TrackerState, readonly CallEvent[]];

/**
 * One line's next state, and what that means for the recording. Inputs come in order of `atMs`. Timers are not part of it:
 * whatever became due before an input is done first, so the result does not depend on how late the caller wakes up.
 */
export function step(state: TrackerState, input: TrackerInput): Step {
  const [due, events] = settleUntil(state, input.atMs);
  const [next, more] = take(due, input);
  return [next, [...events, ...more]];
}

/** When `step` has something to do even if nothing happens on the line; null: never. */
export function dueAt({ timing, hook, ringing, call }: TrackerState): MonotonicMs | null {
  const times: number[] = [];
  const settles = settlesAt(hook, timing.hookSettleMs);
  if (settles !== null) times.push(settles);
  // A contact that moves just before a hang-up is due decides it: what counts is when it began to move, not when it settled.
  if (call && call.downSinceMs !== null && !hook.burst) times.push(call.downSinceMs + timing.hangUpMs);
  if (ringing && !ringing.on) times.push(ringing.lastMs + timing.ringPauseMaxMs);
  return times.length === 0 ? null : (Math.min(...times) as MonotonicMs);
}

/** Whether a call is in progress, and since when. */
export const callSince = ({ call }: TrackerState): MonotonicMs | null => call?.startMs ?? null;

function settleUntil(state: TrackerState, untilMs: MonotonicMs): Step {
  let current = state;
  const events: CallEvent[] = [];
  for (let due = dueAt(current); due !== null && due <= untilMs; due = dueAt(current)) {
    const [next, more] = settleAt(current, due);
    current = next;
    events.push(...more);
  }
  return [current, events];
}

function settleAt(state: TrackerState, atMs: MonotonicMs): Step {
  const { timing, hook, ringing, call } = state;
  if (settlesAt(hook, timing.hookSettleMs) === atMs) {
    const [filter, change] = settle(hook);
    const next = { ...state, hook: filter };
    return change ? hookMoved(next, change) : [next, []];
  }
  if (call && call.downSinceMs !== null && call.downSinceMs + timing.hangUpMs === atMs) {
    return ended(state, call, call.downSinceMs);
  }
  return ringing ? rangOut(state, ringing) : [state, []];
}

function take(state: TrackerState, input: TrackerInput): Step {
  const { call } = state;
  switch (input.kind) {
    case 'hook':
      return [{ ...state, hook: takeEdge(state.hook, input.hook, input.atMs) }, []];
    case 'ring':
      return input.ringing ? ringBegan(state, input.atMs) : ringPaused(state, input.atMs);
    case 'digit':
      return [call ? { ...state, call: { ...call, dialled: true } } : state, []];
    case 'stop':
      return stopped(state, input.atMs);
    case 'polarity': // its meaning differs from exchange to exchange; the signalling decoders will use it
    case 'time':
      return [state, []];
  }
}

function hookMoved(state: TrackerState, { hook, atMs }: HookChange): Step {
  const { call, ringing, timing } = state;
  if (hook === 'on-hook') {
    if (!call) return [state, []];
    return [{ ...state, call: { ...call, downSinceMs: atMs } }, [{ kind: 'down', atMs }]];
  }
  if (!call) {
    const rang = ringing && rungMs(ringing, atMs) >= timing.ringMinMs ? atMs - ringing.startMs : null;
    const direction = rang === null ? 'outbound' : 'inbound';
    const began: Call = { direction, startMs: atMs, ringMs: rang, flashes: [], dialled: false, downSinceMs: null };
    return [{ ...state, call: began, ringing: null }, [{ kind: 'began', direction, atMs, ringMs: rang }]];
  }
  const lengthMs = atMs - (call.downSinceMs ?? atMs);
  const flash = lengthMs >= timing.flashMinMs ? { atMs: call.downSinceMs ?? atMs, lengthMs } : null;
  const flashes = flash ? [...call.flashes, flash] : call.flashes;
  const dialled = call.dialled || (lengthMs > 0 && lengthMs <= timing.pulseBreakMaxMs);
  return [{ ...state, call: { ...call, flashes, dialled, downSinceMs: null } }, [{ kind: 'up', flash }]];
}

function ringBegan(state: TrackerState, atMs: MonotonicMs): Step {
  const { call, ringing } = state;
  // No bell rings on a line that is off-hook: a call whose handset is down has ended.
  const [idle, events] = call && call.downSinceMs !== null ? ended(state, call, call.downSinceMs) : [state, []];
  if (idle.call) return [idle, events];
  if (!ringing) return [{ ...idle, ringing: { startMs: atMs, lastMs: atMs, on: true, totalMs: 0 } }, events];
  return [ringing.on ? idle : { ...idle, ringing: { ...ringing, lastMs: atMs, on: true } }, events];
}

function ringPaused(state: TrackerState, atMs: MonotonicMs): Step {
  const { ringing } = state;
  if (!ringing?.on) return [state, []];
  return [{ ...state, ringing: { ...ringing, on: false, lastMs: atMs, totalMs: rungMs(ringing, atMs) } }, []];
}

function rangOut(state: TrackerState, { startMs, lastMs, totalMs }: Ringing): Step {
  const idle = { ...state, ringing: null };
  return [idle, totalMs >= state.timing.ringMinMs ? [{ kind: 'missed', startMs, endMs: lastMs }] : []];
}

function ended(state: TrackerState, call: Call, atMs: MonotonicMs): Step {
  const { direction, dialled, startMs, flashes } = call;
  const undialled = direction === 'outbound' && !dialled && atMs - startMs < state.timing.undialledCallMs;
  const outcome = undialled ? 'abandoned' : 'answered';
  return [{ ...state, call: null }, [{ kind: 'ended', outcome, atMs, flashes }]];
}

function stopped(state: TrackerState, atMs: MonotonicMs): Step {
  const { call, ringing } = state;
  if (call && call.downSinceMs !== null) return ended(state, call, call.downSinceMs);
  if (call) return [{ ...state, call: null }, [{ kind: 'ended', outcome: 'interrupted', atMs, flashes: call.flashes }]];
  if (!ringing) return [state, []];
  return rangOut(state, ringing.on ? { ...ringing, lastMs: atMs, totalMs: rungMs(ringing, atMs) } : ringing);
}

const rungMs = ({ on, lastMs, totalMs }: Ringing, atMs: number): number => (on ? totalMs + (atMs - lastMs) : totalMs);

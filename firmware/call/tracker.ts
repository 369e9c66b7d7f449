import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook } from '../../hal/line.js';
import { dialledOf } from './call.js';
import type { CallEvent, TrackerInput } from './call-event.js';
import { type HookChange, type HookFilter, hookFilter, isFaulty, settle, settlesAt, takeEdge } from './hook-filter.js';
import type { LineState } from './line-state.js';
import { IDLE, rowOf, type Step } from './line-table.js';
import { getStuck, type RingFilter, ringFilter, stuckAt, takeRing } from './ring-filter.js';
import { type Taps, tapsAfter, tooMany } from './taps.js';
import type { CallTiming } from './timing.js';

/** What is known of one line. A plain value: `step` returns the next. */
export interface TrackerState {
  readonly timing: CallTiming;
  readonly hook: HookFilter;
  readonly ring: RingFilter;
  readonly line: LineState;
  /** Ringing voltage is present since then, as far as the detector is believed. */
  readonly ringingMs: MonotonicMs | null;
  readonly taps: Taps;
}

/** What a detector does that no telephone and no exchange does. */
export interface Doubts {
  readonly hook: 'chatters' | null;
  readonly ring: 'stuck' | null;
}

export function trackerState(hook: Hook, atMs: MonotonicMs, timing: CallTiming): TrackerState {
  const idle: TrackerState = {
    timing,
    hook: hookFilter('on-hook'),
    ring: ringFilter(),
    line: IDLE,
    ringingMs: null,
    taps: undefined,
  };
  // A handset that is up when the recorder comes to life is a call in progress: it is recorded from here on.
  return hook === 'off-hook' ? { ...idle, hook: takeEdge(idle.hook, 'off-hook', atMs, timing)[0] } : idle;
}

/**
 * One line's next state, and what that means for the recording. Inputs come in order of `atMs`. Timers are not part of it:
 * whatever became due before an input is done first, so the result does not depend on how late the caller wakes up.
 */
export function step(state: TrackerState, input: TrackerInput): readonly [TrackerState, readonly CallEvent[]] {
  const { timing } = state;
  const events: CallEvent[] = [];
  let current = state;
  const moved = ([line, more]: Step): void => {
    current = { ...current, line, taps: tapsAfter(current.taps, current.line, more, timing) };
    events.push(...more);
  };
  const hooked = ([hook, change]: readonly [HookFilter, HookChange | null]): void => {
    current = { ...current, hook };
    if (change) moved(hookMoved(current, change));
    const { ringingMs } = current;
    // A bell that began while the contact was still settling was taken for one on a line that is off-hook.
    const early = change?.hook === 'on-hook' && ringingMs !== null && ringingMs >= change.atMs;
    if (early) moved(take(current, { kind: 'ring', ringing: true, atMs: ringingMs }));
  };
  const rang = (ring: RingFilter, ringing: boolean, atMs: MonotonicMs): void => {
    const believed = !ring.stuck || (!current.ring.stuck && !ringing);
    current = { ...current, ring };
    if (!believed) return;
    current = { ...current, ringingMs: ringing ? (current.ringingMs ?? atMs) : null };
    moved(take(current, { kind: 'ring', ringing, atMs }));
  };
  for (let due = dueAt(current); due !== null && due <= input.atMs; due = dueAt(current)) {
    if (settlesAt(current.hook, timing) === due) hooked(settle(current.hook));
    else if (stuckAt(current.ring, timing) === due) rang(getStuck(current.ring), false, due);
    else moved(patienceEnded(current));
  }
  if (input.kind === 'hook') hooked(takeEdge(current.hook, input.hook, input.atMs, timing));
  else if (input.kind === 'ring')
    rang(takeRing(current.ring, input.ringing, input.atMs, timing), input.ringing, input.atMs);
  else moved(take(current, input));
  return [current, events];
}

/** When `step` has something to do even if nothing happens on the line; null: never. */
export function dueAt({ timing, hook, ring, line }: TrackerState): MonotonicMs | null {
  const settles = settlesAt(hook, timing);
  const patience = rowOf(line).dueAt?.(line, timing) ?? null;
  // A contact that moves just before patience ends decides it: what counts is when it began to move, not when it settled.
  const undecided = settles !== null && !hook.chatters;
  const due = [settles, stuckAt(ring, timing), undecided ? null : patience].filter((each) => each !== null);
  return due.length > 0 ? (Math.min(...due) as MonotonicMs) : null;
}

/** What of the line's detectors is not to be believed now. */
export const doubtsOf = ({ hook, ring, timing }: TrackerState): Doubts => ({
  hook: isFaulty(hook, timing) ? 'chatters' : null,
  ring: ring.stuck && ring.ringing ? 'stuck' : null,
});

/** Whether a call is in progress, and since when. */
export const callSince = ({ line }: TrackerState): MonotonicMs | null =>
  line.at === 'talking' || line.at === 'down' ? line.call.startMs : null;

/** What has been dialled in the call in progress; null: nothing, or there is none. */
export const dialledSoFar = ({ line }: TrackerState): string | null =>
  line.at === 'talking' || line.at === 'down' ? dialledOf(line.call) : null;

/** Since when the line has been ringing, the fetching of the number included; null: it does not. */
export const ringingSince = ({ line }: TrackerState): MonotonicMs | null =>
  line.at === 'alerting' || line.at === 'primary' ? line.ringing.startMs : null;

/** Whether anything that could be heard now would matter: in a conversation nothing does. */
export function listens({ line, timing }: TrackerState, nowMs: MonotonicMs): boolean {
  if (line.at !== 'talking' && line.at !== 'down') return true;
  const { call } = line;
  const last = call.digits.at(-1);
  const patienceMs = last ? timing.digitPauseMaxMs : timing.undialledCallMs;
  return call.dialling && nowMs - (last?.atMs ?? call.startMs) <= patienceMs;
}

const patienceEnded = ({ line, timing }: TrackerState): Step => rowOf(line).due?.(line, timing) ?? [line, []];

function hookMoved({ line, taps, timing }: TrackerState, { hook, atMs }: HookChange): Step {
  const row = rowOf(line);
  if (line.at === 'idle' && hook === 'off-hook' && tooMany(taps, atMs, timing))
    return [{ at: 'lifted', offMs: atMs }, []];
  return (hook === 'off-hook' ? row.up : row.down)?.(line, atMs, timing) ?? [line, []];
}

function take({ line, timing }: TrackerState, input: Exclude<TrackerInput, { kind: 'hook' }>): Step {
  const row = rowOf(line);
  const stay: Step = [line, []];
  switch (input.kind) {
    case 'ring':
      return (input.ringing ? row.ring : row.ringPause)?.(line, input.atMs, timing) ?? stay;
    case 'caller':
      return row.caller?.(line, input.caller, input.atMs) ?? stay;
    case 'digit':
      return row.digit?.(line, input.digit, input.atMs, timing) ?? stay;
    case 'progress':
      return row.progress?.(line) ?? stay;
    case 'dial-tone':
      return row.dialTone?.(line, input.atMs) ?? stay;
    case 'voice':
      return row.voice?.(line) ?? stay;
    case 'stop':
      return row.stop(line, input.atMs, timing);
    case 'polarity': // tells nothing that the cadence does not, and not every board senses it
    case 'time':
      return stay;
  }
}

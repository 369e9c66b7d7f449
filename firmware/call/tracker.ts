import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook } from '../../hal/line.js';
import { type Call, callBegun, dial, dialledOf, dialToneAgain, outcomeOf, pressHook } from './call.js';
import type { CallEvent, Caller, TrackerInput } from './call-event.js';
import { type HookFilter, hookFilter, settle, settlesAt, takeEdge } from './hook-filter.js';
import type { LineState, Primary } from './line-state.js';
import { burst, isCar, isOrdinary, pause, ringingFrom, rungMs } from './ringing.js';
import type { CallTiming } from './timing.js';

/** What is known of one line. A plain value: `step` returns the next. */
export interface TrackerState {
  readonly timing: CallTiming;
  readonly hook: HookFilter;
  readonly line: LineState;
  /** Ringing voltage is present since then. */
  readonly ringingMs: MonotonicMs | null;
}

type Step = readonly [LineState, readonly CallEvent[]];
type StateAt<At extends LineState['at']> = Extract<LineState, { at: At }>;

/** What can happen in a state. What is not named leaves it as it is. */
interface Row<State> {
  readonly up?: (state: State, atMs: MonotonicMs, timing: CallTiming) => Step;
  readonly down?: (state: State, atMs: MonotonicMs, timing: CallTiming) => Step;
  readonly ring?: (state: State, atMs: MonotonicMs, timing: CallTiming) => Step;
  readonly ringPause?: (state: State, atMs: MonotonicMs, timing: CallTiming) => Step;
  readonly caller?: (state: State, caller: Caller, atMs: MonotonicMs) => Step;
  readonly digit?: (state: State, digit: string, atMs: MonotonicMs, timing: CallTiming) => Step;
  readonly progress?: (state: State) => Step;
  readonly dialTone?: (state: State, atMs: MonotonicMs) => Step;
  readonly voice?: (state: State) => Step;
  readonly stop: (state: State, atMs: MonotonicMs, timing: CallTiming) => Step;
  /** When patience ends, and what is then the case. */
  readonly dueAt?: (state: State, timing: CallTiming) => number | null;
  readonly due?: (state: State, timing: CallTiming) => Step;
}

const IDLE: StateAt<'idle'> = { at: 'idle', heard: null };

/** The whole of it, state by state. */
const TABLE: { readonly [At in LineState['at']]: Row<StateAt<At>> } = {
  idle: {
    up: (_, atMs) => begin(callBegun('outbound', atMs, null, null)),
    ring: ({ heard }, atMs, { callerAheadMs }) => {
      const caller = heard && atMs - heard.atMs <= callerAheadMs ? heard.caller : null;
      return [{ at: 'alerting', ringing: ringingFrom(atMs), caller, primary: null }, []];
    },
    caller: (_, caller, atMs) => [{ at: 'idle', heard: { caller, atMs } }, []],
    stop: () => [IDLE, []],
  },
  alerting: {
    up: (state, atMs, timing) => {
      const { ringing, caller } = state;
      if (wasNoPrimary(state)) {
        const [, before] = rangOut(state, timing);
        const [line, events] = begin(callBegun('outbound', atMs, null, null));
        return [line, [...before, ...events]];
      }
      if (rungMs(ringing, atMs) < timing.ringMinMs) return begin(callBegun('outbound', atMs, null, null));
      if (caller || isOrdinary(ringing, atMs, timing.carMaxMs)) return answer(state, atMs);
      const byItself = isCar(ringing);
      return [
        {
          at: 'primary',
          ringing: pause(ringing, atMs, timing.carMaxMs),
          caller,
          offMs: atMs,
          callerMs: null,
          byItself,
        },
        [],
      ];
    },
    ring: (state, atMs, { carMaxMs }) => {
      // The exchange takes its time between reception and bell: that pause tells nothing.
      const ringing = burst(state.ringing, atMs, isQuietSince(state) ? Number.POSITIVE_INFINITY : carMaxMs);
      return [{ ...state, ringing }, wasNoPrimary(state) ? fetched(state.primary) : []];
    },
    ringPause: (state, atMs, { carMaxMs }) => [{ ...state, ringing: pause(state.ringing, atMs, carMaxMs) }, []],
    caller: (state, caller) => [{ ...state, caller }, wasNoPrimary(state) ? fetched(state.primary) : []],
    stop: (state, atMs, timing) => rangOut({ ...state, ringing: pause(state.ringing, atMs, timing.carMaxMs) }, timing),
    dueAt: ({ ringing, primary }, { ringPauseMaxMs, afterReceptionMs }) =>
      ringing.on ? null : ringing.lastMs + (primary ? afterReceptionMs : ringPauseMaxMs),
    due: (state, timing) => rangOut(state, timing),
  },
  primary: {
    down: ({ ringing, caller, offMs, byItself }, atMs) => {
      // What rings from here on is looked at afresh: CAR again, if the number did not arrive, or the bell.
      const silent = { ...ringing, on: false, lastMs: atMs, ordinary: false };
      const primary = { offMs, onMs: atMs, byItself };
      // Who else it could have been is only known once it rings again, or does not.
      return [{ at: 'alerting', ringing: silent, caller, primary }, caller || byItself ? fetched(primary) : []];
    },
    caller: (state, caller, atMs) => [{ ...state, caller, callerMs: atMs }, []],
    stop: (state, atMs) => {
      const [talking, events] = answer(state, state.offMs);
      const [next, more] = stopTalking(talking as StateAt<'talking'>, atMs);
      return [next, [...events, ...more]];
    },
    voice: (state) => [{ ...state, byItself: false }, []],
    dueAt: ({ offMs, callerMs, byItself }, { primaryDataMs, primarySilentMs, primaryReleaseMs }) => {
      if (callerMs !== null) return callerMs + primaryReleaseMs;
      return offMs + (byItself ? primarySilentMs : primaryDataMs);
    },
    due: (state) => answer(state, state.offMs), // no telephone is that slow: this is a person, and has been
  },
  talking: {
    down: ({ call }, atMs) => [{ at: 'down', call, downMs: atMs }, [{ kind: 'down', atMs }]],
    digit: (state, digit, atMs, timing) => [{ ...state, call: dial(state.call, digit, atMs, timing) }, []],
    progress: (state) => [{ ...state, call: { ...state.call, dialling: false } }, []],
    dialTone: (state, atMs) => [{ ...state, call: dialToneAgain(state.call, atMs) }, []],
    stop: (state, atMs) => stopTalking(state, atMs),
  },
  down: {
    up: ({ call: before, downMs }, atMs, timing) => {
      const { flashMinMs, pulseBreakMaxMs } = timing;
      const lengthMs = atMs - downMs;
      const flash = lengthMs >= flashMinMs ? { atMs: downMs, lengthMs } : null;
      const call = flash ? pressHook(before, downMs, timing) : before;
      const pulsed = call.pulsed || lengthMs <= pulseBreakMaxMs;
      return [{ at: 'talking', call: { ...call, pulsed } }, [{ kind: 'up', flash }]];
    },
    // No bell rings on a line that is off-hook: the call is over, and the next one is here.
    ring: (state, atMs, timing) => {
      const [, events] = end(state, timing);
      return [{ at: 'alerting', ringing: ringingFrom(atMs), caller: null, primary: null }, events];
    },
    digit: (state, digit, atMs, timing) => [{ ...state, call: dial(state.call, digit, atMs, timing) }, []],
    stop: (state, _, timing) => end(state, timing),
    dueAt: ({ downMs }, { hangUpMs }) => downMs + hangUpMs,
    due: (state, timing) => end(state, timing),
  },
};

export function trackerState(hook: Hook, atMs: MonotonicMs, timing: CallTiming): TrackerState {
  const idle: TrackerState = { timing, hook: hookFilter('on-hook'), line: IDLE, ringingMs: null };
  // A handset that is up when the recorder comes to life is a call in progress: it is recorded from here on.
  return hook === 'off-hook' ? { ...idle, hook: takeEdge(idle.hook, 'off-hook', atMs) } : idle;
}

/**
 * One line's next state, and what that means for the recording. Inputs come in order of `atMs`. Timers are not part of it:
 * whatever became due before an input is done first, so the result does not depend on how late the caller wakes up.
 */
export function step(state: TrackerState, input: TrackerInput): readonly [TrackerState, readonly CallEvent[]] {
  const events: CallEvent[] = [];
  let current = state;
  const moved = (hook: HookFilter, [line, more]: Step): void => {
    current = { ...current, hook, line };
    events.push(...more);
  };
  for (let due = dueAt(current); due !== null && due <= input.atMs; due = dueAt(current)) {
    if (settlesAt(current.hook, current.timing.hookSettleMs) === due) {
      const [hook, change] = settle(current.hook);
      moved(hook, change ? hookMoved(current, change.hook, change.atMs) : [current.line, []]);
      const { ringingMs } = current;
      // A bell that began while the contact was still settling was taken for one on a line that is off-hook.
      const early = change?.hook === 'on-hook' && ringingMs !== null && ringingMs >= change.atMs;
      if (early) moved(hook, take(current, { kind: 'ring', ringing: true, atMs: ringingMs }));
    } else {
      moved(current.hook, patienceEnded(current));
    }
  }
  if (input.kind === 'ring')
    current = { ...current, ringingMs: input.ringing ? (current.ringingMs ?? input.atMs) : null };
  if (input.kind === 'hook') current = { ...current, hook: takeEdge(current.hook, input.hook, input.atMs) };
  else moved(current.hook, take(current, input));
  return [current, events];
}

/** When `step` has something to do even if nothing happens on the line; null: never. */
export function dueAt({ timing, hook, line }: TrackerState): MonotonicMs | null {
  const settles = settlesAt(hook, timing.hookSettleMs);
  const patience = rowOf(line).dueAt?.(line, timing) ?? null;
  // A contact that moves just before patience ends decides it: what counts is when it began to move, not when it settled.
  if (settles !== null) return settles;
  return patience as MonotonicMs | null;
}

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

function rowOf(line: LineState): Row<LineState> {
  return TABLE[line.at] as unknown as Row<LineState>;
}

const patienceEnded = ({ line, timing }: TrackerState): Step => rowOf(line).due?.(line, timing) ?? [line, []];

function hookMoved({ line, timing }: TrackerState, hook: Hook, atMs: MonotonicMs): Step {
  const row = rowOf(line);
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

function begin(call: Call): Step {
  const { direction, startMs, ringMs, caller } = call;
  return [{ at: 'talking', call }, [{ kind: 'began', direction, atMs: startMs, ringMs, caller }]];
}

/** Somebody has answered, at `atMs`. */
const answer = ({ ringing, caller }: Pick<StateAt<'primary'>, 'ringing' | 'caller'>, atMs: MonotonicMs): Step =>
  begin(callBegun('inbound', atMs, atMs - ringing.startMs, caller));

const fetched = (primary: Primary | null): CallEvent[] =>
  primary ? [{ kind: 'fetched', startMs: primary.offMs, endMs: primary.onMs }] : [];

/** Nothing has rung since the telephone came back from fetching the number. */
const isQuietSince = ({ primary, ringing }: StateAt<'alerting'>): boolean =>
  primary !== null && !ringing.on && ringing.lastMs === primary.onMs;

/** No number was sent, and nothing has rung after it: unless all speaks for the telephone itself, kept as a call rather than lost. */
const wasNoPrimary = (state: StateAt<'alerting'>): boolean =>
  isQuietSince(state) && state.caller === null && state.primary?.byItself === false;

/** Nothing rings any more, and nobody has answered, as far as can be told. */
function rangOut(state: StateAt<'alerting'>, timing: CallTiming): Step {
  const { ringing, caller, primary } = state;
  const { startMs, lastMs, totalMs } = ringing;
  if (primary && wasNoPrimary(state)) {
    const [line, began] = answer(state, primary.offMs);
    const [, ended] = end({ at: 'down', call: (line as StateAt<'talking'>).call, downMs: primary.onMs }, timing);
    return [IDLE, [...began, ...ended]];
  }
  return [IDLE, totalMs >= timing.ringMinMs ? [{ kind: 'missed', startMs, endMs: lastMs, caller }] : []];
}

function end({ call, downMs }: StateAt<'down'>, timing: CallTiming): Step {
  const outcome = outcomeOf(call, downMs, timing);
  return [IDLE, [{ kind: 'ended', outcome, atMs: downMs, dialled: dialledOf(call) }]];
}

function stopTalking({ call }: StateAt<'talking'>, atMs: MonotonicMs): Step {
  return [IDLE, [{ kind: 'ended', outcome: 'interrupted', atMs, dialled: dialledOf(call) }]];
}

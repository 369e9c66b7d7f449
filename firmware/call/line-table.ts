import type { MonotonicMs } from '../../hal/clock.js';
import { type Call, callBegun, dial, dialledOf, dialToneAgain, outcomeOf, pressHook } from './call.js';
import type { CallEvent, Caller } from './call-event.js';
import type { LineState, Primary } from './line-state.js';
import { burst, isCar, isOrdinary, pause, ringingFrom, rungMs } from './ringing.js';
import type { CallTiming } from './timing.js';

/** What a line becomes, and what that means for the recording. */
export type Step = readonly [LineState, readonly CallEvent[]];
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

export const IDLE: StateAt<'idle'> = { at: 'idle', heard: null };

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
  lifted: {
    down: (state, atMs, { liftMinMs }) => {
      const { offMs } = state;
      if (atMs - offMs < liftMinMs) return [IDLE, [{ kind: 'tap', startMs: offMs, endMs: atMs }]];
      const [{ call }, events] = lasted(state);
      return [{ at: 'down', call, downMs: atMs }, [...events, { kind: 'down', atMs }]];
    },
    digit: (state, digit, atMs, timing) => {
      const [{ call }, events] = lasted(state);
      return [{ at: 'talking', call: dial(call, digit, atMs, timing) }, events];
    },
    stop: (state, atMs) => {
      const [talking, events] = lasted(state);
      const [line, more] = stopTalking(talking, atMs);
      return [line, [...events, ...more]];
    },
    dueAt: ({ offMs }, { liftMinMs }) => offMs + liftMinMs,
    due: (state) => lasted(state),
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
      // No telephone fetches a number a second time without being asked to.
      if (caller || isQuietSince(state) || isOrdinary(ringing, atMs, timing.carMaxMs)) return answer(state, atMs);
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
      const [next, more] = stopTalking(talking, atMs);
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

/** What can happen to a line as it is. */
export function rowOf(line: LineState): Row<LineState> {
  return TABLE[line.at] as unknown as Row<LineState>;
}

function begin(call: Call): readonly [StateAt<'talking'>, readonly CallEvent[]] {
  const { direction, startMs, ringMs, caller } = call;
  return [{ at: 'talking', call }, [{ kind: 'began', direction, atMs: startMs, ringMs, caller }]];
}

/** Somebody has lifted the handset, and means it. */
const lasted = ({ offMs }: StateAt<'lifted'>) => begin(callBegun('outbound', offMs, null, null));

/** Somebody has answered, at `atMs`. */
const answer = ({ ringing, caller }: Pick<StateAt<'primary'>, 'ringing' | 'caller'>, atMs: MonotonicMs) =>
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
    const [{ call }, began] = answer(state, primary.offMs);
    const [, ended] = end({ at: 'down', call, downMs: primary.onMs }, timing);
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

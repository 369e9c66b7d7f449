import type { Key } from '../../hal/panel.js';
import type { PressLength } from '../panel/press.js';
import type { PinGate } from '../pin/pin.js';
import { isPin, weaknessOf } from '../pin/policy.js';
import { CODE_MS } from '../pin/setup-code.js';
import { counted, keyed, NO_DIGITS, pressed } from './digits.js';
import type {
  Mode,
  RetrievalAnswer,
  RetrievalEffect,
  RetrievalEvent,
  Retrieving,
  Step,
  StickSeen,
} from './retrieving.js';
import type { PinQuestion } from './state.js';
import { timerOf } from './view.js';

/** The heart of retrieval: pure, total. What a state does not know is left alone. */
export function step(state: Retrieving, event: RetrievalEvent): Step {
  switch (event.kind) {
    case 'stick':
      return plugged(state, event.stick);
    case 'named':
      return named(state, event.named);
    case 'press':
      return press(state, event.length, event.gate);
    case 'key':
      return key(state, event.key, event.gate);
    case 'gate':
      return state.mode.at === 'refused' && event.gate.kind === 'open' ? rests(state) : same(state);
    case 'time':
      return time(state);
    case 'code': {
      const showing = { at: 'showing', code: event.code, index: 0, lit: true, leftMs: CODE_MS } as const;
      return state.mode.at === 'rest' ? goes(state, showing) : same(state);
    }
    default:
      return answer(state, event);
  }
}

const same = (state: Retrieving): Step => ({ state, effects: [] });
const goes = (state: Retrieving, mode: Mode, ...effects: RetrievalEffect[]): Step => ({
  state: { ...state, mode },
  effects,
});
const rests = (state: Retrieving, ...effects: RetrievalEffect[]): Step => goes(state, { at: 'rest' }, ...effects);

function copies(state: Retrieving, serial: string, collection: string, resumes: boolean): Step {
  const ticket = state.ticket + 1;
  const mode = { at: 'copying', files: 0, filesDone: 0, serial, collection, ticket } as const;
  return goes({ ...state, ticket }, mode, { kind: 'copy', collection, resumes, ticket });
}

/** What was decided at the console counts for a copy, too: nothing more of it is handed over. */
const withdraws = (state: Retrieving): Step => rests(state, { kind: 'stop-copy', why: 'withdrawn' }, { kind: 'close' });

function named(before: Retrieving, collection: string | null): Step {
  const state = { ...before, named: collection };
  const { mode } = before;
  return mode.at === 'copying' && mode.collection !== collection ? withdraws(state) : same(state);
}

const enters = (state: Retrieving, asks: PinQuestion, digits = NO_DIGITS, first = ''): Step =>
  goes(state, { at: 'entry', asks, digits, first });

function plugged(before: Retrieving, stick: StickSeen | null): Step {
  const state = { ...before, stick };
  const { mode } = before;
  if (mode.at === 'copying' || mode.at === 'failing') {
    const { serial, collection } = mode;
    // Told again, never gone.
    if (stick && stick.serial === serial && before.stick) return stick.allowed ? same(state) : withdraws(state);
    return goes(state, { at: 'pulled', serial, collection }, { kind: 'stop-copy', why: 'pulled' }, { kind: 'close' });
  }
  if (stick === null) {
    // A box that is being set up is none of a stick's business.
    const setsUp = mode.at === 'showing' || ((mode.at === 'entry' || mode.at === 'checking') && mode.asks !== 'pin');
    if (setsUp || mode.at === 'pulled') return same(state);
    return rests(state, { kind: 'close' });
  }
  if (mode.at !== 'pulled') return same(state);
  if (!stick.allowed || stick.serial !== mode.serial || state.named !== mode.collection) return rests(state);
  return copies(state, stick.serial, mode.collection, true);
}

/** Whoever goes on while a wrong PIN is told enters the next one. */
const goesOn = (state: Retrieving): Retrieving => (state.mode.at === 'wrong' ? enters(state, 'pin').state : state);

function press(before: Retrieving, length: PressLength, gate: PinGate): Step {
  const state = goesOn(before);
  const { mode } = state;
  if (length === 'very-long') return mode.at === 'entry' || mode.at === 'showing' ? rests(state) : same(state);
  if (length === 'long') return mode.at === 'entry' ? enter(state, mode) : proceed(state, gate);
  if (mode.at === 'showing') return enters(state, 'code', pressed(NO_DIGITS));
  if (mode.at === 'entry') return enters(state, mode.asks, pressed(mode.digits), mode.first);
  return same(state);
}

function key(before: Retrieving, which: Key, gate: PinGate): Step {
  const state = goesOn(before);
  const { mode } = state;
  if (which === 'enter') return mode.at === 'entry' ? enter(state, mode) : proceed(state, gate);
  if (mode.at === 'entry') return enters(state, mode.asks, keyed(mode.digits, which), mode.first);
  if (which === 'clear') return mode.at === 'showing' ? rests(state) : same(state);
  if (mode.at === 'showing') return enters(state, 'code', keyed(NO_DIGITS, which));
  // The first digit asks for the PIN by itself.
  const asked = mode.at === 'rest' && isReady(state) ? proceed(state, gate) : same(state);
  const { mode: next } = asked.state;
  return next.at === 'entry' ? enters(asked.state, next.asks, keyed(next.digits, which), next.first) : asked;
}

const isReady = ({ stick, named }: Retrieving): boolean => stick?.allowed === true && named !== null;

/** A long press, where nothing is being entered. */
function proceed(state: Retrieving, gate: PinGate): Step {
  const { mode } = state;
  switch (mode.at) {
    case 'rest':
    case 'refused':
      if (gate.kind === 'unset') return goes(state, { at: 'rest' }, { kind: 'make-code' });
      if (!isReady(state)) return same(state);
      if (gate.kind === 'open') return enters(state, 'pin');
      if (gate.kind === 'wait') return goes(state, { at: 'refused', waitMs: gate.waitMs });
      if (mode.at === 'refused' && mode.waitMs === 'locked') return same(state); // told already
      return goes(state, { at: 'refused', waitMs: 'locked' }, { kind: 'note-locked' });
    case 'showing':
      return goes(state, { ...mode, index: 0, lit: true });
    case 'done':
      return goes(state, { at: 'ejected' }, { kind: 'close' });
    case 'failed':
      return rests(state, { kind: 'close' });
    case 'pulled':
      return state.stick === null ? rests(state) : same(state);
    default:
      return same(state);
  }
}

/** An entry is finished. */
function enter(state: Retrieving, { asks, digits, first }: Extract<Mode, { at: 'entry' }>): Step {
  const { typed } = counted(digits);
  const ticket = state.ticket + 1;
  const checks = (effect: RetrievalEffect): Step =>
    goes({ ...state, ticket }, { at: 'checking', asks, ticket }, effect);
  switch (asks) {
    case 'pin':
      // What cannot be a PIN is a slip of the finger, and no try.
      return isPin(typed) ? checks({ kind: 'try-pin', pin: typed, ticket }) : enters(state, 'pin');
    case 'code':
      return checks({ kind: 'use-code', code: typed, ticket });
    case 'new':
      return weaknessOf(typed) === null ? enters(state, 'again', NO_DIGITS, typed) : enters(state, 'new');
    case 'again':
      return typed === first ? checks({ kind: 'store-pin', pin: typed, ticket }) : enters(state, 'new');
  }
}

function time(state: Retrieving): Step {
  const { mode } = state;
  switch (mode.at) {
    case 'showing': {
      const leftMs = mode.leftMs - (timerOf(state) ?? 0);
      if (leftMs <= 0) return rests(state);
      if (mode.lit) return goes(state, { ...mode, lit: false, leftMs });
      return goes(state, { ...mode, lit: true, leftMs, index: (mode.index + 1) % mode.code.length });
    }
    case 'entry':
      if (mode.digits.presses > 0) return enters(state, mode.asks, counted(mode.digits), mode.first);
      if (mode.digits.echo !== null) return enters(state, mode.asks, { ...mode.digits, echo: null }, mode.first);
      return rests(state);
    case 'wrong':
      return enters(state, 'pin');
    case 'refused':
      return rests(state);
    case 'failing':
      return goes(state, { at: 'failed', code: mode.code }, { kind: 'close' });
    case 'pulled':
      return rests(state);
    default:
      return same(state);
  }
}

/** One that nobody waits for any more changes nothing. */
function answer(state: Retrieving, event: RetrievalAnswer): Step {
  const { mode } = state;
  if (mode.at === 'checking' && mode.ticket === event.ticket) return checked(state, mode.asks, event);
  if (mode.at !== 'copying' || mode.ticket !== event.ticket) return same(state);
  const { files, filesDone, serial, collection } = mode;
  switch (event.kind) {
    case 'progress':
      return goes(state, { ...mode, files: event.files, filesDone: event.filesDone });
    case 'copied':
      return goes(state, { at: 'done', files: event.files });
    case 'withdrawn':
      return rests(state, { kind: 'close' });
    case 'copy-failed':
      if (event.sure) return goes(state, { at: 'failed', code: event.code }, { kind: 'close' });
      return goes(state, { at: 'failing', code: event.code, files, filesDone, serial, collection });
    default:
      return same(state);
  }
}

function checked(state: Retrieving, asks: PinQuestion, event: RetrievalAnswer): Step {
  if (event.kind === 'code-used' && asks === 'code') return event.right ? enters(state, 'new') : rests(state);
  if (event.kind === 'pin-stored' && asks === 'again') return rests(state);
  if (event.kind !== 'pin-tried' || asks !== 'pin') return same(state);
  const { verdict, gate } = event;
  if (verdict === 'right') {
    const { stick, named: collection } = state;
    return stick?.allowed && collection !== null ? copies(state, stick.serial, collection, false) : rests(state);
  }
  if (gate.kind === 'wait') return goes(state, { at: 'refused', waitMs: gate.waitMs });
  if (gate.kind === 'locked') return goes(state, { at: 'refused', waitMs: 'locked' });
  return verdict === 'wrong' ? goes(state, { at: 'wrong' }) : rests(state);
}

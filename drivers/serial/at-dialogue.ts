import type { MonotonicMs } from '../../hal/clock.js';
import type { ModemReport } from '../../hal/modem.js';
import { type Collected, collect, collectedAtMs, finish } from './caller-id-collector.js';
import { readLvs } from './line-voltage.js';
import type { InitStep, ModemProfile } from './profiles.js';

/** What happens to the dialogue. */
export type DialogueInput =
  | { readonly kind: 'line'; readonly line: string; readonly atMs: MonotonicMs }
  /** It is `atMs`, and no line has come that has not been told. */
  | { readonly kind: 'time'; readonly atMs: MonotonicMs };

/** What the dialogue wants done, in this order. */
export type DialogueOutput =
  /** To the modem; `CR` is to be added. */
  | { readonly kind: 'say'; readonly command: string }
  | { readonly kind: 'report'; readonly report: ModemReport }
  /** The answer to the profile's `poll`. */
  | { readonly kind: 'voltage'; readonly volts: number; readonly atMs: MonotonicMs }
  /** It is over: nothing on the port is a modem, or it will not do what it must, or it has fallen silent, or blind. */
  | { readonly kind: 'fault'; readonly fault: 'absent' | 'refused' | 'silent'; readonly command: string };

type Phase =
  /** `command` has been said for the `attempt`th time (from 1). */
  | {
      readonly at: 'asking';
      readonly step: number;
      readonly choice: number;
      readonly attempt: number;
      readonly dueMs: number;
    }
  /** Something has been answered; what comes now answers nothing. */
  | { readonly at: 'resting'; readonly step: number; readonly choice: number; readonly dueMs: number }
  | { readonly at: 'listening'; readonly dueMs: number }
  | { readonly at: 'checking'; readonly attempt: number; readonly dueMs: number }
  | { readonly at: 'over' };

/** All that is known of the talk with one modem. A plain value: `step` returns the next. */
export interface Dialogue {
  readonly profile: ModemProfile;
  readonly phase: Phase;
  readonly collected: Collected;
}

type Turn = readonly [Dialogue, readonly DialogueOutput[]];

/** A command is said so often before its silence means something: a modem just plugged in takes a while. */
const ATTEMPTS = 5;
/** An answer that came late may be followed by one more, ms [I]. */
const REST_AFTER_RETRY_MS = 500;
const CHECK = 'AT';

/** Verbose and, until `V1` has been understood, numeric. */
const YES = new Set(['OK', '0']);
const NO = new Set(['ERROR', '4']);
/** With or without what else a modem may say of a ring. */
const RING = /^RING\b/;
/** Distinctive ringing: length of a burst, and of a pause, in 100 ms. */
const DRON = /^DRON ?= ?(\d{1,3})$/;
const DROF = /^DROF ?= ?\d{1,3}$/;

/** The port has just been opened. */
export function begin(profile: ModemProfile, atMs: MonotonicMs): Turn {
  return ask({ profile, phase: { at: 'over' }, collected: null }, 0, 0, 1, atMs);
}

/** When a `time` input is due, ms, if no line comes first; null when it is over. */
export function dueAtMs({ phase, collected }: Dialogue): number | null {
  if (phase.at === 'over') return null;
  return Math.min(phase.dueMs, collectedAtMs(collected) ?? Infinity);
}

/** One input. Takes any line and any time and never throws; what it does not know it leaves alone. */
export function step(dialogue: Dialogue, input: DialogueInput): Turn {
  if (dialogue.phase.at === 'over') return [dialogue, []];
  const [caught, late] = settle(dialogue, input.atMs);
  const [next, outputs] = input.kind === 'line' ? hear(caught, input.line, input.atMs) : wait(caught, input.atMs);
  return [next, [...late, ...outputs]];
}

/** A caller ID of which no more lines came is complete, whatever comes now. */
function settle(dialogue: Dialogue, atMs: MonotonicMs): Turn {
  const due = collectedAtMs(dialogue.collected);
  return due === null || atMs < due ? [dialogue, []] : complete(dialogue);
}

function complete(dialogue: Dialogue): Turn {
  const { collected, reports } = finish(dialogue.collected);
  return [{ ...dialogue, collected }, reports.map((report) => ({ kind: 'report', report }))];
}

/** A line: of a caller ID, of a ring, or an answer. */
function hear(dialogue: Dialogue, line: string, atMs: MonotonicMs): Turn {
  // Noise before or after a word does not make it another.
  const word = line.replace(/[^\x20-\x7e]/g, '').trim();
  const collecting = collect(dialogue.collected, line, atMs, dialogue.profile.form);
  if (collecting !== null) {
    const outputs = collecting.reports.map((report): DialogueOutput => ({ kind: 'report', report }));
    return [alive({ ...dialogue, collected: collecting.collected }, atMs), outputs];
  }
  const [, tenths] = DRON.exec(word) ?? [];
  if (tenths !== undefined || RING.test(word)) {
    const [caught, outputs] = complete(dialogue);
    const ring: ModemReport = { kind: 'ring', atMs, ...(tenths !== undefined && { lengthMs: Number(tenths) * 100 }) };
    return [alive(caught, atMs), [...outputs, { kind: 'report', report: ring }]];
  }
  const volts = dialogue.profile.poll && dialogue.phase.at === 'checking' ? readLvs(word) : undefined;
  if (volts !== undefined) return [alive(dialogue, atMs), [{ kind: 'voltage', volts, atMs }]];
  if (YES.has(word)) return answered(dialogue, true, atMs);
  if (NO.has(word)) return answered(dialogue, false, atMs);
  return [DROF.test(word) ? alive(dialogue, atMs) : dialogue, []];
}

/** The modem has said something that makes sense: no need to ask soon whether it is there. */
function alive(dialogue: Dialogue, atMs: MonotonicMs): Dialogue {
  const { phase, profile } = dialogue;
  if (phase.at !== 'listening' && phase.at !== 'checking') return dialogue;
  return { ...dialogue, phase: { at: 'listening', dueMs: atMs + quietMs(profile) } };
}

function answered(dialogue: Dialogue, yes: boolean, atMs: MonotonicMs): Turn {
  const { phase, profile } = dialogue;
  // Without what the poll asked for: the end of the answer before, or noise has eaten the rest. Blind is not at rest: it is soon said again.
  if (phase.at === 'checking' && profile.poll) {
    const dueMs = Math.min(phase.dueMs, atMs + profile.poll.everyMs);
    return [{ ...dialogue, phase: { ...phase, dueMs } }, []];
  }
  if (phase.at !== 'asking') return [alive(dialogue, atMs), []];
  const asked = stepAt(dialogue.profile, phase.step);
  if (asked === undefined) return [dialogue, []];
  const choice = yes ? asked.say.length : phase.choice + 1;
  const exhausted = choice >= asked.say.length;
  if (exhausted && !yes && asked.optional !== true) return fail(dialogue, 'refused', asked.say[phase.choice] ?? '');
  const restMs = Math.max(yes ? (asked.restMs ?? 0) : 0, phase.attempt > 1 ? REST_AFTER_RETRY_MS : 0);
  const next = exhausted ? { step: phase.step + 1, choice: 0 } : { step: phase.step, choice };
  if (restMs === 0) return ask(dialogue, next.step, next.choice, 1, atMs);
  return [{ ...dialogue, phase: { at: 'resting', ...next, dueMs: atMs + restMs } }, []];
}

/** Time has passed. */
function wait(dialogue: Dialogue, atMs: MonotonicMs): Turn {
  const { phase, profile } = dialogue;
  if (phase.at === 'over' || atMs < phase.dueMs) return [dialogue, []];
  switch (phase.at) {
    case 'resting':
      return ask(dialogue, phase.step, phase.choice, 1, atMs);
    case 'asking':
      if (phase.attempt < ATTEMPTS) return ask(dialogue, phase.step, phase.choice, phase.attempt + 1, atMs);
      return fail(dialogue, 'absent', stepAt(profile, phase.step)?.say[phase.choice] ?? '');
    case 'listening':
      return check(dialogue, 1, atMs);
    case 'checking':
      return phase.attempt < ATTEMPTS
        ? check(dialogue, phase.attempt + 1, atMs)
        : fail(dialogue, 'silent', profile.poll?.say ?? CHECK);
  }
}

/** Says a command of the beginning; after the last of them the modem is ready. */
function ask(dialogue: Dialogue, step: number, choice: number, attempt: number, atMs: MonotonicMs): Turn {
  const { profile } = dialogue;
  const command = stepAt(profile, step)?.say[choice];
  if (command === undefined) {
    const ready: DialogueOutput = { kind: 'report', report: { kind: 'ready', atMs } };
    return [{ ...dialogue, phase: { at: 'listening', dueMs: atMs + quietMs(profile) } }, [ready]];
  }
  const phase: Phase = { at: 'asking', step, choice, attempt, dueMs: atMs + profile.answerMs };
  return [{ ...dialogue, phase }, [{ kind: 'say', command }]];
}

function check(dialogue: Dialogue, attempt: number, atMs: MonotonicMs): Turn {
  const phase: Phase = { at: 'checking', attempt, dueMs: atMs + dialogue.profile.answerMs };
  return [{ ...dialogue, phase }, [{ kind: 'say', command: dialogue.profile.poll?.say ?? CHECK }]];
}

function fail(dialogue: Dialogue, fault: 'absent' | 'refused' | 'silent', command: string): Turn {
  return [{ ...dialogue, phase: { at: 'over' } }, [{ kind: 'fault', fault, command }]];
}

/** How long nothing is said while it listens. */
const quietMs = ({ poll, checkMs }: ModemProfile): number => poll?.everyMs ?? checkMs;

const stepAt = ({ init }: ModemProfile, step: number): InitStep | undefined => init[step];

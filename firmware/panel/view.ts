import type { LampPattern } from '../../hal/panel.js';
import { FAULT_CATALOGUE } from '../faults/catalogue.js';
import type { Fault, FaultCode } from '../faults/fault.js';
import type { LineView } from '../line-view.js';
import type { RetrievalState } from '../retrieval/state.js';

/** What the panel says, in a word. */
export type PanelMeaning =
  | 'ready'
  | 'ringing'
  | 'recording'
  /** A caller is being told that the call is recorded. */
  | 'guidance'
  /** Something has happened that nobody has taken note of, or a fault that somebody has taken note of is still there. */
  | 'attention'
  /** The lamp counts a fault's number. */
  | 'fault'
  | 'stick-ready'
  | 'pin'
  | 'pin-echo'
  | 'refused'
  | 'copying'
  | 'done';

/** What there is to be said, and by whom. */
export interface PanelInput {
  readonly lines: readonly Pick<LineView, 'state'>[];
  /** What is in the fault book, most urgent first. */
  readonly faults: readonly Fault[];
  readonly retrieval: RetrievalState;
  readonly guidance: boolean;
  /** The fault that somebody has just asked for, by pressing the button. */
  readonly asked: Fault | null;
}

/** One thing of all these, and what the lamp does to say it. */
export interface PanelSaying {
  readonly meaning: PanelMeaning;
  /** Whose number the lamp counts: with `fault` nothing else, with anything else in turn with it; null: none. */
  readonly code: FaultCode | null;
  readonly pattern: LampPattern;
}

/**
 * What the panel says, most important first: what somebody who stands there has asked for or does with a stick; a fault that is there
 * and that nobody has taken note of; a call; what is over and waits for somebody to take note of it; what is known and still there;
 * and that all is well. A failure that is known and still there is counted in turn with a call, and with what waits: neither hides
 * the other.
 */
export function sayingOf({ lines, faults, retrieval, guidance, asked }: PanelInput): PanelSaying {
  if (asked) return faultSaying(asked.code);
  const handing = handingOver(retrieval);
  if (handing) return handing;
  const unknown = faults.filter(({ acknowledged }) => !acknowledged);
  const pressing = unknown.find(({ active }) => active);
  if (pressing) return faultSaying(pressing.code);
  const known = faults.find(({ code, active }) => active && FAULT_CATALOGUE[code].severity === 'failure');
  const meaning = callSaid(lines, guidance) ?? (unknown.length > 0 ? 'attention' : null);
  if (known) return meaning === null ? faultSaying(known.code) : inTurn(meaning, known.code);
  return plain(meaning ?? (faults.length > 0 ? 'attention' : 'ready'));
}

function callSaid(lines: PanelInput['lines'], guidance: boolean): 'guidance' | 'recording' | 'ringing' | null {
  if (guidance) return 'guidance';
  if (lines.some(({ state }) => state === 'recording')) return 'recording';
  return lines.some(({ state }) => state === 'ringing') ? 'ringing' : null;
}

function handingOver(retrieval: RetrievalState): PanelSaying | null {
  switch (retrieval.phase) {
    case 'idle':
      return null;
    case 'pin': {
      const { echo, wrong = false } = retrieval;
      if (wrong) return plain('refused');
      return echo === null ? plain('pin') : { meaning: 'pin-echo', code: null, pattern: counted([echo]) };
    }
    case 'failed':
      return faultSaying(retrieval.code);
    default:
      return plain(retrieval.phase);
  }
}

const SHORT_MS = 200;
const LONG_MS = 900;
const BETWEEN_MS = 300;
const AFTER_LONG_MS = 900;
const PAUSE_MS = 2500;

/** Short blinks that are to be counted, after as many long ones where there are two numbers; then a pause. */
function counted(counts: readonly [short: number] | readonly [long: number, short: number]): LampPattern {
  const [long, short] = counts.length === 2 ? counts : [0, counts[0]];
  const blinks = (count: number, onMs: number, lastMs: number): number[] =>
    Array.from({ length: count }, (_, i) => [onMs, i === count - 1 ? lastMs : BETWEEN_MS]).flat();
  return { colour: 'amber', rhythmMs: [...blinks(long, LONG_MS, AFTER_LONG_MS), ...blinks(short, SHORT_MS, PAUSE_MS)] };
}

/** How a fault's number is blinked: `3-2` is three long, two short. */
export const faultPattern = (code: FaultCode): LampPattern => counted(FAULT_CATALOGUE[code].blinks);

const faultSaying = (code: FaultCode): PanelSaying => ({ meaning: 'fault', code, pattern: faultPattern(code) });

const plain = (meaning: keyof typeof PATTERNS): PanelSaying => ({ meaning, code: null, pattern: PATTERNS[meaning] });

/** How long one thing is said before a number is counted, and how long it is dark between them. */
const SAID_MS = 6000;
const BEFORE_COUNT_MS = 1500;

/** One thing for a while, then a fault's number, and so on. */
function inTurn(meaning: keyof typeof PATTERNS, code: FaultCode): PanelSaying {
  const { colour, rhythmMs } = PATTERNS[meaning];
  const round = rhythmMs.length === 1 ? [SAID_MS, 0] : [...rhythmMs];
  const rounds = Array.from({ length: Math.ceil(SAID_MS / sumOf(round)) }, () => round).flat();
  const said = [...rounds.slice(0, -1), BEFORE_COUNT_MS];
  return { meaning, code, pattern: { colour, rhythmMs: [...said, ...faultPattern(code).rhythmMs] } };
}

/**
 * Rhythm and count tell, colour only helps. In the pauses: one blip, all is well; two, look at me; three, a stick is ready. Steady is
 * a recording, even blinking is something that goes on by itself, mostly lit waits for a hand.
 */
export const PATTERNS = {
  ready: { colour: 'green', rhythmMs: [100, 2900] },
  attention: { colour: 'amber', rhythmMs: [100, 200, 100, 2600] },
  'stick-ready': { colour: 'green', rhythmMs: [100, 200, 100, 200, 100, 1300] },
  recording: { colour: 'red', rhythmMs: [1] },
  guidance: { colour: 'red', rhythmMs: [2000, 200] },
  ringing: { colour: 'green', rhythmMs: [200, 200] },
  copying: { colour: 'green', rhythmMs: [500, 500] },
  done: { colour: 'green', rhythmMs: [1500, 1500] },
  pin: { colour: 'amber', rhythmMs: [800, 100] },
  refused: { colour: 'red', rhythmMs: [100, 100, 100, 100, 100, 100, 100, 1000] },
} as const satisfies Partial<Record<PanelMeaning, LampPattern>>;

/** Whether the lamp is lit `sinceMs` after it began to show this. For whoever draws one. */
export function isLit({ rhythmMs }: LampPattern, sinceMs: number): boolean {
  if (rhythmMs.length < 2) return rhythmMs.length === 1;
  let leftMs = sinceMs % sumOf(rhythmMs);
  for (const [i, each] of rhythmMs.entries()) {
    if (leftMs < each) return i % 2 === 0;
    leftMs -= each;
  }
  return false;
}

/** How long the pattern takes until it begins anew, in ms. */
export const roundMs = ({ rhythmMs }: LampPattern): number => sumOf(rhythmMs);

const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);

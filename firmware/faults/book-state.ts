import { type Allowance, type AllowanceLimits, allowanceAt, spend } from './allowance.js';
import { byUrgency, FAULT_CATALOGUE } from './catalogue.js';
import type { Fault, FaultCode } from './fault.js';

/**
 * What the register may be told of one fault of one subject, and of all of them: a fault that comes and goes by the second costs the
 * journal no more than this. What is not told one by one is told as a count, and in the end the register has what is the case.
 */
export const FAULT_ALLOWANCE: AllowanceLimits = { most: 6, backMs: 3_600_000 };
export const BOOK_ALLOWANCE: AllowanceLimits = { most: 60, backMs: 600_000 };

const SUBJECT_MAX_CHARS = 64;
const DETAIL_MAX_CHARS = 300;
/** Acknowledgements that a refusing medium may keep waiting. */
const PENDING_MAX = 50;

/** One line of the register, before it is entered. */
export interface FaultEntry {
  readonly kind: 'fault-raised' | 'fault-cleared' | 'fault-acknowledged';
  readonly detail: Readonly<Record<string, string | number>>;
}

interface Page extends Fault {
  /** Whether something of a recording was lost by it. */
  readonly costly: boolean;
  /** When it last came, and when it last went. */
  readonly cameWallMs: number;
  readonly wentWallMs: number;
  /** Whether the register says that it is there. */
  readonly said: boolean;
  /** Comings and goings that the register has not been told of. */
  readonly unsaid: number;
  /** An earlier run left it as being there, and nobody has said yet whether it is. */
  readonly awaited: boolean;
}

/** A fault as one run leaves it to the next. */
export interface LeftFault extends Omit<Fault, 'active'> {
  /** Whether the register says that it is there. */
  readonly said: boolean;
  /** Whether something of a recording was lost by it. */
  readonly costly: boolean;
}

/** Every fault that is there, or that somebody has yet to take note of, or that the register has yet to be told of. A plain value. */
export interface BookState {
  readonly pages: ReadonlyMap<string, Page>;
  readonly allowances: ReadonlyMap<string, Allowance>;
  /** What people did, to be entered as it is. */
  readonly pending: readonly FaultEntry[];
}

export type BookInput =
  | {
      readonly kind: 'raise';
      readonly code: FaultCode;
      readonly subject: string;
      readonly detail: string;
      readonly costly?: boolean;
      readonly wallMs: number;
    }
  | { readonly kind: 'clear'; readonly code: FaultCode; readonly subject: string; readonly wallMs: number }
  /** What an earlier run left and nobody has noticed again by now is over. */
  | { readonly kind: 'give-up'; readonly wallMs: number }
  /** Somebody takes note of every open fault that `which` says. `by`: where, not who. */
  | {
      readonly kind: 'acknowledge';
      readonly which: (fault: Fault) => boolean;
      readonly by: string;
      readonly wallMs: number;
    };

const keyOf = (code: string, subject: string): string => `${code} ${subject.slice(0, SUBJECT_MAX_CHARS)}`;
const ALL = 'all';

/** That the register was told of a fault, by an earlier run. */
export interface Told {
  readonly code: string;
  readonly subject: string;
  readonly atMs: number;
}

/** What nobody looks for by himself is there until somebody has looked: what `check` has found. */
const isLasting = (code: FaultCode): boolean => code === 'STORE_DAMAGED';

/**
 * A book with what an earlier run left. `told`, oldest first: what the register has been told, in the time of `nextEntry`; a
 * process that dies again and again gets no more of it than one that lives.
 */
export function bookState(left: readonly LeftFault[], told: readonly Told[] = []): BookState {
  const pages = left.map((fault): [string, Page] => {
    const { code, subject, sinceWallMs, said, acknowledged } = fault;
    const active = said && isLasting(code);
    const awaited = (said || acknowledged) && !active;
    const times = { cameWallMs: sinceWallMs, wentWallMs: sinceWallMs };
    return [keyOf(code, subject), { ...fault, ...times, active, awaited, unsaid: 0 }];
  });
  const allowances = new Map<string, Allowance>();
  for (const { code, subject, atMs } of told) charge(allowances, keyOf(code, subject), atMs);
  return { pages: new Map(pages), allowances, pending: [] };
}

/** One entry less for a fault of a subject, and for all together. */
function charge(allowances: Map<string, Allowance>, key: string, nowMs: number): void {
  const limits = [
    [key, FAULT_ALLOWANCE],
    [ALL, BOOK_ALLOWANCE],
  ] as const;
  for (const [each, limit] of limits) allowances.set(each, spend(allowanceAt(allowances.get(each), nowMs, limit)));
}

/** Whether it waits for somebody to take note of it even when it is over. */
const stays = ({ code, costly }: Pick<Page, 'code' | 'costly'>): boolean => costly || FAULT_CATALOGUE[code].stays;

/** Whether there is anything to be seen of it: it is there, or it is over and waits for somebody to take note. */
const isOpen = (page: Page): boolean => page.active || (stays(page) && !page.acknowledged);

/** Most urgent first, of one kind the first noticed first. No two open faults are equal. */
const inOrder = (a: Fault, b: Fault): number =>
  byUrgency(a, b) || a.sinceWallMs - b.sinceWallMs || (a.subject < b.subject ? -1 : Number(a.subject > b.subject));

const faultOf = ({ code, subject, sinceWallMs, detail, active, acknowledged, times }: Page): Fault => ({
  code,
  subject,
  sinceWallMs,
  detail,
  active,
  acknowledged,
  times,
});

/** What is to be shown, in order. */
export const openFaults = ({ pages }: BookState): readonly Fault[] =>
  [...pages.values()].filter(isOpen).sort(inOrder).map(faultOf);

/**
 * What must outlive the process, in order: what stays and nobody has taken note of, and what is there and somebody has. Something that
 * flaps changes it no more often than people do.
 */
export function leftOpen({ pages }: BookState): readonly LeftFault[] {
  const left = [...pages.values()].filter((page) => (page.acknowledged ? page.active || page.awaited : stays(page)));
  return left.sort(inOrder).map((page) => {
    const { active: _, ...fault } = faultOf(page);
    return { ...fault, said: page.said, costly: page.costly };
  });
}

/** The same state where nothing changed. */
export function step(state: BookState, input: BookInput): BookState {
  switch (input.kind) {
    case 'raise':
      return raised(state, input);
    case 'clear':
      return cleared(state, keyOf(input.code, input.subject), input.wallMs);
    case 'give-up': {
      const given = [...state.pages].filter(([, { awaited }]) => awaited);
      return given.reduce((next, [key]) => cleared(next, key, input.wallMs), state);
    }
    case 'acknowledge':
      return acknowledged(state, input);
  }
}

function raised(state: BookState, input: Extract<BookInput, { kind: 'raise' }>): BookState {
  const { code, subject, detail, costly = false, wallMs } = input;
  const key = keyOf(code, subject);
  const page = state.pages.get(key);
  const text = detail.slice(0, DETAIL_MAX_CHARS);
  if (page?.active) {
    const same = page.detail === text && (page.costly || !costly);
    return same ? state : withPage(state, key, { ...page, detail: text, costly: page.costly || costly });
  }
  // It was there when the run before this one ended, and is there still: nothing new, and whoever knew of it knows of it.
  const still = page?.awaited === true;
  // Over and seen to, or never there: this is a new one, of which nobody has taken note.
  const goesOn = page !== undefined && (still || isOpen(page));
  return withPage(state, key, {
    code,
    subject: subject.slice(0, SUBJECT_MAX_CHARS),
    detail: text,
    costly: costly || (goesOn && page.costly),
    sinceWallMs: goesOn ? page.sinceWallMs : wallMs,
    cameWallMs: wallMs,
    wentWallMs: page?.wentWallMs ?? wallMs,
    active: true,
    acknowledged: still && page.acknowledged,
    times: goesOn ? page.times + (still ? 0 : 1) : 1,
    said: page?.said ?? false,
    unsaid: (page?.unsaid ?? 0) + (still && page.said ? 0 : 1),
    awaited: false,
  });
}

function cleared(state: BookState, key: string, wallMs: number): BookState {
  const page = state.pages.get(key);
  if (!page?.active && !page?.awaited) return state;
  // Of one that is awaited and that the register does not know of there is nothing to be told.
  const unsaid = page.unsaid + (page.active || page.said ? 1 : 0);
  return withPage(state, key, { ...page, active: false, awaited: false, wentWallMs: wallMs, unsaid });
}

function acknowledged(state: BookState, { which, by, wallMs }: Extract<BookInput, { kind: 'acknowledge' }>): BookState {
  let next = state;
  for (const fault of openFaults(state)) {
    const { code, subject } = fault;
    const key = keyOf(code, subject);
    const page = next.pages.get(key);
    if (fault.acknowledged || !which(fault) || !page) continue;
    const entry: FaultEntry = { kind: 'fault-acknowledged', detail: { code, subject, by, atWallMs: wallMs } };
    next = withPage(next, key, { ...page, acknowledged: true });
    next = { ...next, pending: [...next.pending, entry].slice(-PENDING_MAX) };
  }
  return next;
}

/** What the register is to be told next; null: nothing now. Enter it, then say `entered`. */
export function nextEntry(state: BookState, nowMs: number): FaultEntry | null {
  // What somebody took note of is told before the note.
  return nextOfPages(state, nowMs) ?? state.pending[0] ?? null;
}

/** The register has taken `entry`, which `nextEntry` gave. What has changed since then is yet to be told. */
export function entered(state: BookState, entry: FaultEntry, nowMs: number): BookState {
  if (entry.kind === 'fault-acknowledged') return { ...state, pending: state.pending.filter((each) => each !== entry) };
  const { code, subject, untold = 0 } = entry.detail;
  const key = keyOf(String(code), String(subject));
  const allowances = new Map(state.allowances);
  charge(allowances, key, nowMs);
  const page = state.pages.get(key);
  if (!page) return { ...state, allowances };
  const unsaid = Math.max(0, page.unsaid - 1 - Number(untold));
  return withPage({ ...state, allowances }, key, { ...page, said: entry.kind === 'fault-raised', unsaid });
}

function nextOfPages({ pages, allowances }: BookState, nowMs: number): FaultEntry | null {
  if (allowanceAt(allowances.get(ALL), nowMs, BOOK_ALLOWANCE).left < 1) return null;
  for (const [key, page] of pages) {
    if (page.awaited || (page.said === page.active && page.unsaid === 0)) continue;
    if (allowanceAt(allowances.get(key), nowMs, FAULT_ALLOWANCE).left < 1) continue;
    const { code, subject, detail, active, cameWallMs, wentWallMs, said, unsaid } = page;
    // What came and went before anybody could write is told as both.
    const goingToo = !active && !said && unsaid > 1;
    const untold = unsaid - (goingToo ? 2 : 1);
    const more = untold > 0 ? { untold } : {};
    return active || goingToo
      ? { kind: 'fault-raised', detail: { code, subject, detail, atWallMs: cameWallMs, ...more } }
      : { kind: 'fault-cleared', detail: { code, subject, atWallMs: wentWallMs, ...more } };
  }
  return null;
}

/** Puts a page in, or takes it out where nobody needs it any more. */
function withPage(state: BookState, key: string, page: Page): BookState {
  const pages = new Map(state.pages);
  if (isOpen(page) || page.awaited || page.said || page.unsaid > 0) pages.set(key, page);
  else pages.delete(key);
  return { ...state, pages };
}

/** Forgets allowances that are whole again. Call once in a while. */
export function tidied(state: BookState, nowMs: number): BookState {
  const allowances = new Map(
    [...state.allowances].filter(
      ([key, each]) => key === ALL || allowanceAt(each, nowMs, FAULT_ALLOWANCE).left < FAULT_ALLOWANCE.most,
    ),
  );
  return allowances.size === state.allowances.size ? state : { ...state, allowances };
}

import type { MonotonicMs } from '../hal/clock.js';
import type { ModemReport } from '../hal/modem.js';
import type { CallEvent, Caller } from './call/call-event.js';
import {
  believeCaller,
  type CallerEvidence,
  type HeardCaller,
  heardByModem,
  heardOnLine,
} from './call/caller-belief.js';
import type { CallTiming } from './call/timing.js';

/** What a modem told that is no part of any record. Kept in memory only: it may hold a number. */
export interface ModemNote {
  readonly atMs: MonotonicMs;
  /** `unread`: told, and not to be believed. `no-ringing`: a caller, and our detector saw nothing ring that it belongs to. */
  readonly kind: 'unread' | 'no-ringing';
  /** What the modem said, or the number or the reason for its absence. */
  readonly text: string;
  /** The modem told of ringing, too: then it is the detector that should be looked at. */
  readonly rang: boolean;
}

interface Told {
  readonly atMs: MonotonicMs;
  readonly evidence: CallerEvidence;
}

/** The latest notes are kept, and so many callers wait for their ringing: a modem that babbles takes no memory. */
export const NOTES_MAX = 16;

/**
 * Which ringing a modem's report belongs to, and who is believed. A report belongs to the ringing that it falls into, or
 * that begins within `callerAheadMs` after it; of an answered call also up to `modemLateMs` after the answer. What belongs to
 * nothing is a note. The modem's own word about ringing makes no call: it is only told with that note.
 */
export class CallerMatch {
  readonly #timing: CallTiming;
  #waiting: readonly Told[] = [];
  #notes: readonly ModemNote[] = [];
  #rangMs: MonotonicMs | null = null;
  /** The answered call in progress. */
  #call: { readonly line: readonly CallerEvidence[]; told: readonly Told[]; readonly untilMs: number } | null = null;
  #busy = false;

  constructor(timing: CallTiming) {
    this.#timing = timing;
  }

  /** Oldest first, `NOTES_MAX` at most. */
  get notes(): readonly ModemNote[] {
    return this.#notes;
  }

  /** Who has called, of the call in progress. */
  get heard(): HeardCaller {
    return heardBy(this.#call?.line ?? [], this.#call?.told ?? []);
  }

  /** The modem says something. */
  tell(report: ModemReport): void {
    const { kind, atMs } = report;
    if (kind === 'ring') this.#rangMs = atMs;
    if (kind === 'unread') this.#note('unread', atMs, report.text);
    if (kind !== 'caller') return;
    const told = { atMs, evidence: heardByModem(report.caller) };
    if (this.#call && atMs <= this.#call.untilMs) this.#call.told = [...this.#call.told, told];
    else if (this.#busy) this.#stray([told]);
    else this.#wait(told);
  }

  /** A call begins. It may have been answered a while ago. */
  began({ direction, atMs, ringMs, caller }: Extract<CallEvent, { kind: 'began' }>): void {
    this.#busy = true;
    this.#call = null;
    if (direction === 'outbound' || ringMs === null) {
      this.#stray(this.#waiting);
      this.#waiting = [];
      return;
    }
    const told = this.#since(atMs - ringMs);
    this.#call = { line: evidenceOf(caller), told, untilMs: atMs + this.#timing.modemLateMs };
  }

  ended(): void {
    this.#busy = false;
    this.#call = null;
  }

  missed({ startMs, caller }: Extract<CallEvent, { kind: 'missed' }>): HeardCaller {
    return heardBy(evidenceOf(caller), this.#since(startMs));
  }

  /** It is `nowMs`, and nothing rings: who has waited too long for a ringing has none. */
  quiet(nowMs: MonotonicMs): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined || nowMs - oldest.atMs <= this.#timing.callerAheadMs) return;
    const over = (told: Told): boolean => nowMs - told.atMs > this.#timing.callerAheadMs;
    this.#stray(this.#waiting.filter(over));
    this.#waiting = this.#waiting.filter((told) => !over(told));
  }

  /** Takes all that waits: what is of the ringing since `startMs` is returned. */
  #since(startMs: number): readonly Told[] {
    const ours = ({ atMs }: Told): boolean => atMs >= startMs - this.#timing.callerAheadMs;
    const told = this.#waiting.filter(ours);
    this.#stray(this.#waiting.filter((each) => !ours(each)));
    this.#waiting = [];
    return told;
  }

  #wait(told: Told): void {
    const waiting = [...this.#waiting, told];
    this.#stray(waiting.slice(0, -NOTES_MAX));
    this.#waiting = waiting.slice(-NOTES_MAX);
  }

  #stray(all: readonly Told[]): void {
    for (const { atMs, evidence } of all) {
      const { number, absence } = evidence.caller;
      this.#note('no-ringing', atMs, number ?? absence ?? '');
    }
  }

  #note(kind: ModemNote['kind'], atMs: MonotonicMs, text: string): void {
    const rang = this.#rangMs !== null && Math.abs(atMs - this.#rangMs) <= this.#timing.callerAheadMs;
    this.#notes = [...this.#notes, { kind, atMs, text, rang }].slice(-NOTES_MAX);
  }
}

const evidenceOf = (caller: Caller | null): readonly CallerEvidence[] => (caller ? [heardOnLine(caller)] : []);

const heardBy = (line: readonly CallerEvidence[], told: readonly Told[]): HeardCaller =>
  believeCaller(
    line,
    told.map(({ evidence }) => evidence),
  );

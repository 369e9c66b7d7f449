import { checkStore } from '../storage/check.js';
import { UNIT_BYTES } from '../storage/disk.js';
import { StoreError } from '../storage/errors.js';
import { usableRingBytes } from '../storage/format.js';
import { isRecordingId, type RecordingId } from '../storage/recording-id.js';
import { unitsOf } from '../storage/row.js';
import { ringBytesPerSecond, type Store } from '../storage/store.js';
import { type CallRecord, callRecordOf, type HoldWords, type NoteWords } from './call/call-record.js';
import { type CallQuery, candidates, matcherOf } from './call-query.js';
import { KikitomeError } from './errors.js';
import { type DayReckoning, reckonDay } from './reckon/day-reckoning.js';
import type { Recorder, RecorderView } from './recorder.js';
import { isDay } from './rules/local-time.js';
import { decideRules, type OfficeRules, officeRules } from './rules/office.js';
import { isRetentionRule, keptUntilMs, type RetentionRule } from './rules/retention.js';

export interface StatusReport {
  readonly recorder: Pick<RecorderView, 'meaning' | 'lines' | 'faults' | 'keptCalls'> | null;
  readonly store: {
    readonly id: string;
    readonly capacityBytes: number;
    readonly ringBytes: number;
    readonly hoursAt32kbps: number;
    readonly recordings: number;
    readonly recordedMs: number;
    readonly oldestAt: string | null;
    readonly newestAt: string | null;
    readonly lastNumber: number;
    /** Recordings that went before their time because the ring was full, among the tombstones still kept singly. */
    readonly earlyByCapacity: number;
    readonly rootKey: 'effaceable' | 'best-effort';
    readonly heldBytes: number;
    readonly holdBudgetBytes: number;
    /** Days the ring holds at the rate of the last seven; null while too little has been recorded to tell. */
    readonly forecastDays: number | null;
  };
  readonly rules: OfficeRules;
}

/** What a change of retention would do, or has done. */
export interface RetentionChange {
  readonly rules: OfficeRules;
  /** Recordings whose time is up at once under the new rule. */
  readonly due: number;
  readonly changed: boolean;
}

/** What commands ask of a store, whether this process has it open or a recorder has. */
export interface Recordings {
  status(): Promise<StatusReport>;
  /** Newest first. */
  calls(query: CallQuery): AsyncIterable<CallRecord>;
  /** One line for each breach. */
  check(): AsyncIterable<string>;
  /** By id or number. */
  call(which: string): Promise<CallRecord>;
  /** The recording's bytes as they were kept. */
  audio(which: string): AsyncIterable<Uint8Array>;
  /** Keeps it whatever the rules say. Throws `HOLD_BUDGET`. */
  hold(which: string, words: { readonly by: string; readonly reason: string }): Promise<CallRecord>;
  /** The normal rules count again, at once: what is due goes with the next look. */
  release(which: string): Promise<CallRecord>;
  /** Puts a memo and the person in charge beside a recording; null leaves what is there. */
  annotate(which: string, words: NoteWords): Promise<CallRecord>;
  /** Changes the retention rule; one that makes recordings due is only tried unless `confirmed`. */
  setRetention(rule: string, confirmed: boolean): Promise<RetentionChange>;
  /** A day's account (default: today, by the office's calendar). Throws `DAY_UNKNOWN`. */
  reckon(day?: string): Promise<DayReckoning>;
  /** Says that the clock is right; how many more people must say so. Throws `RECORDER_NEEDED` where none runs. */
  confirmClock(by: string): Promise<number>;
  close(): Promise<void>;
}

const DEFAULT_BIT_RATE = 32_000;

/** The real thing, over a store that this process has open. */
export class OpenRecordings implements Recordings {
  readonly #store: Store;
  readonly #wall: () => number;
  readonly #recorder: Recorder | null;

  constructor(store: Store, wall: () => number, recorder: Recorder | null = null) {
    this.#store = store;
    this.#wall = wall;
    this.#recorder = recorder;
  }

  async status(): Promise<StatusReport> {
    const view = this.#recorder?.view ?? null;
    const rules = await officeRules(this.#store);
    const { superblock, lastNumber, assurance } = this.#store.status;
    const ringBytes = usableRingBytes(superblock);
    const { heldBytes, budgetBytes } = this.#store.holdBudget(rules.holdShare);
    const recent = { sinceWallMs: this.#wall() - FORECAST_DAYS * DAY_MS, ringBytes: 0 };
    let [recordings, recordedMs] = [0, 0];
    let [newest, oldest]: (CallRecord | null)[] = [null, null];
    for await (const stored of this.#store.recordings()) {
      const call = callRecordOf(stored, rules);
      recordings += 1;
      recordedMs += call.audio ? (call.durationMs ?? 0) : 0;
      newest ??= call;
      oldest = call;
      if (stored.row.startedWallMs >= recent.sinceWallMs) recent.ringBytes += unitsOf(stored.row) * UNIT_BYTES;
    }
    return {
      recorder: view && {
        meaning: view.meaning,
        lines: view.lines,
        faults: view.faults,
        keptCalls: view.keptCalls,
      },
      store: {
        id: superblock.id,
        capacityBytes: superblock.capacityBytes,
        ringBytes,
        hoursAt32kbps: hoursOf(ringBytes, DEFAULT_BIT_RATE),
        recordings,
        recordedMs,
        oldestAt: oldest?.startedAt ?? null,
        newestAt: newest?.startedAt ?? null,
        lastNumber,
        earlyByCapacity: await this.#earlyByCapacity(rules),
        rootKey: assurance,
        heldBytes,
        holdBudgetBytes: budgetBytes,
        forecastDays: recent.ringBytes === 0 ? null : ((ringBytes - heldBytes) * FORECAST_DAYS) / recent.ringBytes,
      },
      rules,
    };
  }

  async *calls(query: CallQuery): AsyncIterable<CallRecord> {
    const matches = matcherOf(query);
    const rules = await officeRules(this.#store);
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    for await (const stored of candidates(this.#store, query)) {
      const call = callRecordOf(stored, rules);
      if (!matches(call)) continue;
      yield call;
      left -= 1;
      if (left <= 0) return;
    }
  }

  check(): AsyncIterable<string> {
    return checkStore(this.#store);
  }

  async call(which: string): Promise<CallRecord> {
    return callRecordOf(await this.#store.recording(key(which)), await officeRules(this.#store));
  }

  async *audio(which: string): AsyncIterable<Uint8Array> {
    const call = await this.call(which);
    if (!call.audio) throw new KikitomeError('RECORDING_HAS_NO_AUDIO', `call ${call.number} is a ${call.outcome} call`);
    yield* this.#store.read(key(which));
  }

  async hold(which: string, { by, reason }: { readonly by: string; readonly reason: string }): Promise<CallRecord> {
    const { number } = await this.call(which);
    const words: HoldWords = { by, reason, atWallMs: this.#wall() };
    await this.#store.hold(number, words, (await officeRules(this.#store)).holdShare);
    return this.call(which);
  }

  async release(which: string): Promise<CallRecord> {
    await this.#store.release((await this.call(which)).number);
    return this.call(which);
  }

  async annotate(which: string, { memo, handler }: NoteWords): Promise<CallRecord> {
    const before = await this.call(which);
    const note: NoteWords = { memo: memo ?? before.memo, handler: handler ?? before.handler };
    await this.#store.annotate(before.number, note);
    return this.call(which);
  }

  async setRetention(rule: string, confirmed: boolean): Promise<RetentionChange> {
    if (!isRetentionRule(rule)) throw new KikitomeError('RETENTION_UNKNOWN', JSON.stringify(rule));
    const before = await officeRules(this.#store);
    const rules = { ...before, retention: rule };
    const due = await this.#dueAtOnce(before.retention, rules);
    if (due > 0 && !confirmed) return { rules, due, changed: false };
    await decideRules(this.#store, rules);
    return { rules, due, changed: true };
  }

  async reckon(day?: string): Promise<DayReckoning> {
    if (day !== undefined && !isDay(day)) throw new KikitomeError('DAY_UNKNOWN', JSON.stringify(day));
    return reckonDay(this.#store, this.#wall(), this.#recorder?.tallies ?? null, day);
  }

  async confirmClock(by: string): Promise<number> {
    if (!this.#recorder) throw new KikitomeError('RECORDER_NEEDED', 'no recorder is running');
    return this.#recorder.confirmClock(by);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Recordings that are due under new rules and were not under the old one. */
  async #dueAtOnce(before: RetentionRule, rules: OfficeRules): Promise<number> {
    const wallMs = this.#wall();
    const isDue = (rule: RetentionRule, endedWallMs: number): boolean => {
      const untilMs = keptUntilMs(rule, endedWallMs, rules.timeZone);
      return untilMs !== null && untilMs <= wallMs;
    };
    let due = 0;
    for await (const { endedWallMs } of this.#store.endedBefore(wallMs)) {
      if (!isDue(rules.retention, endedWallMs)) return due;
      if (!isDue(before, endedWallMs)) due += 1;
    }
    return due;
  }

  /** Recordings that went for want of room before their time, as the rule is now; folded tombstones count as such. */
  async #earlyByCapacity({ retention, timeZone }: OfficeRules): Promise<number> {
    let early = 0;
    for await (const entry of this.#store.tombstones()) {
      if (entry.t === 'erased-range') {
        early += entry.byRule.capacity ?? 0;
      } else if (entry.rule === 'capacity' && entry.endedWallMs !== null) {
        const untilMs = keptUntilMs(retention, entry.endedWallMs, timeZone);
        if (untilMs !== null && entry.atWallMs < untilMs) early += 1;
      }
    }
    return early;
  }
}

const FORECAST_DAYS = 7;
const DAY_MS = 24 * 3_600_000;

/** How long a ring lasts for one line, in hours. */
export const hoursOf = (ringBytes: number, bitRate: number): number => ringBytes / ringBytesPerSecond(bitRate) / 3600;

/** What a person calls a recording: its number or its id. Throws `RECORDING_UNKNOWN`. */
export function key(which: string): RecordingId | number {
  if (/^\d{1,12}$/.test(which)) return Number(which);
  const id = which.toUpperCase();
  if (isRecordingId(id)) return id;
  throw new StoreError('RECORDING_UNKNOWN', `${JSON.stringify(which)} is neither a call's number nor its id`);
}

import type { MonotonicMs, WallMs } from '../hal/clock.js';
import { ringBytesPerSecond } from '../storage/block.js';
import { checkStore } from '../storage/check.js';
import { StoreError } from '../storage/errors.js';
import { usableRingBytes } from '../storage/format.js';
import { isRecordingId, type RecordingId } from '../storage/recording-id.js';
import { countedFrom } from '../storage/row.js';
import type { Store } from '../storage/store.js';
import {
  type CallRecord,
  callRecordOf,
  type HoldWords,
  type NoteWords,
  unreadableBecause,
} from './call/call-record.js';
import { type CallQuery, candidates, matcherOf, spanOf } from './call-query.js';
import { KikitomeError } from './errors.js';
import { FaultBook } from './faults/fault-book.js';
import {
  type FaultHistory,
  type FaultsReport,
  faultChooser,
  faultHistoryOf,
  faultReportOf,
} from './faults/fault-report.js';
import type { Panel } from './panel/panel.js';
import { type DayReckoning, reckonDay } from './reckon/day-reckoning.js';
import type { Recorder } from './recorder.js';
import { dueRecordings } from './rules/expiry.js';
import { isDay, localIso } from './rules/local-time.js';
import { decideRules, type OfficeRules, officeRules } from './rules/office.js';
import { isRetentionRule, keptUntilMs, type RetentionRule } from './rules/retention.js';
import { runningReport, type StatusReport } from './status-report.js';

export type { StatusReport } from './status-report.js';

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
  /** Says that the clock is right; how many more people must say so. Throws `RECORDER_NEEDED` where none runs, `CLOCK_UNSET`. */
  confirmClock(by: string): Promise<number>;
  faults(): Promise<FaultsReport>;
  /** Takes note of a fault by its code or number, or of `all`; of how many nobody had. Throws `FAULT_UNKNOWN`. */
  acknowledge(which: string): Promise<number>;
  /** What the register says of faults. */
  faultHistory(): Promise<FaultHistory>;
  close(): Promise<void>;
}

/** The parts of a recorder that runs in this process. */
export interface Running {
  readonly recorder: Recorder;
  readonly panel: Panel;
  readonly faults: FaultBook;
}

const DEFAULT_BIT_RATE = 32_000;

/** The real thing, over a store that this process has open. */
export class OpenRecordings implements Recordings {
  readonly #store: Store;
  readonly #wall: () => number;
  readonly #running: Running | null;

  constructor(store: Store, wall: () => number, running: Running | null = null) {
    this.#store = store;
    this.#wall = wall;
    this.#running = running;
  }

  async status(): Promise<StatusReport> {
    const rules = await officeRules(this.#store);
    const { superblock, lastNumber, assurance } = this.#store.status;
    const ringBytes = usableRingBytes(superblock);
    const { heldBytes, budgetBytes } = this.#store.holdBudget(rules.holdShare);
    const { recordings, recordedMs, newestWallMs, oldestWallMs } = await this.#store.summary();
    const recentBytes = await this.#store.ringBytesSince(this.#wall() - FORECAST_DAYS * DAY_MS);
    const at = (wallMs: number | null): string | null => (wallMs === null ? null : localIso(wallMs, rules.timeZone));
    return {
      recorder: this.#running && runningReport(this.#running),
      store: {
        id: superblock.id,
        capacityBytes: superblock.capacityBytes,
        ringBytes,
        hoursAt32kbps: hoursOf(ringBytes, DEFAULT_BIT_RATE),
        recordings,
        recordedMs,
        oldestAt: at(oldestWallMs),
        newestAt: at(newestWallMs),
        lastNumber,
        earlyByCapacity: await this.#earlyByCapacity(rules),
        rootKey: assurance,
        heldBytes,
        holdBudgetBytes: budgetBytes,
        forecastDays: recentBytes === 0 ? null : ((ringBytes - heldBytes) * FORECAST_DAYS) / recentBytes,
      },
      rules,
    };
  }

  async *calls(query: CallQuery): AsyncIterable<CallRecord> {
    const rules = await officeRules(this.#store);
    const span = spanOf(query, rules.timeZone);
    const matches = matcherOf(query, span);
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    for await (const stored of candidates(this.#store, query, span)) {
      const call = callRecordOf(stored, rules);
      if (!matches(call)) continue;
      yield call;
      left -= 1;
      if (left <= 0) return;
    }
  }

  async *check(): AsyncIterable<string> {
    let [count, first] = [0, ''];
    for await (const breach of this.#breaches()) {
      if (count === 0) first = breach;
      count += 1;
      yield breach;
    }
    // Without a recorder there is no lamp, and whoever asked has read it.
    const faults = this.#running?.faults;
    if (count > 0) faults?.raise('STORE_DAMAGED', 'check', `${count} found, first: ${first}`);
    else faults?.clear('STORE_DAMAGED', 'check');
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
    return reckonDay(this.#store, this.#wall(), this.#running?.recorder.tallies ?? null, day);
  }

  async confirmClock(by: string): Promise<number> {
    if (!this.#running) throw new KikitomeError('RECORDER_NEEDED', 'no recorder is running');
    return this.#running.recorder.confirmClock(by);
  }

  async faults(): Promise<FaultsReport> {
    const { open } = await this.#faultBook();
    const { timeZone } = await officeRules(this.#store);
    return { running: this.#running !== null, faults: open.map((fault) => faultReportOf(fault, timeZone)) };
  }

  async acknowledge(which: string): Promise<number> {
    const choose = faultChooser(which);
    const book = await this.#faultBook();
    const noted = book.acknowledge(choose, 'console');
    await book.settled();
    return noted;
  }

  async faultHistory(): Promise<FaultHistory> {
    return faultHistoryOf(await this.#store.register(), (await officeRules(this.#store)).timeZone);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** The recorder's, or what a recorder has left open. */
  async #faultBook(): Promise<FaultBook> {
    const clock = { now: () => 0 as MonotonicMs, wall: () => this.#wall() as WallMs };
    return this.#running?.faults ?? FaultBook.open(this.#store, clock);
  }

  async *#breaches(): AsyncIterable<string> {
    yield* checkStore(this.#store);
    for await (const stored of this.#store.recordings()) {
      const why = unreadableBecause(stored);
      if (why !== null) yield `4 recording ${stored.row.n}: ${why}`;
    }
  }

  /** Recordings that are due under new rules and were not under the old one. */
  async #dueAtOnce(before: RetentionRule, rules: OfficeRules): Promise<number> {
    const wallMs = this.#wall();
    let due = 0;
    for await (const { countedWallMs } of dueRecordings(this.#store, rules, wallMs)) {
      const untilMs = keptUntilMs(before, countedWallMs, rules.timeZone);
      if (untilMs === null || untilMs > wallMs) due += 1;
    }
    return due;
  }

  /** Recordings that went for want of room before their time, as the rule is now; folded tombstones count as such. */
  async #earlyByCapacity({ retention, timeZone }: OfficeRules): Promise<number> {
    let early = 0;
    for (const entry of await this.#store.newestTombstones(TOMBSTONES_TOLD)) {
      if (entry.t === 'erased-range') {
        early += entry.byRule.capacity ?? 0;
        continue;
      }
      const countedWallMs = countedFrom(entry);
      if (entry.rule !== 'capacity' || countedWallMs === null) continue;
      const untilMs = keptUntilMs(retention, countedWallMs, timeZone);
      if (untilMs !== null && entry.atWallMs < untilMs) early += 1;
    }
    return early;
  }
}

/** Tombstones that are looked at for the status: enough to see that the ring is too small. */
const TOMBSTONES_TOLD = 10_000;
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

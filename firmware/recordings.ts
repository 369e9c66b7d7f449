import { checkStore } from '../storage/check.js';
import { StoreError } from '../storage/errors.js';
import { usableRingBytes } from '../storage/format.js';
import { isRecordingId, type RecordingId } from '../storage/recording-id.js';
import { ringBytesPerSecond, type Store } from '../storage/store.js';
import { type CallRecord, callRecordOf } from './call/call-record.js';
import { KikitomeError } from './errors.js';
import type { RecorderView } from './recorder.js';

/** What to look for. Times are ISO 8601 with an offset; a number may begin or end with `*`. */
export interface CallQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly number?: string | undefined;
  readonly direction?: string | undefined;
  readonly line?: string | undefined;
  readonly limit?: number | undefined;
}

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
  };
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
  close(): Promise<void>;
}

const DEFAULT_BIT_RATE = 32_000;

/** The real thing, over a store that this process has open. */
export class OpenRecordings implements Recordings {
  readonly #store: Store;
  readonly #view: () => RecorderView | null;

  constructor(store: Store, view: () => RecorderView | null = () => null) {
    this.#store = store;
    this.#view = view;
  }

  async status(): Promise<StatusReport> {
    const view = this.#view();
    const { superblock, lastNumber, assurance } = this.#store.status;
    let [recordings, recordedMs] = [0, 0];
    let [newest, oldest]: (string | null)[] = [null, null];
    for await (const stored of this.#store.recordings()) {
      const call = callRecordOf(stored);
      recordings += 1;
      recordedMs += call.audio ? (call.durationMs ?? 0) : 0;
      newest ??= call.startedAt;
      oldest = call.startedAt;
    }
    let earlyByCapacity = 0;
    for await (const entry of this.#store.tombstones()) {
      if (entry.t === 'erased' && entry.rule === 'capacity') earlyByCapacity += 1;
    }
    const ringBytes = usableRingBytes(superblock);
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
        oldestAt: oldest ?? null,
        newestAt: newest ?? null,
        lastNumber,
        earlyByCapacity,
        rootKey: assurance,
      },
    };
  }

  async *calls(query: CallQuery): AsyncIterable<CallRecord> {
    const matches = matcherOf(query);
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    for await (const stored of this.#store.recordings()) {
      const call = callRecordOf(stored);
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
    return callRecordOf(await this.#store.recording(key(which)));
  }

  async *audio(which: string): AsyncIterable<Uint8Array> {
    const call = await this.call(which);
    if (!call.audio) throw new KikitomeError('RECORDING_HAS_NO_AUDIO', `call ${call.number} is a ${call.outcome} call`);
    yield* this.#store.read(key(which));
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** How long a ring lasts for one line, in hours. */
export const hoursOf = (ringBytes: number, bitRate: number): number => ringBytes / ringBytesPerSecond(bitRate) / 3600;

function key(which: string): RecordingId | number {
  if (/^\d{1,12}$/.test(which)) return Number(which);
  const id = which.toUpperCase();
  if (isRecordingId(id)) return id;
  throw new StoreError('RECORDING_UNKNOWN', `${JSON.stringify(which)} is neither a call's number nor its id`);
}

function matcherOf({ from, to, number, direction, line }: CallQuery): (call: CallRecord) => boolean {
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : timeOf(from);
  const toMs = to === undefined ? Number.POSITIVE_INFINITY : timeOf(to);
  const numberMatches = number === undefined ? () => true : numberMatcher(number);
  return (call) => {
    const startedMs = Date.parse(call.startedAt);
    if (startedMs < fromMs || startedMs >= toMs) return false;
    if (direction !== undefined && call.direction !== direction) return false;
    if (line !== undefined && call.line !== line) return false;
    const caller = call.caller?.['number'];
    return numberMatches(typeof caller === 'string' ? caller : null) || numberMatches(call.dialled);
  };
}

function timeOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new KikitomeError('USAGE', `${JSON.stringify(text)} is no time; write 2026-11-24T09:00+09:00`);
  return ms;
}

function numberMatcher(pattern: string): (number: string | null) => boolean {
  const bare = pattern.replace(/^\*|\*$/g, '');
  return (number) => {
    if (number === null) return false;
    if (pattern.startsWith('*')) return number.endsWith(bare);
    return pattern.endsWith('*') ? number.startsWith(bare) : number === bare;
  };
}

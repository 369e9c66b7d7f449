import { commit } from './committer.js';
import { eraseNumbers, finishErasure } from './erasure.js';
import { StoreError, storeErrorOf } from './errors.js';
import { finish, type UnfinishedRecording } from './finish.js';
import { annotate, type HoldBudget, hold, holdBudget, release } from './holds.js';
import type { ErasureRule, EventEntry, Tombstone, TombstoneRange } from './journal-entry.js';
import { closeParts, type OpenOptions, openState } from './opening.js';
import { requireSealable } from './particulars.js';
import type { PartyPattern } from './party.js';
import { type StoredRecording, StoreReader, type Summary } from './reader.js';
import { newRecordingId, type RecordingId } from './recording-id.js';
import { type Closing, type Particulars, RecordingWriter } from './recording-writer.js';
import { enter, putSetting, type Register, readRegister } from './register.js';
import type { Counted, Row } from './row.js';
import type { StoreState } from './state.js';
import { type StoreStatus, statusOf } from './status.js';
import { takeOverTheRest } from './take-over.js';
import { countedSince, countFrom, type Term } from './term.js';

export type { StoredRecording };

export type StoreOptions = OpenOptions;

/**
 * The ring store. All that changes it runs one at a time, in the order of the calls; reading runs beside. After any
 * rejection the store is as sound as after a power cut: what was not acknowledged waits in memory for the next `commit`.
 */
export class Store {
  readonly #options: StoreOptions;
  #state: StoreState;
  #reader: StoreReader;
  /** Why its files, which have been let go, could not be opened again yet; null: they are open. */
  #away: StoreError | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** Whether opening found the index missing, damaged or behind what it could follow. */
  readonly indexRebuilt: boolean;

  private constructor(options: StoreOptions, state: StoreState, indexRebuilt: boolean) {
    this.#options = options;
    this.#state = state;
    this.#reader = new StoreReader(state);
    this.indexRebuilt = indexRebuilt;
  }

  /** Throws `STORE_MISSING`, `STORE_VERSION`, `STORE_DAMAGED`, `STORE_IN_USE`. */
  static async open(options: StoreOptions): Promise<Store> {
    const { state, rebuilt } = await openState(options);
    return new Store(options, state, rebuilt);
  }

  /**
   * Lets go of every file and opens them again: what was opened on a medium that fails may stay dead when the medium is well, and
   * keeps it from being mounted anew. Recordings in progress go on. Rejects as `open` does, and then all else rejects until a
   * later call succeeds; `begin` and what waits in memory are as ever.
   */
  reopen(): Promise<void> {
    const mine = this.#turn.then(async () => {
      if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed');
      const before = this.#state;
      if (!this.#away) await closeParts(before.parts);
      this.#away = new StoreError('STORE_WRITE_FAILED', 'the store is being opened again');
      try {
        const { state } = await openState({ ...this.#options, rebuildIndex: false }, before);
        takeOverTheRest(state, before);
        this.#state = state;
        this.#reader = new StoreReader(state);
        this.#away = null;
      } catch (error) {
        const why = storeErrorOf(error, 'STORE_WRITE_FAILED', 'the store cannot be opened again');
        if (why instanceof StoreError) this.#away = why;
        throw why;
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** A new recording, numbered next. In memory until the next `commit`. Throws `PARTICULARS_REFUSED`, `STORE_CLOSED`; of a medium that is away it knows nothing. */
  begin(particulars: Particulars, startedWallMs: number = this.#state.parts.wall()): RecordingWriter {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed');
    requireSealable(particulars);
    const state = this.#state;
    const id = newRecordingId(startedWallMs, state.parts.chance);
    state.lastNumber += 1;
    const writer = new RecordingWriter(id, state.lastNumber, startedWallMs, particulars);
    state.writers.add(writer);
    return writer;
  }

  /**
   * Puts on the medium whatever writers hold. When it resolves, every recording closed before the call is kept. Rejects
   * with `STORE_WRITE_FAILED`; what was not written waits for the next call, which begins in a new segment.
   */
  commit(): Promise<void> {
    return this.#exclusive(() => commit(this.#state));
  }

  get status(): StoreStatus {
    return statusOf(this.#state);
  }

  // What there is to be read, beside whatever changes: see `StoreReader`. All reject with the reason while the files are let go.

  summary(): Promise<Summary> {
    return this.#readable.summary();
  }

  ringBytesSince(fromWallMs: number): Promise<number> {
    return this.#readable.ringBytesSince(fromWallMs);
  }

  recordings(belowNumber?: number, most?: number): AsyncIterable<StoredRecording> {
    return this.#readable.recordings(belowNumber, most);
  }

  startedBetween(fromWallMs: number, toWallMs: number, behind?: number, most?: number): AsyncIterable<StoredRecording> {
    return this.#readable.startedBetween(fromWallMs, toWallMs, behind, most);
  }

  withParty(pattern: PartyPattern, belowNumber?: number, most?: number): AsyncIterable<StoredRecording> {
    return this.#readable.withParty(pattern, belowNumber, most);
  }

  recording(which: RecordingId | number): Promise<StoredRecording> {
    return this.#readable.recording(which);
  }

  read(which: RecordingId | number): AsyncIterable<Buffer> {
    return this.#readable.read(which);
  }

  /** Kept recordings whose terms are counted from before `wallMs`, the earliest in front; none that is held. */
  countedBefore(wallMs: number): AsyncIterable<Counted> {
    return this.#open.parts.index.countedBetween(0, wallMs);
  }

  /** Numbers of kept recordings, held or not, whose terms are counted from `wallMs` or later. */
  countedSince(wallMs: number): AsyncIterable<number> {
    return countedSince(this.#open.parts.index, wallMs);
  }

  /** Has terms counted from another moment than the end that recordings tell; of at most `TERM_MAX` at once. */
  countFrom(term: Term): Promise<void> {
    return this.#exclusive(() => countFrom(this.#state, term));
  }

  /** What is left of an erased recording, or the range its number was folded into; null: it was never erased. */
  async tombstone(number: number): Promise<Tombstone | TombstoneRange | null> {
    return (await this.#open.parts.index.tombstoneOver(number)) ?? null;
  }

  /** Oldest first. */
  tombstones(): AsyncIterable<Tombstone | TombstoneRange> {
    return this.#open.parts.index.tombstones();
  }

  /** Those of the `most` erased recordings with the highest numbers. */
  newestTombstones(most: number): Promise<(Tombstone | TombstoneRange)[]> {
    return this.#state.parts.index.newestTombstones(most);
  }

  /** Destroys recordings beyond recovery; those still open, those held and those unknown are left alone. How many went. Rejects with `STORE_WRITE_FAILED`: what was begun is finished before anything else. */
  erase(numbers: readonly number[], rule: ErasureRule): Promise<number> {
    return this.#exclusive(() => eraseNumbers(this.#state, numbers, rule));
  }

  /**
   * Keeps a recording whatever retention and capacity say; one that is held stays as it is. `share`: what part of the ring holds may take, 0-1,
   * cut at 0.6. Rejects with `HOLD_BUDGET`, `RECORDING_UNKNOWN`, `RECORDING_ERASED`, `RECORDING_OPEN`, and nothing has changed then.
   */
  hold(n: number, why: Particulars, share: number): Promise<void> {
    return this.#exclusive(async () => hold(this.#state, await this.#kept(n), why, share));
  }

  /** Ends a hold, if there is one: what is due may go at once. Rejects as `hold` does, but for the budget. */
  release(n: number): Promise<void> {
    return this.#exclusive(async () => release(this.#state, await this.#kept(n)));
  }

  /** What is free on the medium beside the store, in bytes: the index alone grows into it. */
  freeBytes(): Promise<number> {
    return this.#state.parts.disk.freeBytes();
  }

  /** What holds take, and may take, of the ring. `share` as in `hold`. */
  holdBudget(share: number): HoldBudget {
    return holdBudget(this.#state, share);
  }

  /** Puts a note beside a recording; it replaces the one before. Sealed with the recording's key, gone with it. Rejects as `release` does. */
  annotate(n: number, note: Particulars): Promise<void> {
    return this.#exclusive(async () => annotate(this.#state, await this.#kept(n), note));
  }

  /** What the office has decided, as it was put; undefined where nothing was. */
  setting(key: string): Promise<unknown> {
    return this.#open.parts.index.setting(key);
  }

  /** Kept in the journal: it outlives ring and index. Nothing personal belongs here. */
  putSetting(key: string, value: unknown): Promise<void> {
    return this.#exclusive(() => putSetting(this.#state, key, value));
  }

  /** Enters an event in the register, on the medium when it resolves. `detail`: nothing personal, at most 1,500 characters of JSON. */
  enter(kind: string, detail: EventEntry['detail']): Promise<void> {
    return this.#exclusive(() => enter(this.#state, kind, detail));
  }

  /** The register as it stands in the journal: the newest events, oldest first, and a count of those before. */
  register(): Promise<Register> {
    return this.#exclusive(() => readRegister(this.#state));
  }

  /** Closes what a cut left open. `closing` says how, from what is there; called oldest first. */
  finishInterrupted(closing: (recording: UnfinishedRecording) => Closing): Promise<number> {
    return this.#exclusive(async () => {
      const { unfinished } = this.#state;
      for (const each of unfinished) await finish(this.#state, each, closing);
      return unfinished.length;
    });
  }

  /** For `check` and the procedures that work on a whole store: nothing changes while `task` runs, but by it. */
  inspect<T>(task: (state: StoreState) => Promise<T>): Promise<T> {
    return this.#exclusive(() => task(this.#state));
  }

  /** Commits what waits and releases everything. Recordings still open are left unfinished. */
  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.commit();
    } finally {
      this.#closed = true;
      await closeParts(this.#state.parts);
    }
  }

  get #open(): StoreState {
    if (this.#away) throw this.#away;
    return this.#state;
  }

  get #readable(): StoreReader {
    if (this.#away) throw this.#away;
    return this.#reader;
  }

  #exclusive<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed');
      if (this.#away) throw this.#away;
      try {
        // What a failure has left half done comes first: nothing is decided on what is not so any more.
        await finishErasure(this.#state);
        await this.#state.parts.index.settle();
        return await task();
      } catch (error) {
        throw storeErrorOf(error, 'STORE_WRITE_FAILED', 'the medium failed');
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #kept(n: number): Promise<Row> {
    const { row } = await this.#readable.recording(n);
    if (row.state !== 'kept') throw new StoreError('RECORDING_OPEN', `recording ${n} is still being recorded`);
    return row;
  }
}

import { UNIT_BYTES } from './disk.js';
import { StoreError, storeErrorOf } from './errors.js';
import type { StartedAt } from './index.js';
import { openFromRow } from './particulars.js';
import type { PartyPattern } from './party.js';
import { readAudio } from './read-audio.js';
import { RecentRecordings } from './recent-recordings.js';
import type { RecordingId } from './recording-id.js';
import type { Particulars } from './recording-writer.js';
import { type Row, unitsOf } from './row.js';
import type { StoreState } from './state.js';
import { Totals } from './totals.js';

/** One recording as a reader sees it. Null where there is no hold or note. */
export interface StoredRecording {
  readonly row: Row;
  readonly particulars: Particulars;
  readonly hold: Particulars | null;
  readonly note: Particulars | null;
}

/** What is kept, in sum. Null where nothing is. */
export interface Summary {
  /** With those in progress. */
  readonly recordings: number;
  readonly recordedMs: number;
  readonly newestWallMs: number | null;
  readonly oldestWallMs: number | null;
}

/** Stands for what cannot be unsealed: a recording, and its hold, are there all the same. `check` names it. */
const UNREADABLE: Particulars = {};
/** Recordings read at a time: the index and the vault are asked once for all of them. */
const BATCH = 64;
/** Most numbers of recordings that are held in memory to be read one batch after the other. */
const NUMBERS_AT_ONCE = 32_768;

/** Reads a store, beside whatever changes it. What it gives may have been erased since, by less than a batch. */
export class StoreReader {
  readonly #state: StoreState;
  readonly #recent = new RecentRecordings();
  readonly #totals = new Totals();

  constructor(state: StoreState) {
    this.#state = state;
    state.parts.index.onChange = (changes) => {
      this.#recent.forget([...changes.put, ...changes.removed]);
      this.#totals.follow(changes);
    };
  }

  /** How it stands. Every row is read the first time, none is unsealed. */
  async summary(): Promise<Summary> {
    const { index } = this.#state.parts;
    await this.#totals.complete(() => index.countedRows());
    const { kept, recordedMs } = this.#totals;
    let newestWallMs: number | null = null;
    let oldestWallMs: number | null = null;
    for (const [, row] of await index.rowsBelow(Number.POSITIVE_INFINITY, 0, 1))
      newestWallMs = row?.startedWallMs ?? null;
    for await (const row of index.oldestRows()) {
      oldestWallMs = row.startedWallMs;
      break;
    }
    const recordings = kept + [...this.#state.openRows()].length;
    return { recordings, recordedMs, newestWallMs, oldestWallMs };
  }

  /** Bytes of ring that recordings take which started from `fromWallMs` on. */
  async ringBytesSince(fromWallMs: number): Promise<number> {
    let units = 0;
    for await (const numbers of this.#startedBetween({ fromWallMs, toWallMs: Number.MAX_SAFE_INTEGER })) {
      for (const row of await this.#state.parts.index.rowsOf(numbers)) {
        if (row !== undefined && row !== 'damaged') units += unitsOf(row);
      }
    }
    return units * UNIT_BYTES;
  }

  // Of each answer: the first `most`, so that none is read in vain.

  /** Below number `below`, newest number first. Rows damaged in the index are left out: `check` names them. */
  async *recordings(below = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY): AsyncIterable<StoredRecording> {
    let next = Math.min(below - 1, this.#state.lastNumber);
    for (let left = most; next >= 1 && left > 0; ) {
      const known = this.#recent.at(next);
      if (known !== undefined) {
        if (known !== null) {
          left -= 1;
          yield known;
        }
        next -= 1;
        continue;
      }
      const from = this.#recent.unknownFrom(next, this.#state.lastNumber, BATCH);
      const batch = await this.#batchBelow(next + 1, from, Math.min(BATCH, left));
      for (const recording of batch.recordings.slice(0, left)) yield recording;
      left -= batch.recordings.length;
      next = batch.lowest - 1;
    }
  }

  /** Recordings that started in [from, to), the latest start first; of these, those that come behind number `behind`. */
  async *startedBetween(
    fromWallMs: number,
    toWallMs: number,
    behind?: number,
    most = Number.POSITIVE_INFINITY,
  ): AsyncIterable<StoredRecording> {
    const after = behind === undefined ? undefined : await this.#startOf(behind);
    let left = most;
    for await (const numbers of this.#startedBetween({ fromWallMs, toWallMs, after }, Math.min(BATCH, most))) {
      const recordings = await this.#byNumbers(numbers);
      for (const recording of recordings.slice(0, left)) yield recording;
      left -= recordings.length;
      if (left <= 0) return;
    }
  }

  /** Recordings with such an other party, highest number first; of these, those below number `below`. */
  async *withParty(
    pattern: PartyPattern,
    below = Number.POSITIVE_INFINITY,
    most = Number.POSITIVE_INFINITY,
  ): AsyncIterable<StoredRecording> {
    let left = most;
    let next = below;
    // Each look at the parties takes its time: the more of them are wanted, the more are asked for at once.
    for (let asked = Math.min(BATCH, most); left > 0; asked = Math.min(8 * asked, NUMBERS_AT_ONCE)) {
      const numbers = await this.#state.parties.find(pattern, { below: next, most: asked });
      for (let at = 0; at < numbers.length && left > 0; at += BATCH) {
        const recordings = await this.#byNumbers(numbers.slice(at, at + BATCH));
        for (const recording of recordings.slice(0, left)) yield recording;
        left -= recordings.length;
      }
      if (numbers.length < asked) return;
      next = numbers.at(-1) ?? 0;
    }
  }

  /** By id or number. Throws `RECORDING_UNKNOWN`, `RECORDING_ERASED`. */
  async recording(which: RecordingId | number): Promise<StoredRecording> {
    const n = typeof which === 'number' ? which : await this.#state.parts.index.numberOf(which);
    const [stored] = n === undefined ? [] : await this.#byNumbers([n]);
    if (stored) return stored;
    const tombstone = await this.#state.parts.index.tombstoneOver(which);
    if (!tombstone) throw new StoreError('RECORDING_UNKNOWN', `there is no recording ${which}`);
    const how = tombstone.t === 'erased' ? `(${tombstone.rule})` : 'long ago';
    throw new StoreError('RECORDING_ERASED', `recording ${which} was erased ${how}`);
  }

  /** The bytes as they were appended. Throws `RECORDING_DAMAGED` where the medium no longer gives them, `RECORDING_ERASED` when they go meanwhile. */
  async *read(which: RecordingId | number): AsyncIterable<Buffer> {
    const { row } = await this.recording(which);
    try {
      yield* readAudio(this.#state.parts, row);
    } catch (error) {
      throw storeErrorOf(error, 'RECORDING_DAMAGED', `recording ${row.n} cannot be read`);
    }
  }

  async *#startedBetween(
    range: { readonly fromWallMs: number; readonly toWallMs: number; readonly after?: StartedAt | undefined },
    atOnce = BATCH,
  ): AsyncIterable<readonly number[]> {
    let { after } = range;
    do {
      const page = await this.#state.parts.index.startedBetween({ ...range, after }, atOnce);
      yield page.map(({ n }) => n);
      after = page.length < atOnce ? undefined : page.at(-1);
    } while (after);
  }

  async #startOf(n: number): Promise<StartedAt> {
    const [row] = await this.#state.parts.index.rowsOf([n]);
    if (row !== undefined && row !== 'damaged') return row;
    const tombstone = await this.#state.parts.index.tombstoneOver(n);
    if (tombstone?.t === 'erased') return tombstone;
    throw new StoreError('RECORDING_UNKNOWN', `there is no recording ${n} to go on from`);
  }

  /** The newest below `below`: all from `from` on, or, where that is null, `most` of them. `lowest`: below it there may be more. */
  async #batchBelow(below: number, from: number | null, most: number): Promise<Batch> {
    const before = this.#recent.changes;
    const page = await this.#state.parts.index.rowsBelow(below, from ?? 0, from === null ? most : below - from);
    const lowest = from ?? (page.length < most ? 1 : (page.at(-1)?.[0] ?? 1));
    const damaged = new Set(page.flatMap(([n, row]) => (row ? [] : [n])));
    const rows = page.flatMap(([, row]) => row ?? []);
    const recordings = await this.#unsealed(rows);
    if (from !== null && this.#recent.changes === before) {
      const found = new Map(recordings.map((recording) => [recording.row.n, recording]));
      const openOrLost = new Set(rows.filter(({ n, state }) => state !== 'kept' || !found.has(n)).map(({ n }) => n));
      for (let n = from; n < below; n += 1) {
        if (!damaged.has(n) && !openOrLost.has(n)) this.#recent.keep(n, found.get(n) ?? null, this.#state.lastNumber);
      }
    }
    return { recordings, lowest };
  }

  /** Those of the numbers that there are, in their order. Throws `STORE_DAMAGED` where a row is not what was put there. */
  async #byNumbers(numbers: readonly number[]): Promise<StoredRecording[]> {
    if (numbers.length === 0) return [];
    const rows = await this.#state.parts.index.rowsOf(numbers);
    const sound = rows.flatMap((row, i) => {
      if (row !== 'damaged') return row ?? [];
      throw new StoreError('STORE_DAMAGED', `the row of recording ${numbers[i]} is damaged: have the index rebuilt`);
    });
    return this.#unsealed(sound);
  }

  async #unsealed(rows: readonly Row[]): Promise<StoredRecording[]> {
    const { vault } = this.#state.parts;
    const keys = await vault.getMany(rows).catch((error: unknown) => {
      throw storeErrorOf(error, 'STORE_DAMAGED', 'the medium failed');
    });
    return rows.flatMap((row, i) => {
      const key = keys[i];
      if (!key) return []; // erased
      const open = (sealed: string): Particulars => openFromRow(sealed, row.id, key) ?? UNREADABLE;
      const [hold, note] = [row.hold, row.note].map((sealed) => (sealed === null ? null : open(sealed)));
      return [{ row, particulars: open(row.p), hold: hold ?? null, note: note ?? null }];
    });
  }
}

interface Batch {
  readonly recordings: readonly StoredRecording[];
  readonly lowest: number;
}

import { createHash } from 'node:crypto';
import type { Position, SealedBlock } from './block.js';
import { blockUnits, sealBlock } from './block.js';
import { type Chance, type Disk, UNIT_BYTES } from './disk.js';
import { type EffaceableStore, FileEffaceableStore } from './effaceable.js';
import { StoreError } from './errors.js';
import { Index, IndexChanges } from './index.js';
import type { OrderedMap } from './index-port.js';
import { Journal } from './journal.js';
import type { ErasureRule, Tombstone, TombstoneRange } from './journal-entry.js';
import { KeyVault } from './key-vault.js';
import { closePayload, openFromRow, sealForRow, sealJson } from './particulars.js';
import { addRun, type StoreParts, segmentsOf } from './parts.js';
import { readAudio } from './read-audio.js';
import { newRecordingId, type RecordingId } from './recording-id.js';
import { type Closing, type Particulars, RecordingWriter, type Waiting } from './recording-writer.js';
import { recover, type Unfinished } from './recovery.js';
import { Ring } from './ring.js';
import type { Row } from './row.js';
import { markOf, readSuperblock, type Superblock } from './superblock.js';

export interface StoreOptions {
  readonly disk: Disk;
  /** Called once the superblock has been read; the map is the store's to close. */
  readonly openMap: () => Promise<OrderedMap>;
  /** Where the root key is; the file of `format` by default. */
  readonly effaceable?: EffaceableStore;
  readonly chance: Chance;
  readonly wall: () => number;
  readonly rebuildIndex?: boolean;
}

/** One recording as a reader sees it. */
export interface StoredRecording {
  readonly row: Row;
  readonly particulars: Particulars;
}

/** What a recording that was cut short holds; what its close should say is up to the caller. */
export interface UnfinishedRecording extends StoredRecording {
  readonly bytes: number;
}

export interface StoreStatus {
  readonly superblock: Superblock;
  readonly assurance: EffaceableStore['assurance'];
  readonly lastNumber: number;
  readonly openRecordings: number;
  /** Audio in memory that no commit has taken yet, in bytes. */
  readonly waitingBytes: number;
}

interface Queued {
  readonly writer: RecordingWriter;
  readonly item: Waiting;
  readonly block: SealedBlock;
}

/** Largest run of blocks written before a sync. */
const RUN_UNITS_MAX = 256;

/**
 * The ring store. All that changes it runs one at a time, in the order of the calls; reading runs beside. After any
 * rejection the store is as sound as after a power cut: what was not acknowledged waits in memory for the next `commit`.
 */
export class Store {
  readonly #parts: StoreParts;
  readonly #writers = new Set<RecordingWriter>();
  #unfinished: Unfinished[];
  #head: Position;
  #lastNumber: number;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** Whether opening found the index missing, damaged or behind what it could follow. */
  readonly indexRebuilt: boolean;

  private constructor(parts: StoreParts, recovered: Awaited<ReturnType<typeof recover>>) {
    this.#parts = parts;
    this.#head = recovered.mark.position;
    this.#lastNumber = recovered.mark.lastNumber;
    this.#unfinished = [...recovered.unfinished];
    this.indexRebuilt = recovered.rebuilt;
  }

  /** Throws `STORE_MISSING`, `STORE_VERSION`, `STORE_DAMAGED`, `STORE_IN_USE`. */
  static async open(options: StoreOptions): Promise<Store> {
    const { disk, openMap, chance, wall } = options;
    const superblock = await readSuperblock(disk);
    const mark = markOf(superblock);
    const index = new Index(await openMap());
    /** What is closed again, last first, if the rest cannot be opened. */
    const opened: { close(): Promise<void> }[] = [index];
    try {
      const effaceable = options.effaceable ?? (await FileEffaceableStore.open(disk, mark));
      opened.push(effaceable);
      const vault = await KeyVault.open(disk, superblock.keyPages, { effaceable, chance, mark });
      opened[1] = vault; // closes what it was given
      const journal = await Journal.open(disk, superblock, mark);
      opened.push(journal);
      const ring = await Ring.open(disk, superblock);
      opened.push(ring);
      const parts: StoreParts = { superblock, ring, vault, journal, index, chance, wall };
      const store = new Store(parts, await recover(parts, { rebuild: options.rebuildIndex ?? false }));
      await store.#exclusive(() => store.#freeAhead());
      return store;
    } catch (error) {
      for (const part of opened.reverse()) await part.close();
      throw error;
    }
  }

  /** A new recording, numbered next. In memory until the next `commit`. */
  begin(particulars: Particulars, startedWallMs: number = this.#parts.wall()): RecordingWriter {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed');
    this.#lastNumber += 1;
    const id = newRecordingId(startedWallMs, this.#parts.chance);
    const writer = new RecordingWriter(id, this.#lastNumber, startedWallMs, particulars);
    this.#writers.add(writer);
    return writer;
  }

  /**
   * Puts on the medium whatever writers hold. When it resolves, every recording closed before the call is kept. Rejects
   * with `STORE_WRITE_FAILED`; what was not written waits for the next call, which begins in a new segment.
   */
  commit(): Promise<void> {
    return this.#exclusive(() => this.#commit());
  }

  get status(): StoreStatus {
    const { superblock, vault } = this.#parts;
    let waitingBytes = 0;
    for (const writer of this.#writers) waitingBytes += writer.waitingBytes;
    return {
      superblock,
      assurance: vault.assurance,
      lastNumber: this.#lastNumber,
      openRecordings: this.#writers.size,
      waitingBytes,
    };
  }

  /** Newest number first. Rows damaged in the index are left out: `check` names them. */
  async *recordings(belowNumber?: number): AsyncIterable<StoredRecording> {
    for await (const [, row] of this.#parts.index.rows(belowNumber)) {
      const stored = row && (await this.#unsealed(row));
      if (stored) yield stored;
    }
  }

  /** By id or number. Throws `RECORDING_UNKNOWN`, `RECORDING_ERASED`. */
  async recording(which: RecordingId | number): Promise<StoredRecording> {
    const { index } = this.#parts;
    const n = typeof which === 'number' ? which : await index.numberOf(which);
    const row = n === undefined ? undefined : await index.row(n);
    const stored = row && (await this.#unsealed(row));
    if (stored) return stored;
    for await (const entry of index.tombstones()) {
      const gone = entry.t === 'erased' ? entry.n === which || entry.id === which : false;
      if (gone)
        throw new StoreError('RECORDING_ERASED', `recording ${which} was erased (${(entry as Tombstone).rule})`);
      if (entry.t === 'erased-range' && typeof which === 'number' && entry.from <= which && which <= entry.to) {
        throw new StoreError('RECORDING_ERASED', `recording ${which} was erased long ago`);
      }
    }
    throw new StoreError('RECORDING_UNKNOWN', `there is no recording ${which}`);
  }

  /** The bytes as they were appended. Throws `RECORDING_DAMAGED` where the medium no longer gives them, `RECORDING_ERASED` when they go meanwhile. */
  async *read(which: RecordingId | number): AsyncIterable<Buffer> {
    const { row } = await this.recording(which);
    yield* readAudio(this.#parts, row);
  }

  /** Tombstones, oldest first. */
  tombstones(): AsyncIterable<Tombstone | TombstoneRange> {
    return this.#parts.index.tombstones();
  }

  /** Destroys recordings beyond recovery; those still open are left alone. */
  erase(numbers: readonly number[], rule: ErasureRule): Promise<void> {
    return this.#exclusive(async () => {
      const rows: Row[] = [];
      for (const n of numbers) {
        const row = await this.#parts.index.row(n);
        if (row?.state === 'kept') rows.push(row);
      }
      await this.#erase(rows, rule);
    });
  }

  /** Closes what a cut left open. `closing` says how, from what is there; called oldest first. */
  finishInterrupted(closing: (recording: UnfinishedRecording) => Closing): Promise<number> {
    return this.#exclusive(async () => {
      const count = this.#unfinished.length;
      for (let next = this.#unfinished[0]; next; next = this.#unfinished[0]) await this.#finish(next, closing);
      return count;
    });
  }

  /** For `check`: nothing changes while `task` runs. */
  inspect<T>(task: (parts: StoreParts, head: Position, open: ReadonlySet<RecordingId>) => Promise<T>): Promise<T> {
    const open = [...[...this.#writers].map(({ id }) => id), ...this.#unfinished.map(({ row }) => row.id)];
    return this.#exclusive(() => task(this.#parts, this.#head, new Set(open)));
  }

  /** Commits what waits and releases everything. Recordings still open are left unfinished. */
  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.commit();
    } finally {
      this.#closed = true;
      const { ring, vault, journal, index } = this.#parts;
      for (const part of [ring, vault, journal, index]) await part.close();
    }
  }

  #exclusive<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => {
      if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed');
      return task();
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #commit(): Promise<void> {
    const waiting: { writer: RecordingWriter; item: Waiting }[] = [];
    for (const writer of this.#writers) {
      for (const item of writer.take()) if (!writer.erased) waiting.push({ writer, item });
      if (writer.erased) this.#writers.delete(writer);
    }
    if (waiting.length === 0) return;
    try {
      await this.#provideKeys(waiting);
      while (waiting.length > 0) {
        const run = this.#nextRun(waiting);
        if (run.length === 0) {
          await this.#advance();
          continue;
        }
        const end = await this.#parts.ring.write(
          this.#head,
          run.map(({ block }) => block),
        );
        await this.#parts.ring.sync();
        waiting.splice(0, run.length);
        await this.#acknowledge(run, end);
      }
    } catch (error) {
      for (const writer of new Set(waiting.map((each) => each.writer))) {
        writer.giveBack(waiting.filter((each) => each.writer === writer).map(({ item }) => item));
      }
      await this.#abandonSegment();
      if (error instanceof StoreError) throw error;
      throw new StoreError('STORE_WRITE_FAILED', `the medium refused a write: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  /** Keys are on the medium before the first block that needs them. */
  async #provideKeys(waiting: readonly { writer: RecordingWriter }[]): Promise<void> {
    const { vault } = this.#parts;
    for (const writer of new Set(waiting.map((each) => each.writer))) {
      if (writer.committed) continue;
      let entry = await vault.put(writer.id);
      if (!entry) {
        await this.#eraseOldest();
        entry = await vault.put(writer.id);
      }
      if (!entry) throw new StoreError('STORE_WRITE_FAILED', 'every key slot is taken by an open recording');
      const { slot, key } = entry;
      const row = { ...newRow(writer), slot };
      writer.committed = { row, key, newSegments: new Set() };
    }
    await vault.flush();
  }

  /** As many of the first waiting payloads as fit behind the head, sealed. */
  #nextRun(waiting: readonly { writer: RecordingWriter; item: Waiting }[]): Queued[] {
    const room = Math.min(RUN_UNITS_MAX, this.#parts.ring.roomAt(this.#head));
    const run: Queued[] = [];
    let units = 0;
    for (const { writer, item } of waiting) {
      // A data block's size is known before it is sealed; sealing the same payload twice would be a waste.
      if (item.type === 'data' && units + blockUnits(item.payload.length) > room) break;
      const block = this.#seal(writer, item);
      if (units + block.units > room) break;
      units += block.units;
      run.push({ writer, item, block });
    }
    return run;
  }

  #seal(writer: RecordingWriter, item: Waiting): SealedBlock {
    const committed = writer.committed;
    if (!committed) throw new Error('sealing before keys'); // a fault of this file
    const { row, key } = committed;
    const owner = { id: row.id, slot: row.slot, key, chance: this.#parts.chance };
    if (item.type === 'data') {
      const { sequence, payload } = item;
      return sealBlock({ id: row.id, slot: row.slot, type: 'data', sequence, key, payload });
    }
    if (item.type === 'open') {
      const { n, startedWallMs } = row;
      return sealJson('open', 0, { n, startedWallMs, p: item.particulars }, owner);
    }
    const totals = { ...row, bytes: writer.bytes, blocks: item.sequence - 1 };
    return sealJson('close', item.sequence, closePayload(totals, item.closing, writer.sha256), owner);
  }

  /** The run is on the medium: rows follow, and the index where it must. */
  async #acknowledge(run: readonly Queued[], end: Position): Promise<void> {
    const { ring, index, chance } = this.#parts;
    const changes = new IndexChanges();
    let from = this.#head;
    let turned = false;
    const closed: RecordingWriter[] = [];
    for (const { writer, item, block } of run) {
      const { committed } = writer;
      if (!committed) continue;
      const { row, key } = committed;
      const segment = ring.segmentOf(ring.serialOf(from));
      const runs = row.x.length;
      addRun(ring, row.x, from, block.units);
      if (row.x.length > runs) committed.newSegments.add(segment);
      turned ||= item.type !== 'data' || row.x.length > runs;
      from = (from + block.units) as Position;
      if (item.type === 'data') {
        committed.row = { ...row, blocks: row.blocks + 1, bytes: row.bytes + item.payload.length };
      } else if (item.type === 'open') {
        committed.row = { ...row, p: sealForRow(item.particulars, { id: row.id, key, chance }) };
      } else {
        const { endedWallMs, untilWallMs, particulars } = item.closing;
        const p = sealForRow(particulars, { id: row.id, key, chance });
        committed.row = { ...row, state: 'kept', endedWallMs, untilWallMs, sha256: writer.sha256, p };
        closed.push(writer);
      }
    }
    this.#head = end;
    for (const writer of closed) {
      if (!writer.erased) changes.row((writer.committed as { row: Row }).row, writer.committed?.newSegments ?? []);
      this.#writers.delete(writer);
    }
    if (turned) await index.apply(this.#marked(changes));
    if (end % ring.segmentUnits === 0) await this.#freeAhead();
  }

  /** Adds the mark, with every open recording's row as it stands at the head. */
  #marked(changes: IndexChanges): IndexChanges {
    const { ring, journal, vault } = this.#parts;
    for (const writer of this.#writers) {
      const { committed } = writer;
      if (!committed || committed.row.x.length === 0 || writer.erased) continue;
      changes.row(committed.row, committed.newSegments);
      committed.newSegments = new Set();
    }
    for (const { row } of this.#unfinished) changes.row(row, segmentsOf(ring, row));
    return changes.mark({
      position: this.#head,
      journalSerial: journal.serial,
      lastNumber: Math.max(0, ...[...this.#openRows()].map(({ n }) => n), this.#lastCommittedNumber()),
      nextSlot: vault.nextSlot,
      open: [...this.#openRows()].map(({ n }) => n),
    });
  }

  /** The highest number that has reached the medium; numbers above it were never acknowledged. */
  #lastCommittedNumber(): number {
    let last = this.#lastNumber;
    for (const writer of this.#writers) if (!writer.committed?.row.x.length) last = Math.min(last, writer.number - 1);
    return last;
  }

  *#openRows(): Iterable<Row> {
    for (const { committed, erased } of this.#writers)
      if (committed && committed.row.x.length > 0 && !erased) yield committed.row;
    for (const { row } of this.#unfinished) yield row;
  }

  /** The head moves to the next segment, which is free, and the one after that is made free. */
  async #advance(): Promise<void> {
    const { ring } = this.#parts;
    this.#head = ring.startOf(ring.serialOf(this.#head) + 1);
    await this.#freeAhead();
  }

  async #freeAhead(): Promise<void> {
    const { ring, index } = this.#parts;
    // A head at the very end of a segment counts as being in it: the next one is where it goes.
    const serial = ring.serialOf((this.#head - 1) as Position);
    const current = Math.max(1, this.#head % ring.segmentUnits === 0 ? serial + 1 : serial);
    for (const writer of this.#writers) {
      const first = writer.committed?.row.x[0];
      if (first && current >= ring.serialOf(first[0]) + ring.segments - 3) writer.mustClose = true;
    }
    const rows: Row[] = [];
    for (const n of await index.numbersIn(ring.segmentOf(current + 1))) {
      const row = await index.row(n);
      if (row) rows.push(row);
    }
    await this.#erase(rows, 'capacity');
  }

  /** After a failed write the segment is left as it is: the kernel may have dropped what it was given. */
  async #abandonSegment(): Promise<void> {
    try {
      await this.#advance();
    } catch {
      // The medium refuses this too; the next commit tries again from here, and its rejection is the caller's news.
      return;
    }
  }

  /** Slots ran out before space: the oldest recordings make room, as with space. */
  async #eraseOldest(): Promise<void> {
    const rows: Row[] = [];
    for await (const row of this.#parts.index.oldestRows()) {
      if (row.state === 'kept') rows.push(row);
      if (rows.length >= ERASE_FOR_SLOTS) break;
    }
    await this.#erase(rows, 'capacity');
  }

  async #erase(rows: readonly Row[], rule: ErasureRule): Promise<void> {
    if (rows.length === 0) return;
    const { journal, vault, index, ring, wall } = this.#parts;
    const atWallMs = wall();
    const tombstones = rows.map(({ n, id, sha256, startedWallMs, endedWallMs, bytes }): Tombstone => {
      return { t: 'erased', n, id, sha256, startedWallMs, endedWallMs, bytes, rule, atWallMs };
    });
    await journal.append(tombstones);
    await vault.destroy(rows);
    const ids = new Set(rows.map(({ id }) => id));
    for (const writer of this.#writers) if (ids.has(writer.id)) writer.erased = true;
    this.#unfinished = this.#unfinished.filter(({ row }) => !ids.has(row.id));
    const changes = new IndexChanges();
    for (const row of rows) changes.removeRow(row, segmentsOf(ring, row));
    for (const tombstone of tombstones) changes.entry(tombstone);
    await index.apply(this.#marked(changes));
  }

  async #finish({ row, key }: Unfinished, closing: (recording: UnfinishedRecording) => Closing): Promise<void> {
    const { ring, index, chance } = this.#parts;
    const particulars = openFromRow(row.p, row.id, key) ?? {};
    const close = closing({ row, particulars, bytes: row.bytes });
    const hash = createHash('sha256');
    for await (const bytes of readAudio(this.#parts, row)) hash.update(bytes);
    const sha256 = hash.digest('hex');
    const owner = { id: row.id, slot: row.slot, key, chance };
    const block = sealJson('close', row.blocks + 1, closePayload(row, close, sha256), owner);
    if (block.units > ring.roomAt(this.#head)) await this.#advance();
    if (!this.#unfinished.some((each) => each.row.id === row.id)) return; // the advance needed its room
    const at = this.#head;
    const end = await ring.write(at, [block]);
    await ring.sync();
    this.#head = end;
    addRun(ring, row.x, at, block.units);
    const { endedWallMs, untilWallMs } = close;
    const p = sealForRow(close.particulars, { id: row.id, key, chance });
    const kept: Row = { ...row, state: 'kept', endedWallMs, untilWallMs, sha256, p };
    this.#unfinished = this.#unfinished.filter((each) => each.row.id !== row.id);
    await index.apply(this.#marked(new IndexChanges().row(kept, segmentsOf(ring, kept))));
    if (end % ring.segmentUnits === 0) await this.#freeAhead();
  }

  async #unsealed(row: Row): Promise<StoredRecording | undefined> {
    const key = await this.#parts.vault.get(row.slot, row.id);
    const particulars = key && openFromRow(row.p, row.id, key);
    return particulars && { row, particulars };
  }
}

const ERASE_FOR_SLOTS = 8;

function newRow({ id, number: n, startedWallMs }: RecordingWriter): Row {
  return {
    n,
    id,
    slot: 0,
    state: 'recording',
    startedWallMs,
    endedWallMs: null,
    untilWallMs: null,
    bytes: 0,
    blocks: 0,
    sha256: null,
    p: '',
    x: [],
  };
}

/** Bytes of ring that one second at `bitRate` takes when committed every second. */
export const ringBytesPerSecond = (bitRate: number): number => blockUnits(Math.ceil(bitRate / 8)) * UNIT_BYTES;

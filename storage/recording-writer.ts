import { createHash } from 'node:crypto';
import { UNIT_PAYLOAD_BYTES } from './block.js';
import { StoreError } from './errors.js';
import { requireSealable } from './particulars.js';
import type { RecordingId } from './recording-id.js';
import type { Row } from './row.js';

/** The caller's JSON about a recording, sealed wherever it is kept: at most `PARTICULARS_MAX_BYTES`. Not to be changed once given. */
export type Particulars = Readonly<Record<string, unknown>>;

export interface Closing {
  readonly endedWallMs: number;
  /** The other party's number, digits only, for searching; null: none that could be searched for. */
  readonly party: string | null;
  readonly particulars: Particulars;
}

/** A payload that waits for the next commit. `open`: what is known of the recording, at its beginning or anew. */
export type Waiting =
  | { readonly type: 'open'; readonly particulars: Particulars }
  | { readonly type: 'data'; readonly sequence: number; readonly payload: Buffer }
  | { readonly type: 'close'; readonly closing: Closing; readonly sequence: number };

/** What of an open recording is on the medium already. */
export interface Committed {
  row: Row;
  key: Buffer;
  /** Physical segments that the index does not know of yet. */
  newSegments: Set<number>;
}

/** One recording in the making. Appending is in memory; the store's next commit puts it on the medium. */
export class RecordingWriter {
  readonly id: RecordingId;
  readonly number: number;
  readonly startedWallMs: number;
  /** Set by the store. */
  committed: Committed | undefined;
  /** The ring is about to come round to where this recording began: close it and go on in a new one. */
  mustClose = false;
  /** Set by the store once the recording is on its way out: nothing more can be added. */
  erased = false;
  /** What is known of the recording and no commit has taken yet: the latest, however often it was said. */
  #known: Particulars | undefined;
  #waiting: Exclude<Waiting, { type: 'open' }>[] = [];
  #frames: Uint8Array[] = [];
  #frameBytes = 0;
  #blocks = 0;
  #bytes = 0;
  #closed = false;
  readonly #hash = createHash('sha256');

  constructor(id: RecordingId, number: number, startedWallMs: number, particulars: Particulars) {
    this.id = id;
    this.number = number;
    this.startedWallMs = startedWallMs;
    this.#known = particulars;
  }

  /** Bytes appended so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds whole frames of at most 4,032 bytes; they are kept together in one block. The store keeps `frame` until the commit: do
   * not change it. Throws `RECORDING_TOO_LONG` once the ring has come round, `STORE_CLOSED` after `close`.
   */
  append(frame: Uint8Array): void {
    if (this.erased) throw new StoreError('RECORDING_TOO_LONG', `recording ${this.number} has filled the whole ring`);
    if (this.#closed) throw new StoreError('STORE_CLOSED', `recording ${this.number} is closed`);
    if (frame.length > UNIT_PAYLOAD_BYTES) throw new RangeError(`a frame of ${frame.length} bytes`);
    if (this.#frameBytes + frame.length > UNIT_PAYLOAD_BYTES) this.#pack();
    this.#frames.push(frame);
    this.#frameBytes += frame.length;
    this.#bytes += frame.length;
    this.#hash.update(frame);
  }

  /**
   * Says anew what is known of a recording in progress. On the medium with the next commit: after a power cut the latest is what
   * it is closed by. Each costs a block. Throws `PARTICULARS_REFUSED`, `STORE_CLOSED` after `close`; nothing is changed then.
   */
  restate(particulars: Particulars): void {
    if (this.#closed) throw new StoreError('STORE_CLOSED', `recording ${this.number} is closed`);
    requireSealable(particulars);
    this.#known = particulars;
  }

  /**
   * Ends the recording. It is kept once the store's next commit resolves. Throws `PARTICULARS_REFUSED`, and then it goes on;
   * `STORE_CLOSED` if it was closed before.
   */
  close(closing: Closing): { readonly bytes: number; readonly sha256: string } {
    if (this.#closed) throw new StoreError('STORE_CLOSED', `recording ${this.number} is closed`);
    requireSealable(closing.particulars);
    this.#pack();
    this.#closed = true;
    this.#sha256 = this.#hash.digest('hex');
    this.#waiting.push({ type: 'close', closing, sequence: this.#blocks + 1 });
    return { bytes: this.#bytes, sha256: this.#sha256 };
  }
  #sha256 = '';

  get sha256(): string {
    return this.#sha256;
  }

  /** For the store: everything that waits, in order; the caller puts it on the medium or gives it back. */
  take(): Waiting[] {
    this.#pack();
    const known: Waiting[] = this.#known ? [{ type: 'open', particulars: this.#known }] : [];
    this.#known = undefined;
    return [...known, ...this.#waiting.splice(0)];
  }

  /** For the store: what `take` gave and no medium took, back in front. */
  giveBack(waiting: readonly Waiting[]): void {
    for (const item of waiting) if (item.type === 'open') this.#known ??= item.particulars;
    this.#waiting.unshift(...waiting.filter((item) => item.type !== 'open'));
  }

  /**
   * For the store: the medium turns out to have the recording up to block `sequence`, whatever it had said. False, and nothing is
   * changed, where what waits does not follow on that.
   */
  goOnBehind(sequence: number): boolean {
    const next = this.#waiting[0]?.sequence ?? this.#blocks + 1;
    if (next > sequence + 1) return false;
    this.#waiting = this.#waiting.filter((each) => each.sequence > sequence);
    return true;
  }

  /** Bytes of audio that wait for a commit. */
  get waitingBytes(): number {
    let bytes = this.#frameBytes;
    for (const item of this.#waiting) if (item.type === 'data') bytes += item.payload.length;
    return bytes;
  }

  #pack(): void {
    if (this.#frameBytes === 0) return;
    this.#blocks += 1;
    this.#waiting.push({
      type: 'data',
      sequence: this.#blocks,
      payload: Buffer.concat(this.#frames, this.#frameBytes),
    });
    this.#frames = [];
    this.#frameBytes = 0;
  }
}

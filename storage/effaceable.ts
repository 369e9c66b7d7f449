import { crc32 } from 'node:zlib';
import { mirrored } from './generation.js';
import { KEY_BYTES } from './seal.js';

/** A secret with the generation that tells which of two is newer. */
export interface RootSecret {
  readonly generation: number;
  readonly key: Buffer;
}

/**
 * A place for one 32-byte secret whose old value is gone once it is replaced. The whole promise of erasure rests on it.
 */
export interface EffaceableStore {
  /** What `status` calls it: `effaceable` where the medium forgets, `best-effort` where it may keep copies. */
  readonly assurance: 'effaceable' | 'best-effort';
  /** For people: a file's or a chip's name. */
  readonly where: string;
  /** The current secret, or undefined where none is (never set, destroyed, or not this store's). */
  read(): Promise<RootSecret | undefined>;
  /** Atomic: after a cut either the old or the new secret is current. When it resolves the old one is gone. */
  replace(secret: RootSecret): Promise<void>;
  /** After the last secret has been replaced for good: leaves the place as it was before there was a store. */
  free(): Promise<void>;
  close(): Promise<void>;
}

export const RECORD_BYTES = 64;
const MAGIC = 0x3152544b; // "KTR1"

/** Where two records of `RECORD_BYTES` stand. What is written is on the medium when the promise resolves. */
export interface RecordPlace extends Pick<EffaceableStore, 'assurance' | 'where' | 'free' | 'close'> {
  /** Makes sure that what a reader sees is on the medium: a process that was killed may have left more. */
  settle(): Promise<void>;
  read(which: 0 | 1): Promise<Buffer>;
  write(which: 0 | 1, record: Buffer): Promise<void>;
}

/** The mark of the store that a record is of; undefined where it is none, or a torn one. */
export const markIn = (record: Buffer): number | undefined =>
  record.readUInt32LE(0) === MAGIC && record.readUInt32LE(48) === crc32(record.subarray(0, 48))
    ? record.readUInt32LE(4)
    : undefined;

function encode(secret: RootSecret, mark: number): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt32LE(MAGIC, 0);
  record.writeUInt32LE(mark, 4);
  record.writeBigUInt64LE(BigInt(secret.generation), 8);
  record.set(secret.key.subarray(0, KEY_BYTES), 16);
  record.writeUInt32LE(crc32(record.subarray(0, 48)), 48);
  return record;
}

function decode(record: Buffer, mark: number): RootSecret | undefined {
  if (markIn(record) !== mark) return undefined;
  return { generation: Number(record.readBigUInt64LE(8)), key: Buffer.from(record.subarray(16, 48)) };
}

/** The same record twice unless a replacement is under way: a flipped bit in one costs nothing. */
export class RootRecords implements EffaceableStore {
  readonly #place: RecordPlace;
  readonly #mark: number;
  /** Which of the two records is current; undefined before the first `read` or where none is. */
  #current: 0 | 1 | undefined;

  constructor(place: RecordPlace, mark: number) {
    this.#place = place;
    this.#mark = mark;
  }

  get assurance(): EffaceableStore['assurance'] {
    return this.#place.assurance;
  }

  get where(): string {
    return this.#place.where;
  }

  async read(): Promise<RootSecret | undefined> {
    await this.#place.settle();
    const first = decode(await this.#place.read(0), this.#mark);
    const second = decode(await this.#place.read(1), this.#mark);
    this.#current = newer(first, second);
    const secret = this.#current === 0 ? first : second;
    if (this.#current === undefined || !secret) return undefined;
    if (first && second && first.key.equals(second.key)) return secret;
    // A replacement was cut, or failed: what a reader sees may not be on the medium. Make it certain before the other goes.
    if (first && second) await this.#put(this.#current, secret);
    await this.#mirror(secret);
    return secret;
  }

  async replace(secret: RootSecret): Promise<void> {
    if (this.#current === undefined) await this.read();
    const old = this.#current;
    const next = old === 0 ? 1 : 0;
    await this.#put(next, secret);
    this.#current = next;
    await this.#mirror(secret);
  }

  free(): Promise<void> {
    return this.#place.free();
  }

  close(): Promise<void> {
    return this.#place.close();
  }

  /** The other record, too: with it goes the old secret. */
  #mirror(secret: RootSecret): Promise<void> {
    return this.#put(this.#current === 0 ? 1 : 0, { ...secret, generation: mirrored(secret.generation) });
  }

  #put(which: 0 | 1, secret: RootSecret): Promise<void> {
    return this.#place.write(which, encode(secret, this.#mark));
  }
}

function newer(first: RootSecret | undefined, second: RootSecret | undefined): 0 | 1 | undefined {
  if (first && second) return second.generation > first.generation ? 1 : 0;
  if (first) return 0;
  return second ? 1 : undefined;
}

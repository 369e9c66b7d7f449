import { crc32 } from 'node:zlib';
import { type Disk, type DiskFile, UNIT_BYTES } from './disk.js';
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
  /** The current secret, or undefined where none is (never set, destroyed, or not this store's). */
  read(): Promise<RootSecret | undefined>;
  /** Atomic: after a cut either the old or the new secret is current. When it resolves the old one is gone. */
  replace(secret: RootSecret): Promise<void>;
  close(): Promise<void>;
}

export const ROOT_FILE = 'root';
const RECORD_BYTES = 64;
const MAGIC = 0x3152544b; // "KTR1"

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
  if (record.readUInt32LE(0) !== MAGIC || record.readUInt32LE(4) !== mark) return undefined;
  if (record.readUInt32LE(48) !== crc32(record.subarray(0, 48))) return undefined;
  return { generation: Number(record.readBigUInt64LE(8)), key: Buffer.from(record.subarray(16, 48)) };
}

/** Two records in a file, the same one twice unless a replacement is under way: a flipped bit in one costs nothing.
 * A flash medium may keep what was overwritten: best effort, and said so. */
export class FileEffaceableStore implements EffaceableStore {
  readonly assurance = 'best-effort';
  readonly #file: DiskFile;
  readonly #mark: number;
  /** Which of the two records is current; undefined before the first `read` or where none is. */
  #current: 0 | 1 | undefined;

  private constructor(file: DiskFile, mark: number) {
    this.#file = file;
    this.#mark = mark;
  }

  static async create(disk: Disk, mark: number): Promise<FileEffaceableStore> {
    return new FileEffaceableStore(await disk.create(ROOT_FILE, 2 * UNIT_BYTES), mark);
  }

  static async open(disk: Disk, mark: number): Promise<FileEffaceableStore> {
    return new FileEffaceableStore(await disk.open(ROOT_FILE), mark);
  }

  async read(): Promise<RootSecret | undefined> {
    await this.#file.sync(); // a process that was killed may have left what a reader sees and the medium has not taken
    const first = decode(await this.#file.read(0, RECORD_BYTES), this.#mark);
    const second = decode(await this.#file.read(UNIT_BYTES, RECORD_BYTES), this.#mark);
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

  close(): Promise<void> {
    return this.#file.close();
  }

  /** The other record, too: with it goes the old secret. */
  #mirror(secret: RootSecret): Promise<void> {
    return this.#put(this.#current === 0 ? 1 : 0, { ...secret, generation: mirrored(secret.generation) });
  }

  async #put(which: 0 | 1, secret: RootSecret): Promise<void> {
    const unit = Buffer.alloc(UNIT_BYTES);
    encode(secret, this.#mark).copy(unit);
    await this.#file.write(which * UNIT_BYTES, unit);
    await this.#file.sync();
  }
}

function newer(first: RootSecret | undefined, second: RootSecret | undefined): 0 | 1 | undefined {
  if (first && second) return second.generation > first.generation ? 1 : 0;
  if (first) return 0;
  return second ? 1 : undefined;
}

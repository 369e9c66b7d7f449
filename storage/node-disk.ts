import { constants } from 'node:fs';
import { access, type FileHandle, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Chip, Disk, DiskFile } from './disk.js';
import { NodeChip } from './node-chip.js';

const FILL_BYTES = 1 << 20;
/** Filled bytes are on the medium so often: what is left for the last sync never takes longer than any before it. */
const FILL_SYNC_BYTES = 16 << 20;

const pastTheEnd = (message: string): Error => Object.assign(new RangeError(message), { code: 'ERANGE' });

class NodeDiskFile implements DiskFile {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #name: string;
  readonly #onAdvance: () => void;

  constructor(handle: FileHandle, name: string, sizeBytes: number, onAdvance: () => void) {
    this.#handle = handle;
    this.#name = name;
    this.#onAdvance = onAdvance;
    this.sizeBytes = sizeBytes;
  }

  async read(offset: number, length: number, into?: Buffer): Promise<Buffer> {
    const bytes = into && into.length >= length ? into.subarray(0, length) : Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw pastTheEnd(`${this.#name}: nothing to read at ${offset + done}`);
      done += bytesRead;
    }
    this.#onAdvance();
    return bytes;
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    if (offset + bytes.length > this.sizeBytes) throw pastTheEnd(`${this.#name}: write past the end`);
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
    }
    this.#onAdvance();
  }

  /** `fdatasync`: sizes never change, so there is no metadata to wait for. */
  async sync(): Promise<void> {
    await this.#handle.datasync();
    this.#onAdvance();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** A folder of an ordinary file system. */
export class NodeDisk implements Disk {
  readonly folder: string;
  readonly #onAdvance: () => void;

  /** `onAdvance` is called after each read, write and sync that has come to its end. */
  constructor(folder: string, onAdvance: () => void = () => undefined) {
    this.folder = folder;
    this.#onAdvance = onAdvance;
  }

  async create(name: string, sizeBytes: number): Promise<DiskFile> {
    const handle = await open(this.#path(name), 'wx+', 0o600);
    try {
      const file = new NodeDiskFile(handle, name, sizeBytes, this.#onAdvance);
      await fillWithZeros(file, 0);
      await handle.sync();
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async extend(name: string, sizeBytes: number): Promise<void> {
    const handle = await open(this.#path(name), 'r+');
    try {
      await fillWithZeros(new NodeDiskFile(handle, name, sizeBytes, this.#onAdvance), (await handle.stat()).size);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async open(name: string): Promise<DiskFile> {
    const handle = await open(this.#path(name), 'r+');
    return new NodeDiskFile(handle, name, (await handle.stat()).size, this.#onAdvance);
  }

  async exists(name: string): Promise<boolean> {
    return access(this.#path(name), constants.F_OK).then(
      () => true,
      () => false,
    );
  }

  remove(name: string): Promise<void> {
    return rm(this.#path(name), { force: true });
  }

  async syncDirectory(): Promise<void> {
    const handle = await open(this.folder, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }

  openChip(name: string): Promise<Chip> {
    return NodeChip.open(name);
  }

  #path(name: string): string {
    return path.join(this.folder, name);
  }
}

/** Written, not only allocated: a block that has been written once costs the medium less when it is overwritten. */
async function fillWithZeros(file: DiskFile, from: number): Promise<void> {
  const to = file.sizeBytes;
  const zeros = Buffer.alloc(Math.max(0, Math.min(FILL_BYTES, to - from)));
  let unsynced = 0;
  for (let at = from; at < to; at += FILL_BYTES) {
    await file.write(at, zeros.subarray(0, Math.min(FILL_BYTES, to - at)));
    unsynced += FILL_BYTES;
    if (unsynced < FILL_SYNC_BYTES) continue;
    await file.sync();
    unsynced = 0;
  }
}

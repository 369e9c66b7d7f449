import { constants } from 'node:fs';
import { access, type FileHandle, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Chip, Disk, DiskFile } from './disk.js';
import { NodeChip } from './node-chip.js';

const FILL_BYTES = 1 << 20;

const pastTheEnd = (message: string): Error => Object.assign(new RangeError(message), { code: 'ERANGE' });

class NodeDiskFile implements DiskFile {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #name: string;

  constructor(handle: FileHandle, name: string, sizeBytes: number) {
    this.#handle = handle;
    this.#name = name;
    this.sizeBytes = sizeBytes;
  }

  async read(offset: number, length: number, into?: Buffer): Promise<Buffer> {
    const bytes = into && into.length >= length ? into.subarray(0, length) : Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw pastTheEnd(`${this.#name}: nothing to read at ${offset + done}`);
      done += bytesRead;
    }
    return bytes;
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    if (offset + bytes.length > this.sizeBytes) throw pastTheEnd(`${this.#name}: write past the end`);
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
    }
  }

  /** `fdatasync`: sizes never change, so there is no metadata to wait for. */
  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** A folder of an ordinary file system. */
export class NodeDisk implements Disk {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async create(name: string, sizeBytes: number): Promise<DiskFile> {
    const handle = await open(this.#path(name), 'wx+', 0o600);
    try {
      await fillWithZeros(handle, name, 0, sizeBytes);
      return new NodeDiskFile(handle, name, sizeBytes);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async extend(name: string, sizeBytes: number): Promise<void> {
    const handle = await open(this.#path(name), 'r+');
    try {
      await fillWithZeros(handle, name, (await handle.stat()).size, sizeBytes);
    } finally {
      await handle.close();
    }
  }

  async open(name: string): Promise<DiskFile> {
    const handle = await open(this.#path(name), 'r+');
    return new NodeDiskFile(handle, name, (await handle.stat()).size);
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
async function fillWithZeros(handle: FileHandle, name: string, from: number, to: number): Promise<void> {
  const file = new NodeDiskFile(handle, name, to);
  const zeros = Buffer.alloc(Math.max(0, Math.min(FILL_BYTES, to - from)));
  for (let at = from; at < to; at += FILL_BYTES) await file.write(at, zeros.subarray(0, Math.min(FILL_BYTES, to - at)));
  await handle.sync();
}

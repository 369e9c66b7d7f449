import { type FileHandle, open } from 'node:fs/promises';
import type { Chip } from './disk.js';

/** A chip as the kernel shows it: the `nvmem` or `eeprom` file of its device. Writes go through to the chip: there is no cache. */
export class NodeChip implements Chip {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
  }

  /** Rejects with the system's code: `ENOENT`, `EACCES`, `EROFS`. */
  static async open(path: string): Promise<NodeChip> {
    const handle = await open(path, 'r+');
    return new NodeChip(handle, (await handle.stat()).size);
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw Object.assign(new Error('the chip ends too early'), { code: 'EIO' });
      done += bytesRead;
    }
    return bytes;
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
    }
    // Nothing to wait for with a chip; a file that stands in for one has a cache.
    await this.#handle.sync().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EINVAL') throw error;
    });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

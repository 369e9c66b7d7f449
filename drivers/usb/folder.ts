import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, opendir, rename, rmdir, statfs, unlink } from 'node:fs/promises';
import path from 'node:path';
import { HalError, type HalErrorCode } from '../../hal/errors.js';
import type { StickEntry, StickFile, StickVolume } from '../../hal/stick.js';

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;
/** What is handed over is for others to read: this process's umask is not to keep it from them. */
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;
/** Bytes read or copied at a time. */
const PIECE_BYTES = 64 * 1024;
/** More entries than this in a folder of ours are somebody's mischief. */
const ENTRIES_MAX = 20_000;

/** What these mean on a volume that was there a moment ago. */
const FAULTS: Readonly<Record<string, HalErrorCode>> = {
  ENODEV: 'DEVICE_GONE',
  ENXIO: 'DEVICE_GONE',
  ENOTCONN: 'DEVICE_GONE',
  ENOSPC: 'DEVICE_FULL',
  EDQUOT: 'DEVICE_FULL',
  EFBIG: 'DEVICE_FULL',
  EACCES: 'DEVICE_REFUSED',
  EPERM: 'DEVICE_REFUSED',
};

/** Why no folder can be made at the top. Later on, a volume that is read-only all at once is one that the kernel has given up. */
const NO_FOLDER: Readonly<Record<string, string>> = {
  EACCES: 'its top folder may not be written to by this recorder',
  EPERM: 'its top folder may not be written to by this recorder',
  EROFS: 'it is mounted read-only',
};

/** A system call's failure on a volume, translated once. */
export function volumeFault(device: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof HalError || typeof code !== 'string') return error;
  return new HalError(FAULTS[code] ?? 'DEVICE_FAILED', device, message, { cause: error });
}

/**
 * The file operations of a stick's volume on a folder, mounted or not. Nothing is opened that was not made here: new files are
 * made exclusively, nothing is followed, names are plain.
 */
export class FolderFiles implements Omit<StickVolume, 'seal' | 'close'> {
  readonly #root: string;
  readonly #device: string;

  constructor(root: string, device: string) {
    this.#root = root;
    this.#device = device;
  }

  freeBytes(): Promise<number> {
    return this.#try(async () => {
      const { bavail, bsize } = await statfs(this.#root);
      return bavail * bsize;
    });
  }

  makeFolder(folder: string): Promise<boolean> {
    return this.#try(async () => {
      try {
        await mkdir(this.#path(folder), { mode: FOLDER_MODE });
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code === 'EEXIST') return false;
        const refused = NO_FOLDER[code];
        if (refused === undefined) throw error;
        throw new HalError('DEVICE_REFUSED', this.#device, refused, { cause: error });
      }
      await showFolder(this.#path(folder));
      await syncFolder(this.#root);
      return true;
    });
  }

  list(folder: string): Promise<readonly StickEntry[] | null> {
    return this.#try(async () => {
      if (!(await this.#isFolder(folder))) return null;
      const entries: StickEntry[] = [];
      for await (const { name } of await opendir(this.#path(folder))) {
        if (entries.length === ENTRIES_MAX) break;
        const found = await lstat(path.join(this.#path(folder), name));
        const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
        entries.push({ name, kind, bytes: found.size });
      }
      return entries;
    });
  }

  create(folder: string, name: string): Promise<StickFile> {
    return this.#try(async () => {
      await this.#mustBeFolder(folder);
      const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
      const handle = await open(this.#path(folder, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
      await showTo(handle, FILE_MODE);
      return new FolderFile(handle, this.#path(folder), this.#device);
    });
  }

  rename(folder: string, from: string, to: string): Promise<void> {
    return this.#try(async () => {
      await this.#mustBeFolder(folder);
      const [old, fresh] = [this.#path(folder, from), this.#path(folder, to)];
      if (await found(fresh)) throw new HalError('DEVICE_FAILED', this.#device, `${to} is there already`);
      await rename(old, fresh);
      // FAT writes the new name first as that of an empty file, whatever was synced under the old one: all of it goes with the file.
      await syncFile(fresh);
      await syncFolder(this.#path(folder));
    });
  }

  remove(folder: string, name: string): Promise<void> {
    return this.#try(async () => {
      await this.#mustBeFolder(folder);
      if (!(await found(this.#path(folder, name)))) return;
      await unlink(this.#path(folder, name));
      await syncFolder(this.#path(folder));
    });
  }

  removeFolder(folder: string): Promise<void> {
    return this.#try(async () => {
      if (!(await this.#isFolder(folder))) return;
      await rmdir(this.#path(folder)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
      await syncFolder(this.#root);
    });
  }

  async *read(folder: string, name: string): AsyncIterable<Uint8Array> {
    const handle = await this.#try(async () => {
      await this.#mustBeFolder(folder);
      const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
      const opened = await open(this.#path(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      if ((await opened.stat()).isFile()) return opened;
      await opened.close();
      throw new HalError('DEVICE_FAILED', this.#device, `${name} is not a file`);
    });
    const piece = Buffer.alloc(PIECE_BYTES);
    try {
      for (;;) {
        const { bytesRead } = await this.#try(() => handle.read(piece, 0, piece.length, null));
        if (bytesRead === 0) return;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      await handle.close().catch(() => undefined);
    }
  }

  /** Every folder's entry and file reaches the medium. */
  sync(): Promise<void> {
    return this.#try(() => syncFolder(this.#root));
  }

  #path(folder: string, name?: string): string {
    for (const each of name === undefined ? [folder] : [folder, name]) {
      if (!NAME.test(each)) throw new RangeError(`${JSON.stringify(each)} is no name for a stick`);
    }
    return path.join(this.#root, folder, name ?? '');
  }

  async #isFolder(folder: string): Promise<boolean> {
    return (await found(this.#path(folder)))?.isDirectory() ?? false;
  }

  async #mustBeFolder(folder: string): Promise<void> {
    if (await this.#isFolder(folder)) return;
    if (!(await found(this.#root))) throw new HalError('DEVICE_GONE', this.#device, 'the volume is not there any more');
    throw new HalError('DEVICE_FAILED', this.#device, `${folder} is not a folder`);
  }

  async #try<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw volumeFault(this.#device, error);
    }
  }
}

class FolderFile implements StickFile {
  readonly #handle: FileHandle;
  readonly #folder: string;
  readonly #device: string;
  #open = true;

  /** `folder`: that it is in. */
  constructor(handle: FileHandle, folder: string, device: string) {
    this.#handle = handle;
    this.#folder = folder;
    this.#device = device;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#handle.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    } catch (error) {
      throw volumeFault(this.#device, error);
    }
  }

  async finish(): Promise<void> {
    try {
      // With any folder FAT puts its table on the medium, with a file the name before the table: pulled in between, the name
      // would stand for clusters that are free, and the kernel writes no more to a stick where it comes upon that.
      await syncFolder(this.#folder);
      await this.#handle.sync();
    } catch (error) {
      throw volumeFault(this.#device, error);
    } finally {
      await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close().catch(() => undefined);
  }
}

const found = (file: string) =>
  lstat(file).catch((error: NodeJS.ErrnoException) => {
    unlessMissing(error);
    return undefined;
  });

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** FAT and exFAT have no modes of their own and may refuse one: nothing is lost. */
const showTo = (handle: FileHandle, mode: number): Promise<void> => handle.chmod(mode).catch(() => undefined);

async function showFolder(folder: string): Promise<void> {
  const handle = await openFolder(folder);
  try {
    await showTo(handle, FOLDER_MODE);
  } finally {
    await handle.close();
  }
}

const openFolder = (folder: string): Promise<FileHandle> =>
  open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Names made in a folder reach the medium. Some file systems cannot be asked for it (`EINVAL`): their names go with the files. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await openFolder(folder);
  try {
    await handle.sync().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EINVAL') throw error;
    });
  } finally {
    await handle.close();
  }
}

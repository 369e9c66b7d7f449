import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { undoAtExit } from '../scratch.js';

const SECTOR_BYTES = 512;
/** Field of `/sys/block/…/stat` (Documentation/block/stat.rst): sectors written. */
const SECTORS_WRITTEN = 6;

/** An ext4 file system of its own, on a loop device whose written sectors are counted by the kernel. Needs root. */
export class LoopMedium {
  readonly folder: string;
  readonly #image: string;
  readonly #device: string;
  #mounted = true;

  private constructor(folder: string, image: string, device: string) {
    this.folder = folder;
    this.#image = image;
    this.#device = device;
    undoAtExit(() => this.unmount());
  }

  static mount(folder: string, bytes: number): LoopMedium {
    const image = `${folder}.img`;
    mkdirSync(folder, { recursive: true });
    const fd = openSync(image, 'w');
    ftruncateSync(fd, bytes);
    closeSync(fd);
    // Everything that mkfs puts off would be written, and counted, while we measure.
    execFileSync('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
    const device = execFileSync('losetup', ['-f', '--show', image], { encoding: 'utf8' }).trim();
    execFileSync('mount', [device, folder]);
    return new LoopMedium(folder, image, device);
  }

  /** Bytes that have reached the device since it was set up. */
  writtenBytes(): number {
    const fields = readFileSync(`/sys/block/${path.basename(this.#device)}/stat`, 'utf8')
      .trim()
      .split(/\s+/);
    return Number(fields[SECTORS_WRITTEN]) * SECTOR_BYTES;
  }

  /** Everything that the file system still holds back is on the device when it returns. */
  flush(): void {
    execFileSync('sync', ['-f', this.folder]);
  }

  /** Safe any number of times. */
  unmount(): void {
    if (!this.#mounted) return;
    this.#mounted = false;
    execFileSync('umount', [this.folder]);
    execFileSync('losetup', ['-d', this.#device]);
    rmSync(this.#image);
  }
}

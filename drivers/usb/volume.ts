import { stat } from 'node:fs/promises';
import { HalError } from '../../hal/errors.js';
import type { StickVolume } from '../../hal/stick.js';
import { FolderFiles } from './folder.js';
import type { Candidate } from './judge.js';
import type { Mounter } from './mounter.js';

/** A stick's volume, mounted. */
export class UsbVolume extends FolderFiles implements StickVolume {
  readonly #folder: string;
  readonly #volume: Candidate;
  readonly #mounter: Mounter;
  /** The file system's own number, by which it is told from the folder that it is mounted on. */
  readonly #number: number;
  #closing: Promise<void> | undefined;

  private constructor(folder: string, number: number, volume: Candidate, mounter: Mounter) {
    super(folder, volume.device);
    this.#folder = folder;
    this.#number = number;
    this.#volume = volume;
    this.#mounter = mounter;
  }

  static async open(volume: Candidate, mounter: Mounter): Promise<UsbVolume> {
    const folder = await mounter.mount(volume);
    return new UsbVolume(folder, await numberOf(folder), volume, mounter);
  }

  /** A stick that was pulled may be unmounted by now: it is not its top folder then that refuses. */
  override async makeFolder(folder: string): Promise<boolean> {
    try {
      return await super.makeFolder(folder);
    } catch (error) {
      if ((await numberOf(this.#folder)) === this.#number) throw error;
      throw new HalError('DEVICE_GONE', this.#volume.device, 'it is not mounted any more', { cause: error });
    }
  }

  async seal(): Promise<void> {
    await this.sync();
    await this.#mounter.seal(this.#volume);
  }

  close(): Promise<void> {
    this.#closing ??= this.#mounter.release(this.#volume);
    return this.#closing;
  }
}

/** Of the file system that a folder is in; 0: the folder is not there. */
const numberOf = async (folder: string): Promise<number> => {
  const found = await stat(folder).catch(() => null);
  return found?.dev ?? 0;
};

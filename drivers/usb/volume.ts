import type { StickVolume } from '../../hal/stick.js';
import { FolderFiles } from './folder.js';
import type { Candidate } from './judge.js';
import type { Mounter } from './mounter.js';

/** A stick's volume, mounted. */
export class UsbVolume extends FolderFiles implements StickVolume {
  readonly #volume: Candidate;
  readonly #mounter: Mounter;
  #closing: Promise<void> | undefined;

  private constructor(folder: string, volume: Candidate, mounter: Mounter) {
    super(folder, volume.device);
    this.#volume = volume;
    this.#mounter = mounter;
  }

  static async open(volume: Candidate, mounter: Mounter): Promise<UsbVolume> {
    return new UsbVolume(await mounter.mount(volume), volume, mounter);
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

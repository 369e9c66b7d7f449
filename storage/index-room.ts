import { stat } from 'node:fs/promises';
import path from 'node:path';
import { NodeDisk } from './node-disk.js';

const ROOM = 'room';
/** As much as LevelDB puts down before it takes away what it replaces: one table made of all that it overlaps in the next level. */
const ROOM_MAX_BYTES = 32 << 20;
/** Most of what the index may grow to in all that it is worth to keep aside. */
const ROOM_SHARE = 1 / 2;

/**
 * A file of zeros in the index's folder, there to be given up: the index is all of a store that grows, and whoever fills the medium
 * up to the last block must not be able to stop it.
 */
export class IndexRoom {
  readonly #disk: NodeDisk;
  readonly #file: string;
  readonly #bytes: number;
  /** Whether it is there, as far as is known. */
  #kept = false;

  /** `indexBytes`: what the index grows to at most; 0: no room is kept. */
  constructor(folder: string, indexBytes: number) {
    this.#disk = new NodeDisk(folder);
    this.#file = path.join(folder, ROOM);
    this.#bytes = Math.min(ROOM_MAX_BYTES, Math.floor(indexBytes * ROOM_SHARE));
  }

  get isKept(): boolean {
    return this.#kept;
  }

  /**
   * Makes it, or so much more of it, where there is as much again beside it; what a cut left of it is gone on with. Never rejects: without it
   * all works that worked before.
   */
  async keep(mostBytes = Number.POSITIVE_INFINITY): Promise<void> {
    try {
      let bytes = await stat(this.#file).then(
        ({ size }) => size,
        () => 0,
      );
      if (bytes > this.#bytes) {
        await this.#disk.remove(ROOM);
        bytes = 0;
      }
      if (bytes < this.#bytes) {
        if ((await this.#disk.freeBytes()) < 2 * this.#bytes - bytes) return;
        const next = Math.min(this.#bytes, bytes + mostBytes);
        if (bytes > 0) await this.#disk.extend(ROOM, next);
        else await (await this.#disk.create(ROOM, next)).close();
        bytes = next;
      }
      this.#kept = this.#bytes > 0 && bytes === this.#bytes;
    } catch {
      await this.give();
    }
  }

  /** Gives it up. Returns whether there was any. Never rejects. */
  async give(): Promise<boolean> {
    this.#kept = false;
    const was = await this.#disk.exists(ROOM);
    await this.#disk.remove(ROOM).catch(() => undefined);
    return was;
  }
}

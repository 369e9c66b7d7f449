import { statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { HalError } from '../../hal/errors.js';
import type { StickEntry, StickFile, StickRoom, StickVolume } from '../../hal/stick.js';
import { FolderFiles } from '../usb/folder.js';
import type { SimulatedStick } from './stick.js';

/** The open volume of a simulated stick: real files in its folder, and the stick's faults. */
export class SimulatedVolume implements StickVolume {
  readonly #stick: SimulatedStick;
  readonly #files: FolderFiles;
  /** Files written and not finished. */
  readonly #unfinished = new Set<string>();
  /** Where a file's bytes begin to be lies. */
  readonly #falseFrom = new Map<string, number>();
  #sealed = false;

  constructor(stick: SimulatedStick) {
    this.#stick = stick;
    this.#files = new FolderFiles(stick.folder, stick.info.serial);
  }

  async room(): Promise<StickRoom> {
    await this.#stick.step();
    const { roomBytes = this.#stick.info.capacityBytes, clusterBytes = 4096 } = this.#stick.faults;
    return { freeBytes: Math.max(0, roomBytes - this.#stick.bytes), clusterBytes };
  }

  async makeFolder(folder: string): Promise<boolean> {
    await this.#change();
    return this.#files.makeFolder(folder);
  }

  async list(folder: string): Promise<readonly StickEntry[] | null> {
    await this.#stick.step();
    return this.#files.list(folder);
  }

  async create(folder: string, name: string): Promise<StickFile> {
    await this.#change();
    const file = await this.#files.create(folder, name);
    const key = path.join(folder, name);
    this.#unfinished.add(key);
    let size = 0;
    return {
      write: async (bytes) => {
        await this.#change();
        const taken = this.#taken(bytes.length);
        await file.write(bytes.subarray(0, taken));
        const { honestBytes = Number.POSITIVE_INFINITY, pulledAtByte } = this.#stick.faults;
        const honest = Math.max(0, honestBytes - this.#stick.bytes);
        if (taken > honest && !this.#falseFrom.has(key)) this.#falseFrom.set(key, size + honest);
        size += taken;
        this.#stick.bytes += taken;
        if (pulledAtByte !== undefined && this.#stick.bytes >= pulledAtByte) this.#stick.pull();
        await this.#stick.step();
        if (taken < bytes.length) throw new HalError('DEVICE_FULL', this.#stick.info.serial, 'it is full');
      },
      finish: async () => {
        await this.#stick.step();
        await file.finish();
        this.#unfinished.delete(key);
      },
      abandon: () => file.abandon(),
    };
  }

  async rename(folder: string, from: string, to: string): Promise<void> {
    await this.#change();
    await this.#files.rename(folder, from, to);
    const falseFrom = this.#falseFrom.get(path.join(folder, from));
    if (falseFrom !== undefined) this.#falseFrom.set(path.join(folder, to), falseFrom);
  }

  async remove(folder: string, name: string): Promise<void> {
    await this.#change();
    await this.#files.remove(folder, name);
    this.#falseFrom.delete(path.join(folder, name));
    this.#unfinished.delete(path.join(folder, name));
  }

  async removeFolder(folder: string): Promise<void> {
    await this.#change();
    await this.#files.removeFolder(folder);
  }

  async *read(folder: string, name: string): AsyncIterable<Uint8Array> {
    await this.#stick.step();
    for await (const piece of this.#files.read(folder, name)) {
      await this.#stick.step();
      yield piece;
    }
  }

  async seal(): Promise<void> {
    await this.#stick.step();
    this.#sealed = true;
    for (const [key, from] of this.#falseFrom) {
      const file = path.join(this.#stick.folder, key);
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size <= from) continue;
      truncateSync(file, from);
      truncateSync(file, size);
    }
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  /** The stick was pulled: a file that nobody had synced ends somewhere. */
  lose(): void {
    for (const key of this.#unfinished) {
      const file = path.join(this.#stick.folder, key);
      const size = statSync(file, { throwIfNoEntry: false })?.size;
      if (size !== undefined) truncateSync(file, Math.min(size, Math.floor(this.#stick.dice() * (size + 1))));
    }
    this.#unfinished.clear();
  }

  async #change(): Promise<void> {
    await this.#stick.step();
    if (this.#sealed) throw new HalError('DEVICE_FAILED', this.#stick.info.serial, 'it is sealed');
  }

  /** How many of so many bytes there is room for before something happens. */
  #taken(bytes: number): number {
    const { roomBytes, fullAtByte, pulledAtByte } = this.#stick.faults;
    const end = Math.min(...[roomBytes, fullAtByte, pulledAtByte].map((each) => each ?? Number.POSITIVE_INFINITY));
    return Math.max(0, Math.min(bytes, end - this.#stick.bytes));
  }
}

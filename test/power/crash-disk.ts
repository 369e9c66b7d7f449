import type { Disk, DiskFile } from '../../storage/disk.js';

export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

/** Counts every step that can reach the medium and cuts the power at the chosen one. */
export class Mains {
  steps = 0;
  #left: number;

  constructor(steps = Number.POSITIVE_INFINITY) {
    this.#left = steps;
  }

  step(): void {
    this.steps += 1;
    this.#left -= 1;
    if (this.#left < 0) throw new PowerCut('power cut');
  }
}

const SECTOR_BYTES = 512;

interface Content {
  /** What a reader sees. */
  live: Buffer;
  /** What is certainly on the medium. */
  platter: Buffer;
  pending: { readonly offset: number; readonly bytes: Buffer }[];
  named: boolean;
}

/**
 * A disk that forgets: after a cut each sector of an unsynced write is there, is not there, or (the one in flight)
 * holds garbage; writes come through in any order; names that were not synced may be gone. One sync left out is a step that does nothing.
 */
export class CrashDisk implements Disk {
  mains = new Mains();
  /** A file whose syncs are left out, for the test of the test. */
  neverSync: string | undefined;
  readonly #files = new Map<string, Content>();
  readonly #chance: () => number;

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  async create(name: string, sizeBytes: number): Promise<DiskFile> {
    this.mains.step();
    if (this.#files.has(name)) throw Object.assign(new Error(`${name} exists`), { code: 'EEXIST' });
    this.#files.set(name, {
      live: Buffer.alloc(sizeBytes),
      platter: Buffer.alloc(sizeBytes),
      pending: [],
      named: false,
    });
    return this.open(name);
  }

  async open(name: string): Promise<DiskFile> {
    const content = this.#files.get(name);
    if (!content) throw Object.assign(new Error(`${name} is missing`), { code: 'ENOENT' });
    return {
      sizeBytes: content.live.length,
      read: async (offset, length) => {
        if (offset + length > content.live.length) throw new RangeError('read past the end');
        return Buffer.from(content.live.subarray(offset, offset + length));
      },
      write: async (offset, bytes) => {
        if (offset + bytes.length > content.live.length) throw new RangeError('write past the end');
        const copy = Buffer.from(bytes);
        content.pending.push({ offset, bytes: copy });
        this.mains.step();
        copy.copy(content.live, offset);
      },
      sync: async () => {
        this.mains.step();
        if (this.neverSync === name) return;
        content.pending = [];
        content.live.copy(content.platter);
      },
      close: async () => Promise.resolve(),
    };
  }

  async extend(name: string, sizeBytes: number): Promise<void> {
    this.mains.step();
    const content = this.#files.get(name);
    if (!content) throw Object.assign(new Error(`${name} is missing`), { code: 'ENOENT' });
    const more = Buffer.alloc(Math.max(0, sizeBytes - content.live.length));
    content.live = Buffer.concat([content.live, more]);
    content.platter = Buffer.concat([content.platter, more]);
  }

  async exists(name: string): Promise<boolean> {
    return this.#files.has(name);
  }

  async remove(name: string): Promise<void> {
    this.mains.step();
    this.#files.delete(name);
  }

  async syncDirectory(): Promise<void> {
    this.mains.step();
    for (const content of this.#files.values()) content.named = true;
  }

  async freeBytes(): Promise<number> {
    return 1 << 30;
  }

  /** What a reboot finds. */
  reboot(): void {
    this.mains = new Mains();
    for (const [name, content] of this.#files) {
      if (!content.named && this.#chance() < 0.5) {
        this.#files.delete(name);
        continue;
      }
      content.named = true;
      for (const { offset, bytes } of content.pending) this.#settle(content.platter, offset, bytes);
      content.pending = [];
      content.platter.copy(content.live);
    }
  }

  /** The medium's bytes, by file: what a thief reads. */
  image(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#files].map(([name, { live }]) => [name, Buffer.from(live)]));
  }

  #settle(platter: Buffer, offset: number, bytes: Buffer): void {
    const first = Math.floor(offset / SECTOR_BYTES);
    const last = Math.floor((offset + bytes.length - 1) / SECTOR_BYTES);
    const whole = this.#chance();
    const garbled = this.#chance() < 0.3 ? first + Math.floor(this.#chance() * (last - first + 1)) : -1;
    for (let sector = first; sector <= last; sector += 1) {
      const from = Math.max(offset, sector * SECTOR_BYTES);
      const to = Math.min(offset + bytes.length, (sector + 1) * SECTOR_BYTES);
      if (sector === garbled) {
        for (let i = from; i < to; i += 1) platter[i] = Math.floor(this.#chance() * 256);
      } else if (whole < 0.2 || (whole < 0.8 && this.#chance() < 0.5)) {
        bytes.copy(platter, from, from - offset, to - offset);
      }
    }
  }
}

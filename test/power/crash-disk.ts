import type { Chip, Disk, DiskFile } from '../../storage/disk.js';

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
  /** Whether the name is certainly on the medium. */
  named: boolean;
  /** Removed, and that is not certain yet. */
  removed: boolean;
}

interface ChipContent {
  readonly bytes: Buffer;
  pending: { readonly offset: number; readonly bytes: Buffer } | undefined;
}

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/**
 * A disk that forgets: after a cut each sector of an unsynced write is there, is not there, or (one in flight) holds
 * garbage; writes come through in any order; names that were made or removed and not synced may be as they were. One sync
 * left out is a step that does nothing.
 */
export class CrashDisk implements Disk {
  mains = new Mains();
  /** A file whose syncs are left out, or `directory`, for the test of the test. */
  neverSync: string | undefined;
  /** Called where the power could go, before the step has an effect. */
  onStep: (() => Promise<void>) | undefined;
  readonly #files = new Map<string, Content>();
  readonly #chips = new Map<string, ChipContent>();
  readonly #chance: () => number;

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  async create(name: string, sizeBytes: number): Promise<DiskFile> {
    await this.#step();
    const before = this.#files.get(name);
    if (before && !before.removed) throw failure('EEXIST', `${name} exists`);
    const [live, platter] = [Buffer.alloc(sizeBytes), Buffer.alloc(sizeBytes)];
    this.#files.set(name, { live, platter, pending: [], named: false, removed: false });
    return this.open(name);
  }

  async extend(name: string, sizeBytes: number): Promise<void> {
    await this.#step();
    const content = this.#content(name);
    if (sizeBytes <= content.live.length) return;
    const more = Buffer.alloc(sizeBytes - content.live.length);
    content.live = Buffer.concat([content.live, more]);
    content.platter = Buffer.concat([content.platter, more]);
  }

  async open(name: string): Promise<DiskFile> {
    const content = this.#content(name);
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
        await this.#step();
        copy.copy(content.live, offset);
      },
      sync: async () => {
        await this.#step();
        if (this.neverSync === name) return;
        for (const { offset, bytes } of content.pending) bytes.copy(content.platter, offset);
        content.pending = [];
      },
      close: async () => Promise.resolve(),
    };
  }

  async exists(name: string): Promise<boolean> {
    return this.#files.get(name)?.removed === false;
  }

  async remove(name: string): Promise<void> {
    await this.#step();
    const content = this.#files.get(name);
    if (content?.named) content.removed = true;
    else this.#files.delete(name);
  }

  async syncDirectory(): Promise<void> {
    await this.#step();
    if (this.neverSync === 'directory') return;
    for (const [name, content] of this.#files) {
      content.named = true;
      if (content.removed) this.#files.delete(name);
    }
  }

  async freeBytes(): Promise<number> {
    return 1 << 30;
  }

  /** A chip beside the disk, blank. It remembers at once; a write in flight comes through up to some byte. */
  addChip(name: string, sizeBytes: number): void {
    this.#chips.set(name, { bytes: Buffer.alloc(sizeBytes, 0xff), pending: undefined });
  }

  chip(name: string): Buffer {
    const chip = this.#chips.get(name);
    if (!chip) throw failure('ENOENT', `no chip ${name}`);
    return chip.bytes;
  }

  async openChip(name: string): Promise<Chip> {
    const bytes = this.chip(name);
    return {
      sizeBytes: bytes.length,
      read: async (offset, length) => Buffer.from(bytes.subarray(offset, offset + length)),
      write: async (offset, given) => {
        const chip = this.#chips.get(name);
        const copy = Buffer.from(given);
        if (chip) chip.pending = { offset, bytes: copy };
        await this.#step();
        if (chip) chip.pending = undefined;
        copy.copy(bytes, offset);
      },
      close: async () => Promise.resolve(),
    };
  }

  /** The same disk at this instant, with other dice, and nobody who watches it. */
  fork(chance: () => number): CrashDisk {
    const fork = new CrashDisk(chance);
    for (const [name, content] of this.#files) {
      const [live, platter] = [Buffer.from(content.live), Buffer.from(content.platter)];
      fork.#files.set(name, { ...content, live, platter, pending: [...content.pending] });
    }
    for (const [name, { bytes, pending }] of this.#chips) fork.#chips.set(name, { bytes: Buffer.from(bytes), pending });
    return fork;
  }

  /** The process has died: the write it was at has reached the kernel, and readers see it. */
  afterKill(): void {
    this.mains = new Mains();
    for (const { live, pending } of this.#files.values())
      for (const { offset, bytes } of pending) bytes.copy(live, offset);
    for (const chip of this.#chips.values()) {
      chip.pending?.bytes.copy(chip.bytes, chip.pending.offset);
      chip.pending = undefined;
    }
  }

  /** What a reboot finds. */
  reboot(): void {
    this.mains = new Mains();
    for (const [name, content] of this.#files) {
      if ((!content.named || content.removed) && this.#chance() < 0.5) {
        this.#files.delete(name);
        continue;
      }
      content.named = true;
      content.removed = false;
      for (const { offset, bytes } of content.pending) this.#settle(content.platter, offset, bytes);
      content.pending = [];
      content.platter.copy(content.live);
    }
    for (const chip of this.#chips.values()) {
      if (!chip.pending) continue;
      const { offset, bytes } = chip.pending;
      bytes.copy(chip.bytes, offset, 0, Math.floor(this.#chance() * (bytes.length + 1)));
      chip.pending = undefined;
    }
  }

  /** The medium's bytes, by file: what a thief reads. */
  image(): Map<string, Buffer> {
    return new Map([...this.#files].map(([name, { live }]) => [name, Buffer.from(live)]));
  }

  /** A disk with such files, everything on the platter. */
  static of(image: ReadonlyMap<string, Buffer>, chance: () => number = () => 0): CrashDisk {
    const disk = new CrashDisk(chance);
    for (const [name, bytes] of image) {
      const [live, platter] = [Buffer.from(bytes), Buffer.from(bytes)];
      disk.#files.set(name, { live, platter, pending: [], named: true, removed: false });
    }
    return disk;
  }

  /** A sync was refused, and the kernel has dropped what it should have written: readers see it, the medium never does. */
  dropPending(name: string): void {
    this.#content(name).pending = [];
  }

  /** Changes a byte of a file, behind everybody's back. */
  flip(name: string, at: number, mask: number): void {
    const content = this.#content(name);
    for (const bytes of [content.live, content.platter]) bytes[at] = (bytes[at] ?? 0) ^ mask;
  }

  async #step(): Promise<void> {
    await this.onStep?.();
    this.mains.step();
  }

  #content(name: string): Content {
    const content = this.#files.get(name);
    if (!content || content.removed) throw failure('ENOENT', `${name} is missing`);
    return content;
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

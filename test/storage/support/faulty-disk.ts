import type { Chip, Disk, DiskFile } from '../../../storage/disk.js';

export type DiskCall = 'create' | 'open' | 'read' | 'write' | 'sync';

/**
 * A disk that fails when told to. The faults by name: `errors` (a call is refused, nothing happens), `lostSync` (a sync is refused and
 * what it should have secured is gone from the medium, though a reader still sees it), `gone` (every call is refused).
 */
export class FaultyDisk implements Disk {
  readonly inner: Disk;
  /** Every call so far, counted. */
  calls = 0;
  /** Names of files that were made longer or anew since `watchSizes`. */
  readonly grown: string[] = [];
  watchSizes = false;
  /** Asked for each call; a code makes it fail. */
  errors: (call: DiskCall, name: string, count: number) => string | undefined = () => undefined;
  /** Called when a sync is refused: what it had to secure is lost. */
  lostSync: ((name: string) => void) | undefined;
  gone = false;
  /** What is free, in bytes; undefined: what the disk itself says. */
  free: () => number | undefined = () => undefined;

  constructor(inner: Disk) {
    this.inner = inner;
  }

  async create(name: string, sizeBytes: number): Promise<DiskFile> {
    this.#call('create', name);
    if (this.watchSizes) this.grown.push(name);
    return this.#wrap(name, await this.inner.create(name, sizeBytes));
  }

  async extend(name: string, sizeBytes: number): Promise<void> {
    this.#call('create', name);
    if (this.watchSizes) this.grown.push(name);
    return this.inner.extend(name, sizeBytes);
  }

  async open(name: string): Promise<DiskFile> {
    this.#call('open', name);
    return this.#wrap(name, await this.inner.open(name));
  }

  async exists(name: string): Promise<boolean> {
    return !this.gone && this.inner.exists(name);
  }

  async remove(name: string): Promise<void> {
    this.#call('write', name);
    return this.inner.remove(name);
  }

  async syncDirectory(): Promise<void> {
    this.#call('sync', '.');
    return this.inner.syncDirectory();
  }

  async freeBytes(): Promise<number> {
    return this.free() ?? this.inner.freeBytes();
  }

  openChip(name: string): Promise<Chip> {
    return this.inner.openChip(name);
  }

  #wrap(name: string, file: DiskFile): DiskFile {
    return {
      sizeBytes: file.sizeBytes,
      read: async (offset, length) => {
        this.#call('read', name);
        return file.read(offset, length);
      },
      write: async (offset, bytes) => {
        this.#call('write', name);
        return file.write(offset, bytes);
      },
      sync: async () => {
        try {
          this.#call('sync', name);
        } catch (error) {
          this.lostSync?.(name);
          throw error;
        }
        return file.sync();
      },
      close: () => file.close(),
    };
  }

  #call(call: DiskCall, name: string): void {
    this.calls += 1;
    const code = this.gone ? 'ENODEV' : this.errors(call, name, this.calls);
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${call} ${name}`), { code });
  }
}

/**
 * The few file operations the store needs. `NodeDisk` is one implementation, the crash disk of the tests the other.
 * A file has a fixed size from its creation on: nothing the store does after `format` allocates.
 */
export interface DiskFile {
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `offset`; the caller owns them. They may stand in `into`, if it has room. Rejects past the end. */
  read(offset: number, length: number, into?: Buffer): Promise<Buffer>;
  /** Volatile until `sync()`. The bytes may be used again once it resolves. Rejects past the end. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Everything written is on the medium when it resolves. A rejection says nothing about what is there. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Memory that forgets what is overwritten: FRAM, or the EEPROM or battery-backed RAM of a clock chip. */
export interface Chip {
  readonly sizeBytes: number;
  read(offset: number, length: number): Promise<Buffer>;
  /** In the chip when it resolves. A power cut may tear it anywhere. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * A folder on the medium, flat: names are the store's own. Rejections are the system's (`ENOSPC`, `EIO`, `EROFS`), and whoever calls gives
 * them a code; what they leave behind is said where it matters.
 */
export interface Disk {
  /** Makes a file of `sizeBytes` zeros, every one of them written and synced. Rejects if it exists. */
  create(name: string, sizeBytes: number): Promise<DiskFile>;
  /** Makes a file longer, by zeros that are written and synced. Nothing where it is that long already. For `grow` alone. */
  extend(name: string, sizeBytes: number): Promise<void>;
  /** Rejects with `ENOENT` where there is none. */
  open(name: string): Promise<DiskFile>;
  exists(name: string): Promise<boolean>;
  /** Nothing where there is none. Lasting after `syncDirectory`. */
  remove(name: string): Promise<void>;
  /** Names made and removed so far are on the medium when it resolves. */
  syncDirectory(): Promise<void>;
  /** What the medium has left, in bytes. */
  freeBytes(): Promise<number>;
  /** A chip beside the medium, by its name on this machine. Rejects with the system's code where there is none. */
  openChip(name: string): Promise<Chip>;
}

/** The medium's smallest honest unit: everything is written in multiples of it, at multiples of it. */
export const UNIT_BYTES = 4096;

/** `bytes` random bytes fit for keys. Chance is an argument like time. */
export type Chance = (bytes: number) => Buffer;

/** Opens a file and makes something of it; where that fails the file is closed again. */
export async function openWith<T>(disk: Disk, name: string, make: (file: DiskFile) => Promise<T>): Promise<T> {
  const file = await disk.open(name);
  try {
    return await make(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

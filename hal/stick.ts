import type { Observable } from 'rxjs';

/** What a stick may be formatted with to be used. */
export const STICK_FILE_SYSTEMS = ['vfat', 'exfat', 'ext4'] as const;

/** One of them. */
export type StickFileSystem = (typeof STICK_FILE_SYSTEMS)[number];

/** What is known of a stick before anything on it is read. Texts come from the stick: printable characters, at most 64, nothing else. */
export interface StickInfo {
  /** The maker's serial number, what an organisation's list of its sticks goes by; empty where it has none. */
  readonly serial: string;
  readonly vendor: string;
  readonly product: string;
  readonly fileSystem: StickFileSystem;
  /** Bytes of the volume that will be written to. */
  readonly capacityBytes: number;
}

/** What a folder on a stick holds. `name` comes from the stick. */
export interface StickEntry {
  readonly name: string;
  /** A link, a device, a pipe are `other`: they are never followed or opened. */
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
}

/** A new file on a stick, open for writing at its end. Rejects as its `StickVolume` does; what was written then is to be abandoned. */
export interface StickFile {
  /** Writes all of it behind what is there. The bytes may be used again once it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /** Puts the file on the medium and closes it. */
  finish(): Promise<void>;
  /** Closes it as it is. Safe at any time; never rejects. */
  abandon(): Promise<void>;
}

/**
 * A volume that can be written to. What was on it before is never opened, followed or changed: a caller makes a folder of its
 * own and works in there. Names are 1-100 of `A-Z a-z 0-9 . _ -`, not beginning with a dot (`RangeError`). Everything rejects
 * with `HalError`: `DEVICE_GONE` (pulled), `DEVICE_FULL`, `DEVICE_REFUSED` (rights; never because it was pulled), `DEVICE_FAILED`
 * (all else).
 */
export interface StickVolume {
  freeBytes(): Promise<number>;
  /** Makes a folder in the volume's own; on the medium when it resolves. False where something of that name is there. */
  makeFolder(folder: string): Promise<boolean>;
  /** What is in a folder; null where there is none of that name, or it is something else. */
  list(folder: string): Promise<readonly StickEntry[] | null>;
  /** A file that was not there before. */
  create(folder: string, name: string): Promise<StickFile>;
  /** Gives a file another name, which must be free; on the medium when it resolves. */
  rename(folder: string, from: string, to: string): Promise<void>;
  /** Removes a file or link; nothing where there is none. */
  remove(folder: string, name: string): Promise<void>;
  /** Removes a folder that is empty; one that is not stays. */
  removeFolder(folder: string): Promise<void>;
  /** A file's bytes, piece by piece; each piece is valid until the next is asked for. */
  read(folder: string, name: string): AsyncIterable<Uint8Array>;
  /**
   * Puts everything on the medium and forgets what the machine remembers of it: what is read afterwards comes from the
   * stick, which can no longer be written to.
   */
  seal(): Promise<void>;
  /** Lets it go: it may be pulled when this resolves. Safe at any time, any number of times; never rejects. */
  close(): Promise<void>;
}

/** A stick that is plugged in and of a kind that can be used. */
export interface Stick {
  readonly info: StickInfo;
  /**
   * Mounted so that nothing on it can run (nosuid, nodev, noexec). Rejects with `HalError` `DEVICE_GONE`, `DEVICE_FAILED`,
   * `DEVICE_REFUSED` (it can be read, and this machine will not mount it; never because it was pulled).
   */
  open(): Promise<StickVolume>;
}

/** Why what was plugged in is of no use. */
export type StickRefusal = 'not-storage' | 'no-volume' | 'file-system' | 'write-protected';

/** What happens at the socket. */
export type StickEvent =
  /** A stick that can be used has been plugged in. */
  | { readonly kind: 'in'; readonly stick: Stick }
  /** Something else has; `detail` is for people: what the system said of it. */
  | { readonly kind: 'refused'; readonly why: StickRefusal; readonly detail: string }
  /** It has been pulled. */
  | { readonly kind: 'out' };

/** The USB socket for sticks: one at a time, the first that is of use counts. */
export interface StickPort {
  /**
   * Begins with `in` where a stick is plugged in at subscribe. An `out` comes for each `in` and each `refused`, also where a
   * stick that is of use takes the place of what was refused and is still there.
   * Cold; one subscriber. Errors with `HalError` where the socket cannot be watched.
   */
  readonly events$: Observable<StickEvent>;
}

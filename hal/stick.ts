import type { Observable } from 'rxjs';

export const STICK_FILE_SYSTEMS = ['vfat', 'exfat', 'ext4'] as const;

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

/** A volume that can be written to. Only the folder is trusted; nothing that was on it is opened or followed. */
export interface StickVolume {
  /** An absolute path; good until `close` or until the stick is pulled, when all that touches it fails. */
  readonly folder: string;
  freeBytes(): Promise<number>;
  /**
   * Puts everything on the medium and forgets what the machine remembers of it: what is read from `folder` afterwards
   * comes from the stick, which can no longer be written to. Rejects with `HalError` `DEVICE_GONE`, `DEVICE_FAILED`.
   */
  seal(): Promise<void>;
  /** Lets it go: it may be pulled when this resolves. Safe at any time, any number of times; never rejects. */
  close(): Promise<void>;
}

/** A stick that is plugged in and of a kind that can be used. */
export interface Stick {
  readonly info: StickInfo;
  /** Mounted so that nothing on it can run (nosuid, nodev, noexec). Rejects with `HalError` `DEVICE_GONE`, `DEVICE_FAILED`. */
  open(): Promise<StickVolume>;
}

/** Why what was plugged in is of no use. */
export type StickRefusal = 'not-storage' | 'no-volume' | 'file-system' | 'write-protected';

export type StickEvent =
  | { readonly kind: 'in'; readonly stick: Stick }
  | { readonly kind: 'refused'; readonly why: StickRefusal; readonly detail: string }
  | { readonly kind: 'out' };

/** The USB socket for sticks: one at a time, the first counts. */
export interface StickPort {
  /**
   * Begins with `in` where a stick is plugged in at subscribe. An `out` comes for each `in` and each `refused`.
   * Cold; one subscriber. Errors with `HalError` where the socket cannot be watched.
   */
  readonly events$: Observable<StickEvent>;
}

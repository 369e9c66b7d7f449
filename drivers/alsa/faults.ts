import { HalError, type HalErrorCode } from '../../hal/errors.js';

/** The few of `errno.h` that mean something of their own here, as libasound returns them: negative. */
export const Errno = {
  PERM: -1,
  NOENT: -2,
  INTR: -4,
  IO: -5,
  NXIO: -6,
  AGAIN: -11,
  ACCES: -13,
  BUSY: -16,
  NODEV: -19,
  INVAL: -22,
  PIPE: -32,
  NOSYS: -38,
  /** Never ALSA's: ours for a device that has stopped without a word. */
  TIME: -62,
  STRPIPE: -86,
} as const;

/** What to tell of a PCM that did not open. `said` is ALSA's own line for `error`. */
export function openFault(device: string, error: number, said: string): HalError {
  const [code, advice] = OPEN_FAULTS[error] ?? ['DEVICE_MISSING', 'cannot be opened'];
  return new HalError(code, device, `${advice} (${said})`);
}

const OPEN_FAULTS: Readonly<Record<number, readonly [code: HalErrorCode, advice: string]>> = {
  [Errno.NOENT]: ['DEVICE_MISSING', 'no such PCM; `arecord -L` lists them'],
  [Errno.NODEV]: ['DEVICE_MISSING', 'no such device'],
  [Errno.NXIO]: ['DEVICE_MISSING', 'no such device'],
  [Errno.INVAL]: ['DEVICE_MISSING', 'ALSA cannot make sense of this PCM name'],
  [Errno.PERM]: ['DEVICE_MISSING', 'may not be opened; does the service allow sound devices (DeviceAllow)?'],
  [Errno.ACCES]: ['DEVICE_MISSING', 'may not be opened; is this user in the group audio?'],
  [Errno.BUSY]: ['DEVICE_BUSY', 'in use by another program'],
  [Errno.AGAIN]: ['DEVICE_BUSY', 'in use by another program'],
};

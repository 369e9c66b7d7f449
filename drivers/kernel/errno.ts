import { getSystemErrorName } from 'node:util';

/** The few of `errno.h` that mean something of their own to a driver: negative. */
export const Errno = {
  NOENT: -2,
  INTR: -4,
  IO: -5,
  AGAIN: -11,
  ACCES: -13,
  BUSY: -16,
  NODEV: -19,
  INVAL: -22,
  NOTTY: -25,
} as const;

/** `ENODEV` for -19. `error` is negative. */
export const errnoName = (error: number): string => getSystemErrorName(error);

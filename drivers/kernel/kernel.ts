import { createRequire } from 'node:module';
import { HalError } from '../../hal/errors.js';
import { close, list, open, read } from './files.js';
import { type PollerClass, Readiness } from './readiness.js';

/**
 * What a driver asks of Linux where Node has no name for it. Numbers returned are a count or a handle, or a negative
 * errno. Nothing waits.
 */
export interface Kernel {
  /** The names in a folder, sorted; none where there is no such folder. */
  list(folder: string): string[];
  /** Opens a device for reading and writing, non-blocking. Returns the handle. */
  open(path: string): number;
  /** Exactly once for each handle. What waits on it is cancelled first. */
  close(handle: number): void;
  /** `argument` is read, written or both, as the request has it. */
  ioctl(handle: number, request: number, argument: Uint8Array): number;
  /** Makes a handle that an ioctl returned non-blocking. */
  unblock(handle: number): number;
  /** Bytes read to the front of `into`; `EAGAIN` = none now. */
  read(handle: number, into: Uint8Array): number;
  /** Calls `heard` once, later, when there is something to read or the device has gone. Returns how to cancel. One at a time for each handle. */
  whenReadable(handle: number, heard: () => void): () => void;
}

/** `fcntl.h`, the same on every processor Node runs on. */
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

type Call = (handle: number, what: number, ...rest: unknown[]) => number;

/** The real one. Throws `HalError` `LIBRARY_MISSING` where koffi or the poller of `@serialport/bindings-cpp` is not there. */
export function openKernel(): Kernel {
  const { ioctl, fcntl, errno, Poller } = bind();
  const readiness = new Readiness(Poller);
  const result = (returned: number): number => (returned < 0 ? -errno() : returned);
  return {
    list,
    open,
    close(handle) {
      readiness.cancel(handle);
      close(handle);
    },
    ioctl: (handle, request, argument) => result(ioctl(handle, request, 'void *', argument)),
    unblock(handle) {
      const flags = result(fcntl(handle, F_GETFL));
      return flags < 0 ? flags : result(fcntl(handle, F_SETFL, 'int', flags | O_NONBLOCK));
    },
    read,
    whenReadable: (handle, heard) => readiness.once(handle, heard),
  };
}

function bind() {
  try {
    // Optional dependencies, and native ones: loaded when asked for, not when imported.
    const require = createRequire(import.meta.url);
    const koffi = require('koffi') as typeof import('koffi');
    const { Poller } = require('@serialport/bindings-cpp/dist/poller.js') as { Poller: PollerClass };
    const libc = koffi.load(null);
    return {
      ioctl: libc.func('int ioctl(int handle, unsigned long request, ...)') as Call,
      fcntl: libc.func('int fcntl(int handle, int command, ...)') as Call,
      errno: () => koffi.errno(),
      Poller,
    };
  } catch (cause) {
    const message = 'cannot be loaded; install the optional packages (npm ci without --omit=optional)';
    throw new HalError('LIBRARY_MISSING', 'kernel (koffi, @serialport/bindings-cpp)', message, { cause });
  }
}

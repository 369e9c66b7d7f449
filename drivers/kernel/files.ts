import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';
import { Errno } from './errno.js';

/** As in `Kernel`. */
export function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** As in `Kernel`. */
export function open(path: string): number {
  return attempt(() => openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
}

/** As in `Kernel`. */
export function read(handle: number, into: Uint8Array): number {
  return attempt(() => readSync(handle, into));
}

/** As in `Kernel`. Never throws: a device that is gone has nothing left to say. */
export function close(handle: number): void {
  attempt(() => {
    closeSync(handle);
    return 0;
  });
}

/** What Node throws, as the number it came from. */
function attempt(call: () => number): number {
  try {
    return call();
  } catch (error) {
    return (error as NodeJS.ErrnoException).errno ?? Errno.IO;
  }
}

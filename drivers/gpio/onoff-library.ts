import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HalError } from '../../hal/errors.js';
import { list } from '../kernel/files.js';

/** What is used of the package's `Gpio`. Its methods throw Node's own errors. */
export interface OnoffLine {
  readSync(): 0 | 1;
  writeSync(value: 0 | 1): void;
  watch(heard: (error: Error | null | undefined, value: 0 | 1) => void): void;
  unexport(): void;
}

/** The seam between the second way to the pins and the package `onoff`: here the real one, in tests a simulated one. */
export interface OnoffLibrary {
  /** The number that line 0 of the chip with this label has in sysfs; undefined where sysfs knows none. */
  base(chip: string): number | undefined;
  /** `number`: base and offset. Throws where the line cannot be exported. */
  open(number: number, direction: 'in' | 'low' | 'high', edge: 'both' | 'none', activeLow: boolean): OnoffLine;
}

export const SYSFS = '/sys/class/gpio';

/** The addon is not prebuilt, and npm runs no script unasked. */
const BUILD = 'build its addon: npm rebuild epoll --ignore-scripts=false (needs python3, make and g++)';

type Onoff = {
  Gpio: new (number: number, direction: string, edge: string, options: { activeLow: boolean }) => OnoffLine;
};

/** Throws `HalError` `LIBRARY_MISSING` where the package, or the addon `epoll` below it, is not there. `require` is the seam. */
export function loadOnoff(require: (name: string) => unknown = createRequire(import.meta.url)): OnoffLibrary {
  let onoff: Onoff;
  try {
    onoff = require('onoff') as Onoff;
  } catch (cause) {
    const message = `a kernel before 5.10 wants the package onoff, which cannot be loaded; ${BUILD}`;
    throw new HalError('LIBRARY_MISSING', 'gpio (onoff)', message, { cause });
  }
  return {
    base(chip) {
      const folder = list(SYSFS).find((name) => name.startsWith('gpiochip') && read(`${SYSFS}/${name}/label`) === chip);
      return folder === undefined ? undefined : Number(read(`${SYSFS}/${folder}/base`));
    },
    open: (number, direction, edge, activeLow) => new onoff.Gpio(number, direction, edge, { activeLow }),
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1').trim();
  } catch {
    return undefined;
  }
}

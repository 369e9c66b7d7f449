import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { HatIdentity } from '../hal/board-survey.js';
import { type PiModel, piModelOf } from './pi/models.js';

/** Where the kernel shows the device tree; the first that is there counts. */
const ROOTS = ['/proc/device-tree', '/sys/firmware/devicetree/base'] as const;

/** What the machine says of itself. */
export interface MachineIdentity {
  /** Null where this is no Pi we know. */
  readonly pi: PiModel | null;
  /** Null where no HAT has been found. */
  readonly hat: HatIdentity | null;
}

/** Reads the device tree. A machine without one is no Pi and has no HAT. */
export function machineIdentity(roots: readonly string[] = ROOTS): MachineIdentity {
  const read = (name: string): string | null => {
    for (const root of roots) {
      try {
        // Strings of a device tree end with a zero octet.
        return readFileSync(path.join(root, name), 'utf8').replace(/\0+$/u, '').trim();
      } catch {
        // Not there, or not for us: then there is nothing to go by.
      }
    }
    return null;
  };
  const vendor = read('hat/vendor');
  const product = read('hat/product');
  return {
    pi: piModelOf(read('model') ?? ''),
    hat:
      vendor === null || product === null ? null : { vendor, product, version: Number(read('hat/product_ver') ?? 0) },
  };
}

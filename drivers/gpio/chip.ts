import { HalError } from '../../hal/errors.js';
import type { Kernel } from '../kernel/kernel.js';
import { CHIP_INFO_BYTES, chipLabel, Request } from './abi.js';
import { takeFault } from './faults.js';

const FOLDER = '/dev';

/** Paths of the machine's chips. */
export const chipNames = (kernel: Kernel): string[] =>
  kernel
    .list(FOLDER)
    .filter((name) => /^gpiochip\d+$/u.test(name))
    .map((name) => `${FOLDER}/${name}`);

/**
 * Opens the chip with this label (`pinctrl-bcm2711`, `pinctrl-rp1`): numbers change with the kernel and with what is
 * plugged in. Returns its handle. Throws `HalError` `DEVICE_MISSING` where there is none.
 */
export function openChip(kernel: Kernel, label: string, device: string): number {
  const seen: string[] = [];
  let refused = 0;
  for (const path of chipNames(kernel)) {
    const handle = kernel.open(path);
    if (handle < 0) {
      refused = handle;
      continue;
    }
    const info = new Uint8Array(CHIP_INFO_BYTES);
    const error = kernel.ioctl(handle, Request.CHIP_INFO, info);
    if (error >= 0 && chipLabel(info) === label) return handle;
    if (error >= 0) seen.push(chipLabel(info));
    kernel.close(handle);
  }
  if (refused < 0) throw takeFault(device, refused);
  const found = seen.length === 0 ? 'this machine has none' : `this machine has ${seen.join(', ')}`;
  throw new HalError('DEVICE_MISSING', device, `no GPIO chip of this label; ${found}`);
}

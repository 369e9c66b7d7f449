import type { PinsWay } from '../../hal/board-survey.js';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import { Errno } from '../kernel/errno.js';
import { type Kernel, openKernel } from '../kernel/kernel.js';
import { LINE_INFO_BYTES, Request } from './abi.js';
import { CharacterDeviceEdges, CharacterDeviceOutputs } from './character-device.js';
import { chipNames } from './chip.js';
import type { EdgeSource, InputLine } from './edge-source.js';
import { OnoffEdges, OnoffOutputs } from './onoff.js';
import { loadOnoff, type OnoffLibrary, SYSFS } from './onoff-library.js';
import type { OutputLine, OutputLines } from './output-lines.js';

/** How pins are taken: the seam between a board and its chip. */
export interface Pins {
  inputs(role: string, lines: readonly InputLine[]): EdgeSource;
  outputs(role: string, lines: readonly OutputLine[]): OutputLines;
}

/** The seams for a simulated kernel and a simulated sysfs. */
export interface PinOpeners {
  readonly openKernel: () => Kernel;
  readonly loadOnoff: () => OnoffLibrary;
}

const REAL: PinOpeners = { openKernel, loadOnoff };

/**
 * Which way this kernel has, by asking it for what the second ABI alone can answer; nothing is taken. `sysfs` where the
 * ABI is older, or where there is no character device at all and sysfs has chips. Where nothing can be asked (no chip, no
 * permission, no library) the character device it is: that says what is missing when it is used. Never throws.
 */
export function wayToPins({ openKernel: open }: Pick<PinOpeners, 'openKernel'> = REAL): PinsWay {
  let kernel: Kernel;
  try {
    kernel = open();
  } catch (error) {
    if (!(error instanceof HalError)) throw error;
    return 'character-device';
  }
  const chips = chipNames(kernel);
  const hasSysfs = kernel.list(SYSFS).some((name) => name.startsWith('gpiochip'));
  if (chips.length === 0) return hasSysfs ? 'sysfs' : 'character-device';
  for (const path of chips) {
    const handle = kernel.open(path);
    if (handle < 0) continue;
    const answer = kernel.ioctl(handle, Request.LINE_INFO, new Uint8Array(LINE_INFO_BYTES));
    kernel.close(handle);
    // A kernel before 5.10 calls a request that it does not know invalid.
    return answer === Errno.INVAL || answer === Errno.NOTTY ? 'sysfs' : 'character-device';
  }
  return 'character-device';
}

/** The pins of the chip with this label. Takes none yet. */
export function pinsOf(chip: string, way: PinsWay, clock: Clock, openers: PinOpeners = REAL): Pins {
  if (way === 'sysfs') {
    return {
      inputs: (role, lines) => new OnoffEdges({ role, chip, lines, clock }, openers.loadOnoff),
      outputs: (role, lines) => new OnoffOutputs({ role, chip, lines }, openers.loadOnoff),
    };
  }
  return {
    inputs: (role, lines) => new CharacterDeviceEdges({ role, chip, lines }, openers.openKernel),
    outputs: (role, lines) => new CharacterDeviceOutputs({ role, chip, lines }, openers.openKernel),
  };
}

import type { Clock } from '../../hal/clock.js';
import type { StickPort } from '../../hal/stick.js';
import { CommandMounter, UnitMounter } from './mounter.js';
import { STICK_FOLDERS } from './mounts.js';
import { UsbStickPort } from './port.js';
import { MachineRunner } from './runner.js';

/** This machine's sockets for sticks. Mounts by itself where this process is root, else through the appliance's units. */
export function openUsbSticks(clock: Clock): StickPort {
  const runner = new MachineRunner();
  const isRoot = process.getuid?.() === 0;
  return new UsbStickPort({
    runner,
    clock,
    mounter: isRoot ? new CommandMounter(runner, STICK_FOLDERS.commands) : new UnitMounter(runner),
  });
}

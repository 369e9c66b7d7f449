import { HalError } from '../../hal/errors.js';
import { MachineRunner, type Runner } from '../usb/runner.js';

/**
 * Asks the machine's own manager to switch it off, as a person would: every program is told to end, file systems are unmounted. A
 * user who is nobody special needs a polkit rule (`scripts/appliance/60-kikitome-power.polkit.rules`). Resolves once it has been
 * accepted, a moment before this program is told to end. Rejects with `HalError` `DEVICE_FAILED` where it is refused, or
 * nobody is there to be asked.
 */
export async function powerOffMachine(runner: Runner = new MachineRunner()): Promise<void> {
  const { exit, complaint } = await runner.run('systemctl', ['--no-ask-password', 'poweroff']);
  if (exit !== 0) throw new HalError('DEVICE_FAILED', 'systemctl poweroff', complaint || `ended with ${exit}`);
}

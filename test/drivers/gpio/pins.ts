import { CharacterDeviceEdges, CharacterDeviceOutputs } from '../../../drivers/gpio/character-device.js';
import type { InputLine } from '../../../drivers/gpio/edge-source.js';
import type { OutputLine } from '../../../drivers/gpio/output-lines.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';
import { SimulatedKernel } from '../kernel/simulated-kernel.js';
import { SimulatedChip } from './simulated-chip.js';

/** A simulated chip, its kernel and the clock they live on. */
export class Bench {
  readonly clock = new SimulatedClock(0 as WallMs);
  readonly kernel = new SimulatedKernel();
  readonly chip = new SimulatedChip(this.kernel, '/dev/gpiochip0', 'board', this.clock);

  inputs(...lines: InputLine[]): CharacterDeviceEdges {
    return new CharacterDeviceEdges({ role: 'in', chip: 'board', lines }, () => this.kernel);
  }

  outputs(...lines: OutputLine[]): CharacterDeviceOutputs {
    return new CharacterDeviceOutputs({ role: 'out', chip: 'board', lines }, () => this.kernel);
  }

  /** Time passes; whoever waits is called as it does. */
  until(ms: number): void {
    this.clock.advanceTo(ms);
    this.kernel.turn();
  }

  /** At `ms`, somebody drives a pin, and the event loop turns. */
  drive(ms: number, offset: number, high: boolean): void {
    this.clock.advanceTo(ms);
    this.chip.drive(offset, high);
    this.kernel.turn();
  }
}

import { mkdir } from 'node:fs/promises';
import { HalError } from '../../hal/errors.js';
import type { Stick, StickInfo, StickVolume } from '../../hal/stick.js';
import { SimulatedVolume } from './stick-volume.js';

/** What can go wrong with a simulated stick, by name. Bytes and steps are counted over all volumes opened. */
export interface StickFaults {
  /** Its room, which it tells honestly. */
  readonly roomBytes?: number;
  /** The least that a file takes; 4096 by default. */
  readonly clusterBytes?: number;
  /** Full at this byte, although it said that there was room. */
  readonly fullAtByte?: number;
  readonly pulledAtByte?: number;
  /** Pulled before this operation (opening, writing, renaming, sealing, reading a piece …), from 1. */
  readonly pulledAtStep?: number;
  /** Takes everything; what comes after so many bytes is zeros once it has been sealed. */
  readonly honestBytes?: number;
  /** Turns of the event loop that each operation takes. */
  readonly slowTurns?: number;
}

export interface SimulatedStickOptions {
  /** The folder that is the stick; made where it is missing. */
  readonly folder: string;
  readonly info?: Partial<StickInfo>;
  readonly faults?: StickFaults;
  /** Decides what of unfinished files survives a pull: [0, 1). Everything by default. */
  readonly dice?: () => number;
}

const INFO: StickInfo = {
  serial: 'SIMULATED-1',
  vendor: 'Kikitome',
  product: 'Simulated stick',
  fileSystem: 'vfat',
  capacityBytes: 16e9,
};

/** A folder as a stick. It can be pulled at any moment and plugged in again, with what it then holds. */
export class SimulatedStick implements Stick {
  readonly info: StickInfo;
  readonly folder: string;
  faults: StickFaults;
  readonly dice: () => number;
  /** What has been asked of it since it was made. */
  bytes = 0;
  steps = 0;
  /** Called when it pulls itself. */
  onPulled: () => void = () => undefined;
  #volume: SimulatedVolume | null = null;
  #isIn = true;

  constructor({ folder, info, faults = {}, dice = () => 1 }: SimulatedStickOptions) {
    this.folder = folder;
    this.info = { ...INFO, ...info };
    this.faults = faults;
    this.dice = dice;
  }

  get isIn(): boolean {
    return this.#isIn;
  }

  async open(): Promise<StickVolume> {
    await this.step();
    await mkdir(this.folder, { recursive: true });
    this.#volume = new SimulatedVolume(this);
    return this.#volume;
  }

  plugIn(): void {
    this.#isIn = true;
  }

  /** What was not finished is there, or is not, up to some byte. */
  pull(): void {
    if (!this.#isIn) return;
    this.#isIn = false;
    this.#volume?.lose();
    this.#volume = null;
    this.onPulled();
  }

  /** One operation. Rejects with `DEVICE_GONE` once it has been pulled. */
  async step(): Promise<void> {
    for (let turn = 0; turn < (this.faults.slowTurns ?? 0); turn += 1) await new Promise(setImmediate);
    this.steps += 1;
    if (this.steps === this.faults.pulledAtStep) this.pull();
    if (!this.#isIn) throw new HalError('DEVICE_GONE', this.info.serial, 'it was pulled');
  }
}

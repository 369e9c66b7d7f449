import assert from 'node:assert/strict';
import { CharacterDeviceEdges, CharacterDeviceOutputs } from '../../../drivers/gpio/character-device.js';
import { OnoffEdges, OnoffOutputs } from '../../../drivers/gpio/onoff.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';
import { HalError } from '../../../hal/errors.js';
import { SimulatedKernel } from '../kernel/simulated-kernel.js';
import { edgeSourceContract } from './edge-source.contract.js';
import { SimulatedChip } from './simulated-chip.js';
import { SimulatedOnoff } from './simulated-onoff.js';

const LABEL = 'board';

edgeSourceContract('the character device on a simulated kernel', true, async () => {
  const clock = new SimulatedClock(0 as WallMs);
  const kernel = new SimulatedKernel();
  // Another chip comes first: the number says nothing.
  new SimulatedChip(kernel, '/dev/gpiochip0', 'expander', clock);
  const chip = new SimulatedChip(kernel, '/dev/gpiochip1', LABEL, clock);
  const drive = (offset: number, high: boolean) => {
    clock.advanceTo(clock.now() + 0.5);
    chip.drive(offset, high);
  };
  return {
    inputs: (lines) => new CharacterDeviceEdges({ role: 'line-1', chip: LABEL, lines }, () => kernel),
    outputs: (lines) => new CharacterDeviceOutputs({ role: 'lamp', chip: LABEL, lines }, () => kernel),
    async drive(offset, high) {
      drive(offset, high);
      kernel.turn();
    },
    async burst(changes) {
      for (const [offset, high] of changes) drive(offset, high);
      kernel.turn();
    },
    high: async (offset) => chip.high(offset),
    async remove() {
      chip.gone = true;
      kernel.turn();
    },
    close: async () => undefined,
  };
});

edgeSourceContract('onoff on simulated pins', false, async () => {
  const clock = new SimulatedClock(0 as WallMs);
  const pins = new SimulatedOnoff(LABEL);
  return {
    inputs: (lines) => new OnoffEdges({ role: 'line-1', chip: LABEL, lines, clock }, () => pins),
    outputs: (lines) => new OnoffOutputs({ role: 'lamp', chip: LABEL, lines }, () => pins),
    async drive(offset, high) {
      pins.drive(offset, high);
      pins.turn();
    },
    async burst(changes) {
      for (const [offset, high] of changes) pins.drive(offset, high);
      pins.turn();
    },
    high: async (offset) => pins.high(offset),
    async remove() {
      pins.gone = true;
      pins.turn();
    },
    close: async () => undefined,
  };
});

describe('lines that cannot be taken', () => {
  const clock = new SimulatedClock(0 as WallMs);
  const codeOf = (chip: string, prepare: (chip: SimulatedChip) => void): string => {
    const kernel = new SimulatedKernel();
    prepare(new SimulatedChip(kernel, '/dev/gpiochip0', LABEL, clock));
    try {
      new CharacterDeviceEdges({ role: 'line-1', chip, lines: [{ offset: 3 }] }, () => kernel).active(3);
      return 'taken';
    } catch (error) {
      assert.ok(error instanceof HalError);
      assert.equal(kernel.openHandles, 0);
      return `${error.code} ${error.message}`;
    }
  };

  it('are busy, missing or on a chip of another label', () => {
    assert.match(
      codeOf(LABEL, (chip) => chip.busy.add(3)),
      /^DEVICE_BUSY line-1 \(board\): .*EBUSY/u,
    );
    assert.match(
      codeOf('pinctrl-rp1', () => undefined),
      /^DEVICE_MISSING .*this machine has board$/u,
    );
    const gone = (chip: SimulatedChip) => {
      chip.gone = true;
    };
    assert.match(codeOf(LABEL, gone), /^DEVICE_MISSING .*ENODEV/u);
  });

  it('of onoff leave no export behind', () => {
    const pins = new SimulatedOnoff(LABEL);
    pins.busy.add(5);
    const source = new OnoffEdges(
      { role: 'line-1', chip: LABEL, lines: [{ offset: 3 }, { offset: 5 }], clock },
      () => pins,
    );
    assert.throws(
      () => source.active(3),
      (error) => error instanceof HalError && error.code === 'DEVICE_BUSY',
    );
    assert.equal(pins.exported.size, 0);
  });
});

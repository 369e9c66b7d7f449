import { readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CharacterDeviceEdges, CharacterDeviceOutputs } from '../../../drivers/gpio/character-device.js';
import { edgeSourceContract } from '../../drivers/gpio/edge-source.contract.js';
import { WorldPins } from './pins.js';
import { BOARD, PINS } from './wiring.js';

const DRIVER = '/sys/bus/platform/drivers/gpio-sim';
const DEVICE = PINS.split('/').at(-1) ?? '';
/** Longer than an interrupt and a turn of the event loop take. */
const HEARD_MS = 30;

const isBound = (): boolean => readdirSync(PINS).some((name) => /^gpiochip\d+$/u.test(name));

edgeSourceContract('the character device on a real kernel', true, async () => {
  if (!isBound()) {
    writeFileSync(`${DRIVER}/bind`, DEVICE);
    await pause(500);
  }
  const world = new WorldPins();
  for (const offset of [3, 5]) world.drive(offset, false);
  const { chip } = BOARD;
  return {
    inputs: (lines) => new CharacterDeviceEdges({ role: 'line-1', chip, lines }),
    outputs: (lines) => new CharacterDeviceOutputs({ role: 'lamp', chip, lines }),
    async drive(offset, high) {
      world.drive(offset, high);
      await pause(HEARD_MS);
    },
    async burst(changes) {
      for (const [offset, high] of changes) world.drive(offset, high);
      await pause(10 * HEARD_MS);
    },
    high: async (offset) => world.high(offset),
    async remove() {
      writeFileSync(`${DRIVER}/unbind`, DEVICE);
      await pause(HEARD_MS);
    },
    close: async () => world.close(),
  };
});

import { AlsaCapture } from '../../../drivers/alsa/capture.js';
import { GpioButton } from '../../../drivers/gpio/button.js';
import { CharacterDeviceEdges, CharacterDeviceOutputs } from '../../../drivers/gpio/character-device.js';
import { lidSense, lineVoltageSense } from '../../../drivers/gpio/health.js';
import { GpioLamp } from '../../../drivers/gpio/lamp.js';
import { GpioLineSense } from '../../../drivers/gpio/line-sense.js';
import { EvdevKeypad } from '../../../drivers/input/keypad.js';
import type { Board } from '../../../hal/board.js';
import type { Clock } from '../../../hal/clock.js';
import { WIRING } from './wiring.js';

/** The virtual board of the kernel tests, opened with the drivers a real board uses. */
export function openKernelBoard(clock: Clock): Board {
  const { chip, line, lamp, button, lid, voltage } = WIRING;
  const detectors = new CharacterDeviceEdges({ role: line.id, chip, lines: [line.hook, line.ring, line.polarity] });
  const lights = new CharacterDeviceOutputs({ role: 'lamp', chip, lines: [lamp.green, lamp.red] });
  const panel = new CharacterDeviceEdges({ role: 'panel', chip, lines: [button, lid, voltage] });
  const [green, red] = [lamp.green.offset, lamp.red.offset];
  return {
    id: 'kernel-test',
    clock,
    lines: [
      {
        id: line.id,
        sense: new GpioLineSense(detectors, {
          hook: line.hook.offset,
          ring: line.ring.offset,
          polarity: line.polarity.offset,
        }),
        audio: new AlsaCapture({ role: line.id, pcm: line.pcm, sampleRateHz: line.sampleRateHz, clock }),
        modem: null,
      },
    ],
    lamp: new GpioLamp(lights, { green: [green], red: [red], amber: [green, red] }, clock),
    button: new GpioButton(panel, button.offset, clock),
    buzzer: null,
    keypads: [new EvdevKeypad(clock)],
    sticks: null,
    health: [lidSense(panel, lid.offset, clock), lineVoltageSense(panel, voltage.offset, line.id, clock)],
  };
}

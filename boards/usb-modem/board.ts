import { AlsaCapture } from '../../drivers/alsa/capture.js';
import { CharacterDeviceEdges, CharacterDeviceOutputs } from '../../drivers/gpio/character-device.js';
import { GpioLamp } from '../../drivers/gpio/lamp.js';
import { GpioLineSense } from '../../drivers/gpio/line-sense.js';
import { SerialModem } from '../../drivers/serial/modem.js';
import { MODEM_PROFILES } from '../../drivers/serial/profiles.js';
import type { Board } from '../../hal/board.js';
import type { Clock } from '../../hal/clock.js';

/** A USB modem as second ear for caller IDs beside two opto-couplers and a USB sound adapter. README.md has every pin. */
export const usbModem = {
  id: 'usb-modem',
  name: 'USB modem, opto-couplers and USB sound, one line',
  /** Nobody has had one: not one command has been said to the modem. */
  tier: 'untried',
  lines: [
    {
      id: 'line-1',
      hook: { offset: 5, activeLow: true, bias: 'pull-up' },
      ring: { offset: 6, activeLow: true, bias: 'pull-up' },
      modem: { path: '/dev/ttyACM0', profile: 'conexant-cx93001' },
      pcm: 'plughw:CARD=Device,DEV=0',
      sampleRateHz: 8000,
    },
  ],
  lamp: { green: { offset: 23 }, red: { offset: 24 } },
} as const;

export interface UsbModemOptions {
  readonly clock: Clock;
  /** Label of the GPIO chip behind the header, which differs between models of the Pi. */
  readonly chip: string;
  /** The modem's port, where it is not the first one; better one of `/dev/serial/by-id/`. */
  readonly port?: string;
}

/** Opens nothing yet: each device opens when it is first used, and says then what is wrong with it. */
export function openUsbModem({ clock, chip, port }: UsbModemOptions): Board {
  const { id, lines, lamp } = usbModem;
  const { green, red } = lamp;
  const lights = new CharacterDeviceOutputs({ role: 'lamp', chip, lines: [green, red] });
  const colours = { green: [green.offset], red: [red.offset], amber: [green.offset, red.offset] };
  return {
    id,
    clock,
    lines: lines.map(({ id: role, hook, ring, modem: { path, profile }, pcm, sampleRateHz }) => {
      const edges = new CharacterDeviceEdges({ role, chip, lines: [hook, ring] });
      const modem = { role: `${role}-modem`, path: port ?? path, profile: MODEM_PROFILES[profile], clock };
      return {
        id: role,
        sense: new GpioLineSense(edges, { hook: hook.offset, ring: ring.offset }),
        modem: new SerialModem(modem),
        audio: new AlsaCapture({ role, pcm, sampleRateHz, clock }),
      };
    }),
    lamp: new GpioLamp(lights, colours, clock),
    button: null,
    buzzer: null,
    keypads: [],
    sticks: null,
    health: [],
  };
}

import { AlsaCapture } from '../../drivers/alsa/capture.js';
import { CharacterDeviceOutputs } from '../../drivers/gpio/character-device.js';
import { GpioLamp } from '../../drivers/gpio/lamp.js';
import { SerialModem } from '../../drivers/serial/modem.js';
import { MODEM_PROFILES } from '../../drivers/serial/profiles.js';
import { ResettableModem } from '../../drivers/serial/reset.js';
import { VoltageLineSense } from '../../drivers/serial/voltage-sense.js';
import type { Board } from '../../hal/board.js';
import type { Clock } from '../../hal/clock.js';

/** An ISOmodem on the header's UART that is caller ID, hook and ring detector in one; the sound comes from a USB adapter. README.md has every pin. */
export const modemHat = {
  id: 'modem-hat',
  name: 'ISOmodem HAT, one line',
  /** Nobody has had one: not one command has been said to the chip. */
  tier: 'untried',
  lines: [
    {
      id: 'line-1',
      modem: { profile: 'isomodem-sense', reset: { offset: 4, activeLow: true } },
      pcm: 'plughw:CARD=Device,DEV=0',
      sampleRateHz: 8000,
    },
  ],
  lamp: { green: { offset: 23 }, red: { offset: 24 } },
} as const;

export interface ModemHatOptions {
  readonly clock: Clock;
  /** Label of the GPIO chip behind the header, which differs between models of the Pi. */
  readonly chip: string;
  /** The header's UART, `/dev/ttyAMA0`. */
  readonly uart: string;
  /** Puts the modem into reset and lets it out. Default: the pin that the board's data names. */
  readonly hold?: (inReset: boolean) => void;
}

/** Opens nothing yet: each device opens when it is first used, and says then what is wrong with it. */
export function openModemHat({ clock, chip, uart, hold }: ModemHatOptions): Board {
  const { id, lines, lamp } = modemHat;
  const { green, red } = lamp;
  const lights = new CharacterDeviceOutputs({ role: 'lamp', chip, lines: [green, red] });
  const colours = { green: [green.offset], red: [red.offset], amber: [green.offset, red.offset] };
  return {
    id,
    clock,
    lines: lines.map((line) => {
      const role = `${line.id}-modem`;
      const { profile, reset } = line.modem;
      const pin = new CharacterDeviceOutputs({ role: `${role}-reset`, chip, lines: [reset] });
      const serial = new SerialModem({ role, path: uart, profile: MODEM_PROFILES[profile], clock });
      const drive = hold ?? ((inReset: boolean) => pin.write(inReset ? [reset.offset] : []));
      const sense = new VoltageLineSense(new ResettableModem(serial, drive, clock), clock);
      const { pcm, sampleRateHz } = line;
      return {
        id: line.id,
        sense,
        modem: sense.modem,
        audio: new AlsaCapture({ role: line.id, pcm, sampleRateHz, clock }),
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

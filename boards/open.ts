import { AlsaCapture } from '../drivers/alsa/capture.js';
import { GpioButton } from '../drivers/gpio/button.js';
import { GpioBuzzer } from '../drivers/gpio/buzzer.js';
import type { InputLine } from '../drivers/gpio/edge-source.js';
import { lidSense, lineVoltageSense } from '../drivers/gpio/health.js';
import { GpioKeypad } from '../drivers/gpio/keypad.js';
import { GpioLamp } from '../drivers/gpio/lamp.js';
import { GpioLineSense } from '../drivers/gpio/line-sense.js';
import type { OutputLine } from '../drivers/gpio/output-lines.js';
import { type Pins, pinsOf } from '../drivers/gpio/pins.js';
import { GpioRelay } from '../drivers/gpio/relay.js';
import type { KernelFiles } from '../drivers/health/kernel-files.js';
import { openHealthSenses } from '../drivers/health/senses.js';
import { EvdevKeypad } from '../drivers/input/keypad.js';
import { SerialModem } from '../drivers/serial/modem.js';
import { MODEM_PROFILES, type ModemProfile, modemProfileOf } from '../drivers/serial/profiles.js';
import { ResettableModem } from '../drivers/serial/reset.js';
import { modemVoltageSense, VoltageLineSense, type VoltageModem } from '../drivers/serial/voltage-sense.js';
import { openUsbSticks } from '../drivers/usb/open.js';
import type { Board, LinePort } from '../hal/board.js';
import type { PinsWay } from '../hal/board-survey.js';
import type { Clock } from '../hal/clock.js';
import type { HealthSense } from '../hal/health.js';
import type { Keypad } from '../hal/panel.js';
import type { BoardData, InputData, LineData, MatrixData, ModemData, OutputData } from './board-data.js';
import { BoardError } from './board-error.js';
import type { PiModel } from './pi/models.js';

export interface OpenOptions {
  readonly data: BoardData;
  readonly clock: Clock;
  /** The Pi whose header the board sits on; null: none, and then data must name its chip and serial port. */
  readonly pi: PiModel | null;
  /** How this kernel gives pins; by default by the character device. */
  readonly way?: PinsWay;
  /** The chip's pins; by default the real ones. */
  readonly pins?: Pins;
  /** Where the kernel tells of the machine; by default `/`. */
  readonly files?: KernelFiles;
}

/** A board whose pins are taken. */
export interface PinnedBoard extends Board {
  /** Lets a bypass fall: the telephone goes straight through again. Safe at any time, any number of times; never throws. */
  close(): void;
}

/**
 * Makes a `Board` of its data. Takes the bypass relay's pin, if there is one; all else when it is first used. Throws
 * `BoardError` `BOARD_NEEDS_PI` where the data leave something to the Pi and this is none we know,
 * `BOARD_FILE_FIELDS` for a modem profile nobody knows, or a line without a detector, `HalError` as the relay's pin cannot be had.
 */
export function openBoardData({
  data,
  clock,
  pi,
  way = 'character-device',
  files,
  ...given
}: OpenOptions): PinnedBoard {
  const pins = given.pins ?? pinsOf(chipOf(data, pi), way, clock);
  const { lamp, button, buzzer, bypassRelay, lid, matrix, rtc, watchdog } = data;
  const opened = data.lines.map((line) => openLine(line, pins, clock, pi));
  const lines = opened.map(({ port }) => port);
  const bypass = bypassRelay && new GpioRelay(pins.outputs('bypass', [outputOf(bypassRelay)]), bypassRelay.offset);
  bypass?.pull();
  const lights = pins.outputs('lamp', [outputOf(lamp.green), outputOf(lamp.red)]);
  const [green, red] = [lamp.green.offset, lamp.red.offset];
  return {
    close: () => bypass?.release(),
    id: data.id,
    clock,
    lines,
    lamp: new GpioLamp(lights, { green: [green], red: [red], amber: [green, red] }, clock),
    button: button ? new GpioButton(pins.inputs('button', [inputOf(button)]), button.offset, clock) : null,
    buzzer: buzzer ? new GpioBuzzer(pins.outputs('buzzer', [outputOf(buzzer)]), buzzer.offset, clock) : null,
    keypads: [
      ...(data.evdevKeypads ? [new EvdevKeypad(clock)] : []),
      ...(matrix ? [openMatrix(matrix, pins, clock)] : []),
    ],
    sticks: data.sticks ? openUsbSticks(clock) : null,
    health: [
      ...openHealthSenses(clock, files, { rtc, watchdog }),
      ...(lid ? [lidSense(pins.inputs('lid', [inputOf(lid)]), lid.offset, clock)] : []),
      ...opened.flatMap(({ health }) => health),
    ],
  };
}

/** A line, and what senses whether the exchange feeds it. */
interface OpenedLine {
  readonly port: LinePort;
  readonly health: readonly HealthSense[];
}

function openLine(
  { id, hook, ring, polarity, hookSeesRinging, lineVoltage, pcm, sampleRateHz, modem }: LineData,
  pins: Pins,
  clock: Clock,
  pi: PiModel | null,
): OpenedLine {
  // One source for all detectors of a line: their edges have one order.
  const detectors = [hook, ring, polarity].filter((each) => each !== undefined).map(inputOf);
  const voltage = lineVoltage
    ? [lineVoltageSense(pins.inputs(`${id}-voltage`, [inputOf(lineVoltage)]), lineVoltage.offset, id, clock)]
    : [];
  const audio = new AlsaCapture({ role: id, pcm, sampleRateHz, clock });
  const opened = modem ? openModem(`${id}-modem`, modem, pins, clock, pi) : null;
  if (hook === undefined) {
    if (opened === null || profileOf(id, modem).poll === undefined)
      throw new BoardError('BOARD_FILE_FIELDS', `${id}: neither a hook detector nor a modem that polls the line`);
    const sense = new VoltageLineSense(opened, clock);
    return {
      port: { id, sense, audio, modem: sense.modem },
      health: lineVoltage ? voltage : [modemVoltageSense(sense, id)],
    };
  }
  const sense = new GpioLineSense(pins.inputs(id, detectors), {
    hook: hook.offset,
    ...(ring && { ring: ring.offset }),
    ...(polarity && { polarity: polarity.offset }),
    ...(hookSeesRinging && { hookSeesRinging }),
  });
  return { port: { id, sense, audio, modem: opened }, health: voltage };
}

function openModem(role: string, data: ModemData, pins: Pins, clock: Clock, pi: PiModel | null): VoltageModem {
  const { path, reset } = data;
  const profile = profileOf(role, data);
  const modem = new SerialModem({ role, path: path === 'header' ? onPi(role, pi).uart : path, profile, clock });
  if (reset === undefined) return modem;
  const pin = pins.outputs(`${role}-reset`, [outputOf(reset)]);
  return new ResettableModem(modem, (inReset) => pin.write(inReset ? [reset.offset] : []), clock);
}

function profileOf(role: string, modem: ModemData | undefined): ModemProfile {
  const profile = modemProfileOf(modem?.profile);
  if (profile !== undefined) return profile;
  const known = Object.keys(MODEM_PROFILES).join(', ');
  throw new BoardError('BOARD_FILE_FIELDS', `${role}: no modem profile "${modem?.profile}"; known: ${known}`);
}

function openMatrix({ rows, columns, keys }: MatrixData, pins: Pins, clock: Clock): Keypad {
  const outputs = pins.outputs(
    'keypad',
    rows.map((offset) => ({ offset, activeLow: true, drive: 'open-drain' })),
  );
  const inputs = pins.inputs(
    'keypad',
    columns.map((offset) => ({ offset, activeLow: true, bias: 'pull-up' })),
  );
  return new GpioKeypad(outputs, inputs, { rows, columns, keys, clock });
}

const chipOf = (data: BoardData, pi: PiModel | null): string =>
  data.chip === 'pi-header' ? onPi(data.id, pi).chip : data.chip;

function onPi(what: string, pi: PiModel | null): PiModel {
  if (pi === null) throw new BoardError('BOARD_NEEDS_PI', `${what} is made for a Raspberry Pi; this is none we know`);
  return pi;
}

const inputOf = ({ offset, activeLow = false, bias }: InputData): InputLine => ({
  offset,
  activeLow,
  ...(bias && { bias }),
});

const outputOf = ({ offset, activeLow = false }: OutputData): OutputLine => ({ offset, activeLow });

import type { HatIdentity } from '../hal/board-survey.js';
import type { Key } from '../hal/panel.js';

/** An input of the board's GPIO chip, as it is wired. Active means what the field's name says: off-hook, ringing, pressed, open. */
export interface InputData {
  /** Line of the chip; on a Pi's header the BCM number. */
  readonly offset: number;
  /** Active = low voltage. Default: active = high. */
  readonly activeLow?: boolean | undefined;
  /** The pin's own resistor. Default: as it is. */
  readonly bias?: 'pull-up' | 'pull-down' | 'none' | undefined;
}

/** An output, as it is wired. */
export interface OutputData {
  readonly offset: number;
  /** On = low voltage. Default: on = high. */
  readonly activeLow?: boolean | undefined;
}

/** A modem beside a line, by the id of its profile (`drivers/serial/profiles.ts`). */
export interface ModemData {
  /** `/dev/serial/by-id/…`; `header` = the UART on the Pi's header. */
  readonly path: string;
  readonly profile: string;
  /** On = held in reset. It is begun anew whenever its port is opened. */
  readonly reset?: OutputData | undefined;
}

export interface LineData {
  /** Stable name in records: `line-1`. */
  readonly id: string;
  /** Active = off-hook. Without it the modem is the detector of hook and ring: one whose profile polls the line's voltage. */
  readonly hook?: InputData | undefined;
  /** Active while ringing voltage is present. */
  readonly ring?: InputData | undefined;
  /** The hook's detector is in series with the telephone, whose bell's current it takes for a loop: it is not believed while `ring` is active. */
  readonly hookSeesRinging?: boolean | undefined;
  /** Active = reversed. */
  readonly polarity?: InputData | undefined;
  /** Active while the exchange feeds the line. */
  readonly lineVoltage?: InputData | undefined;
  /** Any ALSA PCM name; a mono stream of `sampleRateHz` is asked of it. */
  readonly pcm: string;
  readonly sampleRateHz: number;
  readonly modem?: ModemData | undefined;
}

/** Two lights: green, red, and amber by both. */
export interface LampData {
  readonly green: OutputData;
  readonly red: OutputData;
}

/** A matrix of keys: rows open-drain and low when driven, columns pulled up. */
export interface MatrixData {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** `keys[row][column]`; null where there is none. */
  readonly keys: readonly (readonly (Key | null)[])[];
}

/** For people, in one line. */
export interface LocalName {
  readonly ja: string;
  readonly en: string;
}

/** How far a board has been tried: by its makers on real hardware, or only drawn and simulated. */
export type SupportTier = 'tried' | 'designed';

/** A box as literal data; `open.ts` makes a `Board` of it. What it does not have is left out. */
export interface BoardData {
  readonly id: string;
  readonly name: LocalName;
  readonly tier: SupportTier;
  /** The label of the chip that all offsets count on, or `pi-header`: that of whichever Pi this is. */
  readonly chip: string;
  readonly lines: readonly LineData[];
  readonly lamp: LampData;
  /** Active = pressed. */
  readonly button?: InputData | undefined;
  readonly buzzer?: OutputData | undefined;
  /** On = the box hangs on the line; off, as without power, = the telephone goes straight through. */
  readonly bypassRelay?: OutputData | undefined;
  /** Active = open. */
  readonly lid?: InputData | undefined;
  /** Ten-key pads on USB are used. */
  readonly evdevKeypads: boolean;
  readonly matrix?: MatrixData | undefined;
  /** USB sticks are used. */
  readonly sticks: boolean;
  /** The clock with a battery, as the kernel shows it: `/dev/rtc0`. Where it has lost its time, the system's is not believed. */
  readonly rtc?: string | undefined;
  /** A small memory apart from the recording medium where the root key lives from the first format on: its `nvmem` or `eeprom` file, 128 bytes at least. */
  readonly keyMemory?: string | undefined;
  /** `/dev/watchdog…`, fed by systemd: that it is fed is looked after. */
  readonly watchdog?: string | undefined;
  /** What the HAT's ID memory says; null for a board that cannot be detected. */
  readonly hat: HatIdentity | null;
}

/** How a kernel gives its pins: by the GPIO character device, or, before 5.10, by sysfs, which has limits. */
export type PinsWay = 'character-device' | 'sysfs';

/** What a board, and a machine, say of themselves; nothing is taken for it. By what a thing is known is said in words of no language: `GPIO5`, a modem's profile, an ALSA device. */
export interface BoardSurvey {
  /** Which Pi; null where it is none we know. */
  readonly pi: string | null;
  readonly pins: PinsWay;
  readonly hat: HatIdentity | null;
  readonly boards: readonly SurveyedBoard[];
  /** What was asked for, or what was detected; null where nothing was. */
  readonly chosen: SurveyedBoard | null;
}

/** As in `/proc/device-tree/hat/`. */
export interface HatIdentity {
  readonly vendor: string;
  readonly product: string;
  /** `product_ver`: which revision of the board. Another one may have its pins elsewhere: it is not taken for this one. */
  readonly version: number;
}

export interface SurveyedBoard {
  readonly id: string;
  readonly name: { readonly ja: string; readonly en: string };
  /** `simulated`: there is nothing to build. */
  readonly tier: 'tried' | 'designed' | 'simulated';
  readonly lines: readonly SurveyedLine[];
  readonly has: readonly BoardPart[];
  /** By which HAT it is detected; null: it is none. */
  readonly hat: HatIdentity | null;
  /** Where the root key lives from the first format on. */
  readonly keyMemory: string | null;
}

/** By what each thing of a line is known. Null: it is not. */
export interface SurveyedLine {
  readonly id: string;
  readonly hook: string;
  readonly ring: string | null;
  readonly polarity: string | null;
  readonly voltage: string | null;
  /** A second ear for callers, beside the sound. */
  readonly modem: string | null;
  readonly sound: string;
}

export type BoardPart =
  | 'button'
  | 'buzzer'
  | 'lid'
  | 'bypass'
  | 'keypad'
  | 'stick'
  | 'battery-clock'
  | 'key-memory'
  | 'watchdog';

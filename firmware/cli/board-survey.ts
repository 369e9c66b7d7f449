/** What a board, and a machine, say of themselves. By what a thing is known is said in words of no language: `GPIO5`, a modem's profile, an ALSA device. */
export interface BoardSurvey {
  readonly pi: string | null;
  readonly hat: { readonly vendor: string; readonly product: string; readonly version: number } | null;
  readonly boards: readonly SurveyedBoard[];
  /** What was asked for, or what was detected; null where nothing was. */
  readonly chosen: SurveyedBoard | null;
}

export interface SurveyedBoard {
  readonly id: string;
  readonly name: { readonly ja: string; readonly en: string };
  readonly tier: 'tried' | 'designed' | 'simulated';
  readonly lines: readonly SurveyedLine[];
  readonly has: readonly BoardPart[];
  readonly keyMemory: string | null;
}

export interface SurveyedLine {
  readonly id: string;
  readonly hook: string;
  readonly ring: string | null;
  readonly polarity: string | null;
  readonly voltage: string | null;
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

import type { Readable, Writable } from 'node:stream';
import type { Board } from '../../hal/board.js';
import type { BoardSurvey, PinsWay } from '../../hal/board-survey.js';
import type { Clock } from '../../hal/clock.js';
import type { Mp3Codec } from '../../hal/codec.js';
import type { Key } from '../../hal/panel.js';
import type { PinHash } from '../../hal/pin-hash.js';
import type { Supervisor } from '../../hal/supervisor.js';
import type { Chance } from '../../storage/disk.js';
import type { TerminalSize } from './live-view.js';

export interface BoardRequest {
  /** A board's name, a file of board data (`.json`), or `auto`: whatever HAT is found. */
  readonly id: string;
  readonly traces: readonly string[];
  readonly speed: number | 'max';
  readonly faults: readonly string[];
  /** ALSA PCM to listen to instead of the board's own ear, by line; `*` for every line. */
  readonly captures: ReadonlyMap<string, string>;
  /** Serial port of a modem, with its profile behind a comma, by line; `*` for every line. */
  readonly modems?: ReadonlyMap<string, string>;
  /** Virtual board: sticks that are plugged in, keys that are pressed. */
  readonly sticks?: readonly string[];
  readonly keys?: readonly string[];
}

export interface OpenedBoard {
  readonly board: Board;
  /** Left out where the board has none. */
  readonly pins?: PinsWay;
  /** For a board with an end: plays to it. A real one runs until it is told to stop. */
  readonly play?: (options: { settled: () => Promise<void>; signal: AbortSignal }) => Promise<void>;
  /** For a board whose panel is pressed from here: holds its button for so many ms, presses a key of its ten-key pad. */
  readonly hands?: { readonly hold: (ms: number) => void; readonly press: (key: Key) => void };
  /** Lets go what was taken when it was opened: a bypass falls. Never throws. */
  readonly close?: () => void;
  /** Has the machine switched off; resolves as that is accepted. Left out where there is no machine to a board. Everything is closed. */
  readonly powerOff?: () => Promise<void>;
}

/** The keyboard of whoever watches, key by key. */
export interface Keyboard {
  /** Calls back with each character typed. Returns what gives the keyboard back. One at a time. */
  listen(onKey: (character: string) => void): () => void;
}

/** A WAV that is open: 16-bit mono PCM. Whoever opened it closes it. */
export interface OpenedWav {
  readonly path: string;
  readonly sampleRateHz: number;
  /** At least one. */
  readonly samples: number;
  /** Fills all of `target` with the samples from `first` on. Throws `WAV_TRUNCATED`. */
  read(first: number, target: Int16Array): void;
  close(): void;
}

/** What a person types into. A terminal can be told to echo nothing. */
export interface Input extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/** What commands need from the machine. `main.ts` makes the real one. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Writable;
  readonly err: Writable;
  readonly input: Input;
  /** Whether somebody watches `out`. */
  readonly isTerminal: boolean;
  /** Of the terminal, as it is now. */
  readonly terminalSize: () => TerminalSize;
  /** Null where nobody types. */
  readonly keyboard: Keyboard | null;
  readonly clock: Clock;
  /** Who restarts this program when it hangs; null or left out: nobody. */
  readonly supervisor?: Supervisor | null;
  readonly chance: Chance;
  /** Where the bundled traces are: the checkout or the package. */
  readonly home: string;
  /** Aborted by SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
  readonly openCodec: () => Promise<Mp3Codec>;
  readonly openPinHash: () => Promise<PinHash>;
  /** Rejects with `WAV_*`. */
  readonly openWav: (path: string) => Promise<OpenedWav>;
  /** Takes nothing. Rejects with `BOARD_*` for a name nobody knows, not where no board is found. */
  readonly surveyBoards: (asked: string) => Promise<BoardSurvey>;
  readonly openBoard: (request: BoardRequest) => Promise<OpenedBoard>;
}

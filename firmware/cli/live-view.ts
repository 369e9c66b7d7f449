import type { Writable } from 'node:stream';
import stringWidth from 'string-width';
import type { CallRecord } from '../call/call-record.js';
import { faultNumber } from '../faults/catalogue.js';
import type { PanelView } from '../panel/panel.js';
import { isLit } from '../panel/view.js';
import type { RecorderView } from '../recorder.js';
import { callLine, callTable, printLength } from './call-table.js';
import { handoverWordsIn } from './handover-words.js';
import { detailIn } from './japanese-details.js';
import type { Language } from './language.js';
import { lampWords, panelWordsIn } from './panel-words.js';
import { wordsIn } from './words.js';

const ESC = '\u001b[';
/** Escapes that colour, caught by `split`. */
const STYLES = new RegExp(`(${ESC.replace('[', '\\[')}[0-9;]*m)`);
const COLOUR = { green: '32;1', amber: '33;1', red: '31;1' } as const;
const DARK = '2';
/** What is too long for a line is cut off, and not carried over: signs are not of the same width on every terminal. */
const [NO_WRAP, WRAP] = [`${ESC}?7l`, `${ESC}?7h`];
const CLEAR = `${ESC}2J${ESC}H`;
const METER_CELLS = 24;
const METER_FLOOR_DBM0 = -60;
const CALLS_SHOWN = 10;

/** What there is to be seen. */
export interface Scene {
  readonly recorder: RecorderView;
  readonly panel: PanelView;
  /** Those kept last, newest first. */
  readonly calls: readonly CallRecord[];
  /** On the clock of whoever watches. */
  readonly nowMs: number;
  /** Whether the keyboard is the board's panel. */
  readonly hasKeys: boolean;
}

/** What happens, as somebody at a terminal or a log reader sees it. */
export interface Watcher {
  show(scene: Scene): void;
  kept(call: CallRecord): void;
  end(): void;
}

/** How large a terminal is, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What is drawn, part by part. */
interface Parts {
  readonly lamp: string;
  readonly lines: readonly string[];
  readonly faults: readonly string[];
  /** What goes on with a stick, and what the keys do: a line or none. */
  readonly handed: readonly string[];
  readonly keys: readonly string[];
  /** With their heading; newest first. */
  readonly calls: readonly string[];
}

/**
 * Draws the panel in place: lamp, lines with a level meter, the calls kept last; as much of it as there are rows. `size` is asked each
 * time: a terminal that has another size now is drawn anew.
 */
export class LiveView implements Watcher {
  readonly #out: Writable;
  readonly #language: Language;
  readonly #size: () => TerminalSize;
  #drawn = 0;
  #drawnOn = '';
  /** What the lamp shows, and since when on the watcher's own clock: it blinks at its own pace, however fast the board's time goes. */
  #rhythm = '';
  #rhythmMs = 0;

  constructor(out: Writable, language: Language, size: () => TerminalSize) {
    this.#out = out;
    this.#language = language;
    this.#size = size;
  }

  show(scene: Scene): void {
    const { columns, rows } = this.#size();
    // The cursor stands below what is drawn.
    const lines = fitted(this.#parts(scene), rows - 1, panelWordsIn(this.#language).text.notShown);
    const text = lines.map((line) => `${ESC}2K${clip(line, columns)}\n`).join('');
    this.#out.write(`${this.#begin(`${columns} ${rows}`)}${NO_WRAP}${text}${WRAP}${ESC}J`);
    this.#drawn = lines.length;
  }

  /** Where the first line goes. Nobody can tell where the last drawing is on a terminal that has another size now. */
  #begin(size: string): string {
    const same = size === this.#drawnOn;
    this.#drawnOn = size;
    if (this.#drawn === 0) return '';
    return same ? `${ESC}${this.#drawn}A` : CLEAR;
  }

  kept(): void {
    // The table shows it.
  }

  end(): void {
    this.#drawn = 0;
  }

  #parts({ recorder: view, panel, calls, nowMs, hasKeys }: Scene): Parts {
    const words = wordsIn(this.#language);
    const { fault, text } = panelWordsIn(this.#language);
    const lamp = `${this.#lamp(panel, nowMs)} ${lampWords(panel, this.#language)}`;
    const lines = view.lines.map(({ id, state, sinceMs, levelDbm0, number }) => {
      const elapsed = sinceMs === null ? '' : printLength(view.nowMs - sinceMs);
      return `  ${id}  ${meter(levelDbm0)} ${elapsed.padStart(7)}  ${words.lineState[state]}${number === null ? '' : ` #${number}`}`;
    });
    const faults = panel.faults.map(({ code, subject, active, acknowledged }) => {
      const state = active ? (acknowledged ? ` [${text.noted}]` : '') : ` [${text.isOver}, ${text.unnoted}]`;
      return `  ! ${faultNumber(code)} ${code} ${subject}: ${fault[code].title}${state}`;
    });
    const kept = calls.length > 0 ? callTable(calls.slice(0, CALLS_SHOWN), this.#language).map((l) => `  ${l}`) : [];
    const keys = hasKeys ? [`${ESC}${DARK}m${text.panelKeys}${ESC}0m`] : [];
    const handing = handoverWordsIn(this.#language).stateLine(panel.retrieval, true);
    const handed = handing === null ? [] : [`  ${handing}`];
    return { lamp, lines, faults, handed, keys, calls: kept };
  }

  #lamp({ pattern }: PanelView, nowMs: number): string {
    const rhythm = `${pattern.colour} ${pattern.rhythmMs.join(' ')}`;
    if (rhythm !== this.#rhythm) {
      this.#rhythm = rhythm;
      this.#rhythmMs = nowMs;
    }
    return isLit(pattern, nowMs - this.#rhythmMs)
      ? `${ESC}${COLOUR[pattern.colour]}m●${ESC}0m`
      : `${ESC}${DARK}m○${ESC}0m`;
  }
}

/** One line for each thing that happens: for logs and pipes. No telephone number, PIN or code is ever in it. */
export class PlainView implements Watcher {
  readonly #out: Writable;
  readonly #language: Language;
  readonly #states = new Map<string, string>();
  #faults: ReadonlySet<string> = new Set();
  #handing: string | null = null;

  constructor(out: Writable, language: Language) {
    this.#out = out;
    this.#language = language;
  }

  show({ recorder: view, panel }: Scene): void {
    const words = wordsIn(this.#language);
    for (const { id, state, number } of view.lines) {
      if (this.#states.get(id) === state) continue;
      const first = !this.#states.has(id);
      this.#states.set(id, state);
      if (!first) this.#out.write(`${id}: ${words.lineState[state]}${number === null ? '' : ` #${number}`}\n`);
    }
    const faults = new Map(
      panel.faults.map(({ code, subject, detail, times }) => [
        `${code} ${subject} ${times}`,
        `${code} ${subject}: ${detailIn(this.#language, detail)}`,
      ]),
    );
    for (const [key, told] of faults) if (!this.#faults.has(key)) this.#out.write(`! ${told}\n`);
    this.#faults = new Set(faults.keys());
    const handing = handoverWordsIn(this.#language).stateLine(panel.retrieval, false);
    if (handing !== this.#handing && handing !== null) this.#out.write(`${handing}\n`);
    this.#handing = handing;
  }

  kept(call: CallRecord): void {
    this.#out.write(`${callLine(call, this.#language)}\n`);
  }

  end(): void {
    this.#states.clear();
  }
}

function meter(levelDbm0: number): string {
  const share = Math.min(1, Math.max(0, (levelDbm0 - METER_FLOOR_DBM0) / -METER_FLOOR_DBM0));
  const lit = Math.round(share * METER_CELLS);
  return `${'█'.repeat(lit)}${'·'.repeat(METER_CELLS - lit)} ${levelDbm0.toFixed(0).padStart(4)} dBm0`;
}

/** As much as `rows` hold, calls given up first, then the keys, then faults and lines, which say how many are left out. */
function fitted({ lamp, lines, faults, handed, keys, calls }: Parts, rows: number, notShown: string): string[] {
  const folded = (items: readonly string[], room: number): string[] => {
    if (items.length <= room) return [...items];
    const shown = Math.max(0, room - 1);
    return room < 1 ? [] : [...items.slice(0, shown), `  … ${items.length - shown} ${notShown}`];
  };
  const few = folded(lines, rows - 1 - handed.length - Math.min(1, faults.length));
  const panel = [lamp, ...few, ...folded(faults, rows - 1 - few.length - handed.length), ...handed];
  const apart = (below: readonly string[], room: number): string[] => (below.length < room ? ['', ...below] : []);
  const below = keys.length === 0 ? [] : apart(keys, rows - panel.length);
  const room = rows - panel.length - below.length;
  // A heading without a call under it says nothing.
  const kept = room > 2 && calls.length > 0 ? apart(calls.slice(0, room - 1), room) : [];
  return [...panel, ...kept, ...below].slice(0, Math.max(1, rows));
}

/** Cuts a line with escapes at the terminal's width, to no more signs than there is room for. */
function clip(line: string, columns: number): string {
  let [kept, width] = ['', 0];
  for (const part of line.split(STYLES)) {
    if (part.startsWith(ESC))
      kept += part; // a style takes no room, and is kept to its end
    else {
      for (const sign of part) {
        width += stringWidth(sign);
        if (width <= columns) kept += sign;
      }
    }
  }
  return kept;
}

import type { Writable } from 'node:stream';
import stringWidth from 'string-width';
import type { CallRecord } from '../call/call-record.js';
import type { RecorderView } from '../recorder.js';
import type { RetrievalState } from '../retrieval/state.js';
import { callTable, printLength } from './call-table.js';
import { handoverWordsIn } from './handover-words.js';
import type { Language } from './language.js';
import { wordsIn } from './words.js';

const ESC = '\u001b[';
/** Escapes that colour, caught by `split`. */
const STYLES = new RegExp(`(${ESC.replace('[', '\\[')}[0-9;]*m)`);
const COLOUR = { ready: '32', ringing: '33', recording: '31', fault: '33;1' } as const;
const METER_CELLS = 24;
const METER_FLOOR_DBM0 = -60;
const CALLS_SHOWN = 10;

/** What happens, as somebody at a terminal or a log reader sees it. */
export interface Watcher {
  show(view: RecorderView, calls: readonly CallRecord[]): void;
  kept(call: CallRecord): void;
  /** How far handing over has come. */
  retrieval(state: RetrievalState): void;
  end(): void;
}

/** Draws the panel in place: lamp, lines with a level meter, the calls kept last. */
export class LiveView implements Watcher {
  readonly #out: Writable;
  readonly #language: Language;
  readonly #columns: number;
  #drawn = 0;
  #retrieval: RetrievalState = { phase: 'idle' };

  constructor(out: Writable, language: Language, columns: number) {
    this.#out = out;
    this.#language = language;
    this.#columns = columns;
  }

  show(view: RecorderView, calls: readonly CallRecord[]): void {
    const lines = this.#lines(view, calls);
    const up = this.#drawn > 0 ? `${ESC}${this.#drawn}A` : '';
    this.#out.write(`${up}${lines.map((line) => `${line}${ESC}K\n`).join('')}${ESC}J`);
    this.#drawn = lines.length;
  }

  kept(): void {
    // The table shows it.
  }

  retrieval(state: RetrievalState): void {
    this.#retrieval = state;
  }

  end(): void {
    this.#drawn = 0;
  }

  #lines(view: RecorderView, calls: readonly CallRecord[]): string[] {
    const words = wordsIn(this.#language);
    const lamp = `${ESC}${COLOUR[view.meaning]}m●${ESC}0m ${words.meaning[view.meaning]}`;
    const lines = view.lines.map(({ id, state, sinceMs, levelDbm0, number }) => {
      const elapsed = sinceMs === null ? '' : printLength(view.nowMs - sinceMs);
      return `  ${id}  ${meter(levelDbm0)} ${elapsed.padStart(7)}  ${words.lineState[state]}${number === null ? '' : ` #${number}`}`;
    });
    const faults = view.faults.map(({ code, subject }) => `  ! ${code} ${subject}: ${words.fault[code]}`);
    const kept =
      calls.length > 0 ? ['', ...callTable(calls.slice(0, CALLS_SHOWN), this.#language).map((l) => `  ${l}`)] : [];
    const { stateLine } = handoverWordsIn(this.#language);
    const handing = stateLine(this.#retrieval, true) ?? [];
    return [lamp, ...lines, ...faults, ...[handing].flat().map((line) => `  ${line}`), ...kept].map((line) =>
      clip(line, this.#columns),
    );
  }
}

/** One line for each thing that happens: for logs and pipes. */
export class PlainView implements Watcher {
  readonly #out: Writable;
  readonly #language: Language;
  readonly #states = new Map<string, string>();
  #faults = '';
  #handing: string | null = null;

  constructor(out: Writable, language: Language) {
    this.#out = out;
    this.#language = language;
  }

  show(view: RecorderView): void {
    const words = wordsIn(this.#language);
    for (const { id, state, number } of view.lines) {
      if (this.#states.get(id) === state) continue;
      const first = !this.#states.has(id);
      this.#states.set(id, state);
      if (!first) this.#out.write(`${id}: ${words.lineState[state]}${number === null ? '' : ` #${number}`}\n`);
    }
    const faults = view.faults.map(({ code, subject, detail }) => `${code} ${subject}: ${detail}`).join('\n');
    if (faults !== this.#faults && faults !== '') this.#out.write(`! ${faults.replaceAll('\n', '\n! ')}\n`);
    this.#faults = faults;
  }

  kept(call: CallRecord): void {
    this.#out.write(`${callTable([call], this.#language)[1]}\n`);
  }

  retrieval(state: RetrievalState): void {
    const line = handoverWordsIn(this.#language).stateLine(state, false);
    if (line !== this.#handing && line !== null) this.#out.write(`${line}\n`);
    this.#handing = line;
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

/** Cuts a line with escapes at the terminal's width, so that drawing in place stays in place. */
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

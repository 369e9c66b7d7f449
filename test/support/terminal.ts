import { Writable } from 'node:stream';
import stringWidth from 'string-width';

/** What is done, and to what, caught by `split`. */
const ESCAPES = new RegExp(`${'\u001b'}\\[([?0-9;]*)([A-Za-z])`, 'u');

/** A terminal on paper: as much of one as drawing in place needs. It counts how often it had to scroll. */
export class Terminal extends Writable {
  scrolled = 0;
  #columns: number;
  #screen: string[];
  #row: number;
  #column = 0;
  #wraps = true;

  /** The cursor stands in `row`, from 0. */
  constructor(columns: number, rows: number, row = 0) {
    super();
    this.#columns = columns;
    this.#screen = Array.from({ length: rows }, () => '');
    this.#row = row;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#columns, rows: this.#screen.length };
  }

  /** What is to be seen, from the top. */
  get lines(): readonly string[] {
    return this.#screen.map((line) => line.trimEnd());
  }

  /** Somebody pulls at its corner; where things are after that is nobody's promise. */
  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#screen = Array.from({ length: rows }, (_, i) => this.#screen[i] ?? '');
    this.#row = Math.min(this.#row, rows - 1);
    this.#column = 0;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const parts = chunk.toString().split(ESCAPES);
    for (let i = 0; i < parts.length; i += 3) {
      for (const sign of parts[i] ?? '') this.#sign(sign);
      const [what, verb] = parts.slice(i + 1);
      if (what !== undefined && verb !== undefined) this.#act(what, verb);
    }
    done();
  }

  #sign(sign: string): void {
    if (sign === '\n') {
      this.#down();
      return;
    }
    const width = stringWidth(sign);
    if (this.#column + width > this.#columns) {
      if (!this.#wraps) return;
      this.#down();
    }
    const line = this.#screen[this.#row] ?? '';
    this.#screen[this.#row] = line + sign;
    this.#column += width;
  }

  #down(): void {
    this.#column = 0;
    if (this.#row < this.#screen.length - 1) {
      this.#row += 1;
      return;
    }
    this.scrolled += 1;
    this.#screen = [...this.#screen.slice(1), ''];
  }

  #act(what: string, verb: string): void {
    if (verb === 'A') this.#row = Math.max(0, this.#row - Number(what || 1));
    else if (verb === 'H') [this.#row, this.#column] = [0, 0];
    else if (verb === 'K') this.#screen[this.#row] = '';
    else if (verb === 'J') this.#screen.fill('', what === '2' ? 0 : this.#row);
    else if (what === '?7') this.#wraps = verb === 'h';
    else if (verb !== 'm') throw new Error(`a terminal that does not know ${what}${verb}`);
  }
}

import { HalError } from '../../hal/errors.js';
import type { OutputLines } from './output-lines.js';

/**
 * A contact that is pulled while this process wants it and lives: a bypass, line seizure. When the process dies the
 * kernel takes the line back; whether the contact then falls is the chip's and the board's business, see README.
 */
export class GpioRelay {
  readonly #outputs: OutputLines;
  readonly #offset: number;

  constructor(outputs: OutputLines, offset: number) {
    this.#outputs = outputs;
    this.#offset = offset;
  }

  /** Throws `HalError` as `OutputLines.write`; the contact has then fallen. */
  pull(): void {
    this.#outputs.write([this.#offset]);
  }

  /** Lets it fall and gives the line back. Never throws: a line that is gone does not pull. */
  release(): void {
    try {
      this.#outputs.write([]);
    } catch (error) {
      if (!(error instanceof HalError)) throw error;
    }
    this.#outputs.close();
  }
}

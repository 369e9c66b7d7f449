/** Longest line kept: a raw message of 255 octets in hex, with room. Longer ones are dropped whole. */
export const LINE_MAX = 1024;

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * Bytes in, lines out, whatever the pieces. CR and LF each end a line, empty lines are nothing, other control characters
 * are dropped, the rest is taken as Latin-1. Holds at most `LINE_MAX` characters.
 */
export class LineSplitter {
  #line = '';
  #tooLong = false;

  /** The lines that `bytes` complete. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    for (const byte of bytes) {
      if (byte === CR || byte === LF) {
        const line = this.#line.trim();
        if (line !== '' && !this.#tooLong) lines.push(line);
        this.#line = '';
        this.#tooLong = false;
      } else if (byte < SPACE || byte === DELETE) {
        // Noise of a plug going in, or a modem's DLE.
      } else if (this.#line.length === LINE_MAX) {
        this.#tooLong = true;
      } else {
        this.#line += String.fromCharCode(byte);
      }
    }
    return lines;
  }
}

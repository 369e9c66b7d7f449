import type { Key } from '../../hal/panel.js';

/** Looks that must agree before a key counts as down or up. */
const AGREE_LOOKS = 2;

/**
 * Which key was pressed, from one look at the matrix after the other. Two keys that go down together cannot be told from
 * others at their corners: nothing is told until all are up.
 */
export class KeyMatrix {
  readonly #keys: readonly (readonly (Key | null)[])[];
  #seen = '';
  #looks = 0;
  #down = '';

  /** `keys[row][column]`; null where there is none, or one that means nothing. */
  constructor(keys: readonly (readonly (Key | null)[])[]) {
    this.#keys = keys;
  }

  /** True when no key has been down for the last looks. */
  get atRest(): boolean {
    return this.#down === '' && this.#seen === '' && this.#looks >= AGREE_LOOKS;
  }

  /** `closed`: row and column of each crossing that conducts. Returns the key that went down, if one did. */
  look(closed: readonly (readonly [row: number, column: number])[]): Key | undefined {
    const seen = closed.map(([row, column]) => `${row},${column}`).join(' ');
    this.#looks = seen === this.#seen ? this.#looks + 1 : 1;
    this.#seen = seen;
    if (this.#looks < AGREE_LOOKS || seen === this.#down) return undefined;
    const wasUp = this.#down === '';
    this.#down = seen;
    const [only] = closed;
    if (!wasUp || only === undefined || closed.length > 1) return undefined;
    return this.#keys[only[0]]?.[only[1]] ?? undefined;
  }
}

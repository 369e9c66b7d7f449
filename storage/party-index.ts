import type { KeyVault } from './key-vault.js';
import { NO_PARTY, type PartyPattern, partyMatcher, partyOf } from './party.js';
import type { Row } from './row.js';
import type { StoreState } from './state.js';

/** Every slot's other party and number, in memory: 12 bytes each, read from the vault when first asked. */
export class PartyIndex {
  readonly #vault: KeyVault;
  #high = new Uint32Array(0);
  #low = new Uint32Array(0);
  #numbers = new Uint32Array(0);
  #built: Promise<void> | undefined;

  constructor(vault: KeyVault) {
    this.#vault = vault;
  }

  /** What a slot holds now, if it has been read already. Number 0: nothing. */
  note(slot: number, number: number, high: number, low: number): void {
    if (slot >= this.#numbers.length) {
      this.#built = undefined; // the vault has grown: read it again when next asked
      return;
    }
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#numbers[slot] = number;
  }

  /** Numbers of recordings with a matching party, highest first. */
  async find(pattern: PartyPattern): Promise<number[]> {
    this.#built ??= this.#build();
    await this.#built;
    const matches = partyMatcher(pattern);
    const found: number[] = [];
    for (let slot = 0; slot < this.#numbers.length; slot += 1) {
      const number = this.#numbers[slot] ?? 0;
      if (number !== 0 && matches(this.#high[slot] ?? 0, this.#low[slot] ?? 0)) found.push(number);
    }
    return found.sort((a, b) => b - a);
  }

  async #build(): Promise<void> {
    const { slots } = this.#vault;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#numbers = new Uint32Array(slots);
    for await (const { slot, number, party } of this.#vault.entries()) this.note(slot, number, party.high, party.low);
  }
}

/** Notes a recording's other party where it is found, and where it goes with the key. */
export async function noteParty(state: StoreState, { slot, id, n }: Row, digits: string | null): Promise<void> {
  const party = partyOf(digits);
  await state.parts.vault.setParty({ slot, id }, party);
  state.parties.note(slot, n, party.high, party.low);
}

/** The recordings' slots are free again. */
export function forgetParties({ parties }: StoreState, rows: readonly Row[]): void {
  for (const { slot } of rows) parties.note(slot, 0, NO_PARTY.high, NO_PARTY.low);
}

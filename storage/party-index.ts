import type { KeyVault } from './key-vault.js';
import { NO_PARTY, type Party, type PartyPattern, partyMatcher, partyOf, partyRange } from './party.js';
import type { Row } from './row.js';
import type { StoreState } from './state.js';

/** Slots noted since the last sorting that are looked at one by one. */
const UNSORTED_MAX = 4096;

/** Every slot's other party and number, in memory and in order: 16 bytes each, read from the vault when first asked. */
export class PartyIndex {
  readonly #vault: KeyVault;
  #high = new Uint32Array(0);
  #low = new Uint32Array(0);
  #numbers = new Uint32Array(0);
  /** Slots in the order of their parties. */
  #order: Uint32Array = new Uint32Array(0);
  /** What slots hold that have changed since the order was made. */
  readonly #changed = new Map<number, Noted>();
  #built: Promise<void> | undefined;

  constructor(vault: KeyVault) {
    this.#vault = vault;
  }

  /** What a slot holds now, if it has been read already. Number 0: nothing. */
  note(slot: number, number: number, high: number, low: number): void {
    if (slot >= this.#numbers.length) {
      this.#built = undefined; // not read yet, or the vault has grown: read it when next asked
      return;
    }
    this.#changed.set(slot, { number, high, low });
  }

  /** Numbers of recordings with a matching party, highest first. */
  async find(pattern: PartyPattern): Promise<number[]> {
    this.#built ??= this.#build();
    await this.#built;
    if (this.#changed.size > UNSORTED_MAX) this.#sort();
    const matches = partyMatcher(pattern);
    const found: number[] = [];
    const look = ({ number, high, low }: Noted): void => {
      if (number !== 0 && matches(high, low)) found.push(number);
    };
    const range = partyRange(pattern);
    for (let at = range ? this.#firstFrom(range.first) : 0; at < this.#order.length; at += 1) {
      const slot = this.#order[at] ?? 0;
      const noted = this.#at(slot);
      if (range && compare(noted, range.last) > 0) break;
      if (!this.#changed.has(slot)) look(noted);
    }
    for (const noted of this.#changed.values()) look(noted);
    return found.sort((a, b) => b - a);
  }

  #at(slot: number): Noted {
    return { number: this.#numbers[slot] ?? 0, high: this.#high[slot] ?? 0, low: this.#low[slot] ?? 0 };
  }

  #put(slot: number, { number, high, low }: Noted): void {
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#numbers[slot] = number;
  }

  async #build(): Promise<void> {
    const { slots } = this.#vault;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#numbers = new Uint32Array(slots);
    this.#order = new Uint32Array(0);
    this.#changed.clear();
    for await (const { slot, number, party } of this.#vault.entries()) this.#put(slot, { number, ...party });
    this.#sort();
  }

  #sort(): void {
    for (const [slot, noted] of this.#changed) this.#put(slot, noted);
    this.#changed.clear();
    let used = 0;
    const slots = new Uint32Array(this.#numbers.length);
    for (let slot = 0; slot < this.#numbers.length; slot += 1) if (this.#numbers[slot] !== 0) slots[used++] = slot;
    this.#order = sortedBy(sortedBy(slots.slice(0, used), this.#low), this.#high);
  }

  /** The first place in the order with a party from `least` on. */
  #firstFrom(least: Party): number {
    let [from, to] = [0, this.#order.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (compare(this.#at(this.#order[middle] ?? 0), least) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

interface Noted extends Party {
  readonly number: number;
}

const compare = (a: Party, b: Party): number => (a.high === b.high ? a.low - b.low : a.high - b.high);

/** The same slots, stably in the order of their keys: two rounds of counting, by lower and by upper half. */
function sortedBy(slots: Uint32Array, keys: Uint32Array): Uint32Array {
  let from = slots;
  let to: Uint32Array = new Uint32Array(slots.length);
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(0x10001);
    const digit = (slot: number): number => ((keys[slot] ?? 0) >>> shift) & 0xffff;
    for (const slot of from) starts[digit(slot) + 1] = (starts[digit(slot) + 1] ?? 0) + 1;
    for (let i = 1; i < starts.length; i += 1) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    for (const slot of from) {
      const place = starts[digit(slot)] ?? 0;
      to[place] = slot;
      starts[digit(slot)] = place + 1;
    }
    [from, to] = [to, from];
  }
  return from;
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

import { compareParties, type Party } from './party.js';

/** Parties by slot. */
export interface PartyColumns {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Slots in the order of a key made of their parties; of equal ones the lower slot is in front. 4 bytes each. */
export class PartyOrder {
  readonly #columns: PartyColumns;
  readonly #keyOf: (party: Party) => Party;
  #slots: Uint32Array;
  #length: number;

  /** `slots` in ascending order. */
  constructor(columns: PartyColumns, keyOf: (party: Party) => Party, slots: Uint32Array) {
    this.#columns = columns;
    this.#keyOf = keyOf;
    const [high, low] = [new Uint32Array(columns.high.length), new Uint32Array(columns.high.length)];
    for (const slot of slots) ({ high: high[slot], low: low[slot] } = this.#key(slot));
    this.#slots = slots.slice();
    const spare = new Uint32Array(slots.length);
    for (const half of [low, high]) sortBy(half, this.#slots, spare);
    this.#length = slots.length;
  }

  /** Calls `visit` for each slot with a key from `first` to `last`, the last in front. */
  within(first: Party, last: Party, visit: (slot: number) => void): void {
    for (let at = this.#place(last, Number.POSITIVE_INFINITY) - 1; at >= 0; at -= 1) {
      const slot = this.#slots[at] ?? 0;
      if (compareParties(this.#key(slot), first) < 0) return;
      visit(slot);
    }
  }

  /** Takes in slots whose parties are in the columns by now. */
  add(slots: Iterable<number>): void {
    const added = [...slots].sort((a, b) => compareParties(this.#key(a), this.#key(b)) || a - b);
    const merged = new Uint32Array(this.#length + added.length);
    let from = 0;
    for (const [i, slot] of added.entries()) {
      const to = this.#place(this.#key(slot), slot);
      merged.set(this.#slots.subarray(from, to), from + i);
      merged[to + i] = slot;
      from = to;
    }
    merged.set(this.#slots.subarray(from, this.#length), from + added.length);
    this.#slots = merged;
    this.#length = merged.length;
  }

  /** Lets go of slots that are here, while their parties are still in the columns. */
  remove(slots: Iterable<number>): void {
    const places = [...slots].map((slot) => this.#place(this.#key(slot), slot)).sort((a, b) => a - b);
    let to = places[0] ?? 0;
    for (const [i, place] of places.entries()) {
      const end = places[i + 1] ?? this.#length;
      this.#slots.copyWithin(to, place + 1, end);
      to += end - place - 1;
    }
    this.#length -= places.length;
  }

  #key(slot: number): Party {
    const { high, low } = this.#columns;
    return this.#keyOf({ high: high[slot] ?? 0, low: low[slot] ?? 0 });
  }

  /** Where the first one stands that is not in front of `key` in `slot`. */
  #place(key: Party, slot: number): number {
    let [from, to] = [0, this.#length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const there = this.#slots[middle] ?? 0;
      if ((compareParties(this.#key(there), key) || there - slot) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** Puts slots stably in the order of their keys: two rounds of counting, by lower and by upper half, there (`spare`) and back. */
function sortBy(keys: Uint32Array, slots: Uint32Array, spare: Uint32Array): void {
  let [from, to] = [slots, spare];
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
}

import type { KeyVault } from './key-vault.js';
import { type Party, type PartyPattern, partyMatcher, partyOf, partyRange, reversed } from './party.js';
import { PartyOrder } from './party-order.js';
import type { Row } from './row.js';
import type { StoreState } from './state.js';

/** Slots that are looked at one by one before they are put in their places. */
const TAIL_MAX = 4096;

/** What is needed of the vault. */
export type PartySource = Pick<KeyVault, 'slots' | 'eachParty'>;

/** Every slot's other party and number, in memory and in order: 20 bytes each, read from the vault when first asked. */
export class PartyIndex {
  readonly #vault: PartySource;
  #columns = columnsOf(0);
  /** By the numbers as they are dialled, and from their last digit on. */
  #orders: readonly PartyOrder[] = [];
  /** Slots noted since, in the columns and in no order yet. */
  readonly #tail = new Set<number>();
  /** What is noted while the vault is read; null: it is not being read. */
  #meanwhile: Map<number, Noted> | null = null;
  #built: Promise<void> | undefined;

  constructor(vault: PartySource) {
    this.#vault = vault;
  }

  /** What a slot holds now, if it has been read already. */
  note(slot: number, noted: Noted): void {
    if (slot >= this.#columns.numbers.length) {
      this.#built = undefined; // not read yet, or the vault has grown: read it when next asked
    } else if (this.#meanwhile) {
      this.#meanwhile.set(slot, noted);
    } else {
      this.forget([slot]);
      this.#put(slot, noted);
      this.#tail.add(slot);
    }
  }

  /** These slots hold nothing any more, and nothing of what they held stays here. */
  forget(slots: readonly number[]): void {
    const known = slots.filter((slot) => this.#columns.numbers[slot]);
    if (this.#meanwhile) for (const slot of slots) this.#meanwhile.set(slot, NOTHING);
    const placed = known.filter((slot) => !this.#tail.has(slot));
    if (placed.length > 0) for (const order of this.#orders) order.remove(placed);
    for (const slot of known) {
      this.#tail.delete(slot);
      this.#put(slot, NOTHING);
    }
  }

  /** Numbers of recordings with a matching party, the highest `most` of those below `below`, highest first. */
  async find(
    pattern: PartyPattern,
    { below, most }: { readonly below: number; readonly most: number },
  ): Promise<number[]> {
    await this.#whole();
    if (this.#tail.size > TAIL_MAX) this.#place();
    const range = partyRange(pattern);
    if (!range) return [];
    const { first, last } = range;
    const { numbers, high, low } = this.#columns;
    let found: number[] = [];
    let least = 0;
    const look = (slot: number): void => {
      const number = numbers[slot] ?? 0;
      if (number <= least || number >= below) return;
      if (found.push(number) < 2 * most) return;
      found = highest(found, most);
      least = found.at(-1) ?? 0;
    };
    this.#orders[pattern.match === 'ends' ? 1 : 0]?.within(first, last, look);
    const matches = partyMatcher(pattern);
    for (const slot of this.#tail) if (matches(high[slot] ?? 0, low[slot] ?? 0)) look(slot);
    return highest(found, most);
  }

  /** Resolves once the vault has been read, as it is now. */
  async #whole(): Promise<void> {
    for (let built: Promise<void> | undefined; built === undefined || built !== this.#built; ) {
      built = this.#built ??= this.#build().catch((error: unknown) => {
        this.#built = undefined;
        throw error;
      });
      await built;
    }
  }

  #put(slot: number, { number, party }: Noted): void {
    this.#columns.high[slot] = party.high;
    this.#columns.low[slot] = party.low;
    this.#columns.numbers[slot] = number;
  }

  async #build(): Promise<void> {
    const columns = columnsOf(this.#vault.slots);
    this.#columns = columns;
    this.#orders = [];
    this.#tail.clear();
    const meanwhile = new Map<number, Noted>();
    this.#meanwhile = meanwhile;
    try {
      await this.#vault.eachParty((slot, number, high, low) => {
        columns.high[slot] = high;
        columns.low[slot] = low;
        columns.numbers[slot] = number;
      });
    } finally {
      if (this.#meanwhile === meanwhile) this.#meanwhile = null;
    }
    if (this.#columns !== columns) return; // the vault has grown, and was read again
    for (const [slot, noted] of meanwhile) this.#put(slot, noted);
    const used = usedSlots(columns.numbers);
    this.#orders = [new PartyOrder(columns, asIs, used), new PartyOrder(columns, reversed, used)];
  }

  #place(): void {
    for (const order of this.#orders) order.add(this.#tail);
    this.#tail.clear();
  }
}

/** What a slot holds. */
export interface Noted {
  readonly number: number;
  readonly party: Party;
}

const NOTHING: Noted = { number: 0, party: { high: 0, low: 0 } };

const columnsOf = (slots: number) => ({
  high: new Uint32Array(slots),
  low: new Uint32Array(slots),
  numbers: new Uint32Array(slots),
});

function usedSlots(numbers: Uint32Array): Uint32Array {
  const used = new Uint32Array(numbers.length);
  let count = 0;
  for (let slot = 0; slot < numbers.length; slot += 1) if (numbers[slot] !== 0) used[count++] = slot;
  return used.slice(0, count);
}

const asIs = (party: Party): Party => party;

const highest = (numbers: number[], most: number): number[] => numbers.sort((a, b) => b - a).slice(0, most);

/** Notes a recording's other party where it is found, and where it goes with the key. */
export async function noteParty(state: StoreState, { slot, id, n }: Row, digits: string | null): Promise<void> {
  const party = partyOf(digits);
  await state.parts.vault.setParty({ slot, id }, party);
  state.parties.note(slot, { number: n, party });
}

/** The recordings' slots are free again. */
export function forgetParties({ parties }: StoreState, rows: readonly Row[]): void {
  parties.forget(rows.map(({ slot }) => slot));
}

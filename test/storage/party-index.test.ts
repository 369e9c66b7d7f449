import assert from 'node:assert/strict';
import { type Party, partyOf } from '../../storage/party.js';
import { PartyIndex, type PartySource } from '../../storage/party-index.js';
import { Chance } from '../support/chance.js';
import { partyDigits } from './support/party-digits.js';

interface Slot {
  readonly number: number;
  readonly party: Party;
}

/** A vault's slots, without keys; `pause` lets something happen in the middle of a reading. */
class Slots implements PartySource {
  readonly held = new Map<number, Slot>();
  slots: number;
  pause: () => void = () => undefined;

  constructor(slots: number) {
    this.slots = slots;
  }

  async eachParty(visit: (slot: number, number: number, high: number, low: number) => void): Promise<void> {
    const before = [...this.held];
    for (const [i, [slot, { number, party }]] of before.entries()) {
      if (i === before.length >> 1) {
        await Promise.resolve();
        this.pause();
      }
      visit(slot, number, party.high, party.low);
    }
  }

  find(digits: string, match: 'whole' | 'begins' | 'ends'): number[] {
    const fits = (text: string): boolean =>
      ({ whole: text === digits, begins: text.startsWith(digits), ends: text.endsWith(digits) })[match];
    const matching = [...this.held.values()].filter(({ party }) => fits(partyDigits(party)));
    return matching.map(({ number }) => number).sort((a, b) => b - a);
  }
}

const someDigits = (chance: Chance): string => String(chance.integer(0, 99_999)).slice(0, chance.integer(1, 5));
/** One in ten has none; some are as long as a slot holds. */
const someParty = (chance: Chance): Party =>
  partyOf(chance.happens(0.1) ? null : someDigits(chance).padStart(chance.integer(1, 16), '0'));

async function compare(index: PartyIndex, model: Slots, chance: Chance): Promise<void> {
  for (const match of ['whole', 'begins', 'ends'] as const) {
    const digits = someDigits(chance).padStart(chance.integer(1, 12), '0');
    const all = model.find(digits, match);
    const most = chance.integer(1, 20);
    const pattern = { digits, match };
    assert.deepEqual(await index.find(pattern, { below: Number.POSITIVE_INFINITY, most }), all.slice(0, most));
    const below = all[chance.integer(0, all.length)] ?? 1;
    const rest = all.filter((n) => n < below);
    assert.deepEqual(await index.find(pattern, { below, most: 1e6 }), rest, `${match} ${digits} below ${below}`);
  }
}

/** Slots taken and left as calls come and go, a few at a time or thousands; answers compared with looking at each. */
async function live(seed: number, steps: number): Promise<void> {
  const chance = new Chance(seed);
  const model = new Slots(20_000);
  const index = new PartyIndex(model);
  let number = 0;
  const take = (): void => {
    const slot = chance.integer(0, model.slots - 1);
    if (model.held.has(slot)) return;
    number += 1;
    const noted = { number, party: someParty(chance) };
    model.held.set(slot, noted);
    index.note(slot, noted);
  };
  const leave = (count: number): void => {
    const gone = [...model.held.keys()].filter(() => chance.happens(count / Math.max(1, model.held.size)));
    for (const slot of gone) model.held.delete(slot);
    index.forget(gone);
  };
  for (let i = 0; i < 3000; i += 1) take();
  model.pause = () => {
    for (let i = 0; i < 50; i += 1) take();
    leave(50);
  };
  for (let step = 0; step < steps; step += 1) {
    const taken = chance.happens(0.05) ? 5000 : chance.integer(0, 20);
    for (let i = 0; i < taken; i += 1) take();
    if (chance.happens(0.5)) leave(chance.happens(0.1) ? 2000 : chance.integer(1, 5));
    if (chance.happens(0.03)) model.slots += 100;
    await compare(index, model, chance);
  }
}

describe('the parties in memory', () => {
  for (const seed of [11, 12]) {
    it(`are found as looking at each slot finds them, whatever came and went (seed ${seed})`, () => live(seed, 60));
  }
});

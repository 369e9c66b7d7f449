import { IndexChanges } from './index.js';
import { type EarlierEvents, type EventEntry, isEarlierEvents, isEvent } from './journal-entry.js';
import type { StoreState } from './state.js';

/** What happened to the box, oldest first, and what is left of what happened before that. */
export interface Register {
  readonly earlier: EarlierEvents | null;
  readonly events: readonly EventEntry[];
}

/** Longest detail of an event as JSON, in characters. */
const DETAIL_MAX_CHARS = 1500;

/** Enters an event. On the medium when it resolves. */
export async function enter(state: StoreState, kind: string, detail: EventEntry['detail']): Promise<void> {
  if (JSON.stringify(detail).length > DETAIL_MAX_CHARS) throw new RangeError(`the detail of a ${kind} is too long`);
  const { journal, index, wall } = state.parts;
  await journal.append([{ t: 'event', kind, detail, atWallMs: wall() }]);
  await index.apply(state.marked(new IndexChanges()));
}

export async function readRegister(state: StoreState): Promise<Register> {
  const entries = await state.parts.journal.entriesAfter(0);
  return { earlier: entries.find(isEarlierEvents) ?? null, events: entries.filter(isEvent) };
}

/** Puts a setting in place of the one before, if there was one. On the medium when it resolves. */
export async function putSetting(state: StoreState, key: string, value: unknown): Promise<void> {
  const { journal, index, wall } = state.parts;
  const entry = { t: 'setting', key, value, atWallMs: wall() } as const;
  await journal.append([entry]);
  await index.apply(state.marked(new IndexChanges().entry(entry)));
}

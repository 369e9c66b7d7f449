import { z } from 'zod';
import type { Store } from '../../storage/store.js';
import { KikitomeError } from '../errors.js';
import { printNumbers, readNumbers } from './number-list.js';

const SETTING = 'collection';
export const COLLECTION_MAX = 5000;
/** It stands in one page of the journal. */
const TEXT_MAX_CHARS = 2500;
export const REASON_MAX_CHARS = 200;

const schema = z
  .strictObject({
    id: z.string().regex(/^[0-9a-f]{16}$/),
    madeWallMs: z.number(),
    numbers: z.string(),
    reason: z.string().nullable(),
  })
  .nullable();

/** What is to be handed over: the numbers that were asked for then, whatever else is recorded since. */
export interface Collection {
  readonly id: string;
  readonly madeWallMs: number;
  /** Ascending; at least one. */
  readonly numbers: readonly number[];
  /** Why, in words that name no caller: it stands unsealed. */
  readonly reason: string | null;
}

export type SettingStore = Pick<Store, 'setting' | 'putSetting'>;

export async function readCollection(store: SettingStore): Promise<Collection | null> {
  // One that cannot be read (of a later version) names nothing.
  const value = schema.safeParse((await store.setting(SETTING)) ?? null).data ?? null;
  const numbers = value && readNumbers(value.numbers, COLLECTION_MAX);
  return value && numbers ? { ...value, numbers } : null;
}

/** Replaces what was named before; null: nothing is to be handed over. Throws `COLLECTION_TOO_LARGE`. */
export async function putCollection(store: SettingStore, collection: Collection | null): Promise<void> {
  const value = collection && { ...collection, numbers: printNumbers(collection.numbers) };
  if (value && (value.numbers.length > TEXT_MAX_CHARS || collection.numbers.length > COLLECTION_MAX)) {
    throw new KikitomeError('COLLECTION_TOO_LARGE', `${collection.numbers.length} recordings at once`);
  }
  await store.putSetting(SETTING, schema.parse(value));
}

/** Numbers as the register tells them, which has no room for many: all, or how many between which. */
export function tellNumbers(numbers: readonly number[], charsMax = 600): string {
  const text = printNumbers(numbers);
  if (text.length <= charsMax) return text;
  return `${numbers.length} between ${Math.min(...numbers)} and ${Math.max(...numbers)}`;
}

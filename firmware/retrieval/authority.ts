import type { Collection } from './collection.js';

/** Who says that a collection may leave the box now, beyond the PIN: an approval, a witness who is present. */
export interface Authority {
  /** Null: it may. Else why not, in one line. */
  objection(collection: Collection): Promise<string | null>;
}

/** An office where the PIN is enough. */
export const PIN_IS_ENOUGH: Authority = { objection: async () => null };

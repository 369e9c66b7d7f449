import { StoreError } from './errors.js';

/** What the map gives is not what was put there, or nothing at all. A rebuild helps. */
export class IndexUnreadable extends StoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('STORE_DAMAGED', message, options);
  }
}

export const unreadable = (error: unknown): unknown =>
  error instanceof StoreError
    ? error
    : new IndexUnreadable(`the index cannot be read: ${(error as Error).message}`, { cause: error });

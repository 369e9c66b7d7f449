import type { Store } from '../../storage/store.js';
import { type CallRecord, callRecordOf } from '../call/call-record.js';
import { officeRules } from '../rules/office.js';
import type { MissingCall } from './manifest.js';

/** What became of a number that was named. */
export type Found =
  | { readonly kind: 'call'; readonly record: CallRecord }
  | { readonly kind: 'missing'; readonly missing: MissingCall };

/** Where recordings are handed over from. Reading never waits for, or holds up, what is being recorded. */
export interface HandoverSource {
  readonly storeId: string;
  timeZone(): Promise<string>;
  find(number: number): Promise<Found>;
  /** The bytes as they were kept. Rejects with `RECORDING_ERASED`, `RECORDING_DAMAGED`. */
  audio(number: number): AsyncIterable<Uint8Array>;
}

export class StoreSource implements HandoverSource {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get storeId(): string {
    return this.#store.status.superblock.id;
  }

  async timeZone(): Promise<string> {
    return (await officeRules(this.#store)).timeZone;
  }

  async find(number: number): Promise<Found> {
    try {
      const stored = await this.#store.recording(number);
      return { kind: 'call', record: callRecordOf(stored, await officeRules(this.#store)) };
    } catch (error) {
      switch ((error as { code?: string }).code) {
        case 'RECORDING_ERASED':
          return lost(number, 'erased', await this.#tombstone(number));
        case 'RECORDING_UNKNOWN':
          return lost(number, 'unknown', null);
        case 'STORE_DAMAGED':
          return lost(number, 'damaged', null);
        default:
          throw error;
      }
    }
  }

  audio(number: number): AsyncIterable<Uint8Array> {
    return this.#store.read(number);
  }

  async #tombstone(number: number): Promise<Record<string, unknown> | null> {
    const tombstone = await this.#store.tombstone(number);
    return tombstone && { ...tombstone };
  }
}

const lost = (number: number, why: MissingCall['why'], tombstone: MissingCall['tombstone']): Found => ({
  kind: 'missing',
  missing: { number, why, tombstone },
});

import { StoreError, type StoreErrorCode } from '../../storage/errors.js';
import type { Store } from '../../storage/store.js';
import type { FaultCode, FaultSink } from './fault.js';

const PROBE_SETTING = 'storage-probe';
const STORE = 'store';

type StorageFault = Extract<FaultCode, 'STORAGE_MISSING' | 'STORAGE_READ_ONLY' | 'STORAGE_FAILING' | 'STORE_DAMAGED'>;

const READ_ONLY = /^(EROFS|EACCES|EPERM)$/;
const MISSING = /^(ENOENT|ENOTDIR|ENODEV|ENXIO|ESTALE)$/;

const FAULT_OF: Readonly<Partial<Record<StoreErrorCode, StorageFault>>> = {
  STORE_DAMAGED: 'STORE_DAMAGED',
  STORE_MISSING: 'STORAGE_MISSING',
  STORE_READ_ONLY: 'STORAGE_READ_ONLY',
};

/** What a rejection of the store's says of the medium. */
export function storageFaultOf(error: unknown): StorageFault {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code = '', message } = each as NodeJS.ErrnoException;
    // LevelDB has the system's words, and no code.
    if (READ_ONLY.test(code) || message.endsWith('Read-only file system')) return 'STORAGE_READ_ONLY';
    if (MISSING.test(code) || /No such (file|device)/.test(message)) return 'STORAGE_MISSING';
    if (code === 'EIO') return 'STORAGE_FAILING'; // what cannot be read is not yet known to be damaged
  }
  return (error instanceof StoreError && FAULT_OF[error.code]) || 'STORAGE_FAILING';
}

/** What the store's medium does to the recorder. */
export class StorageWatch {
  readonly #store: Store;
  readonly #faults: FaultSink;
  /** What the medium does wrong now. */
  #wrong: StorageFault | null = null;
  #probing = false;

  constructor(store: Store, faults: FaultSink) {
    this.#store = store;
    this.#faults = faults;
  }

  /** What opening the store has found. */
  opened(): void {
    const { repairs, lastNumber } = this.#store.status;
    const [first] = repairs;
    // A store without a call has no index to lose.
    const rebuilt =
      this.#store.indexRebuilt && lastNumber > 0 ? 'the index had to be made anew from the ring' : undefined;
    const found = first === undefined ? rebuilt : `${first}${repairs.length > 1 ? `; ${repairs.length} in all` : ''}`;
    if (found === undefined) return;
    this.#faults.raise('STORE_DAMAGED', STORE, found);
    this.#faults.clear('STORE_DAMAGED', STORE); // it has been made whole, and somebody should know
  }

  /** The store has rejected something. */
  failed(error: unknown): void {
    const wrong = storageFaultOf(error);
    const before = this.#wrong;
    this.#wrong = wrong;
    this.#faults.raise(wrong, STORE, error instanceof Error ? error.message : String(error));
    // Not the other way round: there is no moment at which nothing is wrong.
    if (before !== null && before !== wrong) this.#faults.clear(before, STORE);
  }

  /**
   * Tries whether a medium that was at fault takes a write again: only then is it well. A medium without a fault is left in peace.
   * Never rejects.
   */
  async look(): Promise<void> {
    if (this.#wrong === null || this.#probing) return;
    this.#probing = true;
    try {
      await this.#store.putSetting(PROBE_SETTING, true);
      if (this.#wrong !== null) this.#faults.clear(this.#wrong, STORE);
      this.#wrong = null;
    } catch (error) {
      this.failed(error);
    } finally {
      this.#probing = false;
    }
  }
}

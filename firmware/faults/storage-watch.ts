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

/** Whom the medium refused. A commit writes the ring, too: that a setting is taken says nothing of it. */
type Refused = 'commit' | 'other';

/** What the store's medium does to the recorder. */
export class StorageWatch {
  readonly #store: Store;
  readonly #faults: FaultSink;
  /** What the medium does wrong now. What it did to a commit only a commit can undo. */
  readonly #wrong: Record<Refused, StorageFault | null> = { commit: null, other: null };
  #probing = false;
  /** Whether sound was lost since a commit last went through, and what the medium said last. */
  #costly = false;
  #why = 'the medium takes too long';

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
    if (found !== undefined) this.#faults.raise('STORE_DAMAGED', STORE, found);
    this.#faults.clear('STORE_DAMAGED', STORE); // it has been made whole, and somebody should know
  }

  /** A commit went through. What one before it was refused waited in memory, and was in this one. Looks for the rest; never rejects. */
  committed(): Promise<void> {
    this.#costly = false;
    this.#note('commit', null);
    return this.look();
  }

  /** The store has rejected a commit. */
  commitFailed(error: unknown): void {
    this.#failed('commit', error);
  }

  /** Sound that waited for the medium found no room in memory, and is gone. */
  lost(): void {
    if (this.#costly) return;
    this.#costly = true;
    this.#raise('commit', this.#wrong.commit ?? 'STORAGE_FAILING');
  }

  /** The store has rejected something else. */
  failed(error: unknown): void {
    this.#failed('other', error);
  }

  /**
   * Tries whether a medium that was at fault takes a write again: only then is it well, but for what a commit was refused. A medium
   * without a fault is left in peace. Never rejects.
   */
  async look(): Promise<void> {
    if (this.#wrong.other === null || this.#probing) return;
    this.#probing = true;
    try {
      await this.#store.putSetting(PROBE_SETTING, true);
      this.#note('other', null);
    } catch (error) {
      this.failed(error);
    } finally {
      this.#probing = false;
    }
  }

  #failed(who: Refused, error: unknown): void {
    this.#why = error instanceof Error ? error.message : String(error);
    this.#raise(who, storageFaultOf(error));
  }

  #raise(who: Refused, wrong: StorageFault): void {
    const detail = this.#costly ? `sound was lost: ${this.#why}` : this.#why;
    this.#faults.raise(wrong, STORE, detail, this.#costly);
    // Not the other way round: there is no moment at which nothing is wrong.
    this.#note(who, wrong);
  }

  #note(who: Refused, wrong: StorageFault | null): void {
    const before = this.#wrong[who];
    this.#wrong[who] = wrong;
    const { commit, other } = this.#wrong;
    if (before !== null && before !== commit && before !== other) this.#faults.clear(before, STORE);
  }
}

import type { Clock, MonotonicMs } from '../hal/clock.js';
import type { Store } from '../storage/store.js';
import type { LongWork } from './health/long-work.js';
import { closeInterrupted } from './open-store.js';

/** A medium that goes on refusing is tried with files opened anew, so often. */
const REOPEN_MS = 5000;

/** How the recorder puts down what it has: a medium that was away is there again when it is, though no file opened on it before is. */
export class Medium {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #work: Pick<LongWork, 'pieces'>;
  #pieces = 0;
  /** How much work there had been when the medium began to be opened anew; null: it is not being opened. */
  #openingSince: number | null = null;
  /** When it last was refused for the first time, or opened anew in vain; null: it takes what it is given. */
  #refusedMs: MonotonicMs | null = null;

  constructor(store: Store, clock: Clock, work: Pick<LongWork, 'pieces'> = { pieces: 0 }) {
    this.#store = store;
    this.#clock = clock;
    this.#work = work;
  }

  /** Pieces of work that opening a medium anew has come to the end of: all of one may have to be read, and no commit ends meanwhile. */
  get pieces(): number {
    return this.#pieces + (this.#openingSince === null ? 0 : this.#work.pieces - this.#openingSince);
  }

  /** Rejects as the store does; what it refused waits in memory for the next call. `last`: there will be none. */
  async commit(last = false): Promise<void> {
    try {
      await this.#store.commit();
    } catch (error) {
      const nowMs = this.#clock.now();
      this.#refusedMs ??= nowMs;
      if (!last && nowMs - this.#refusedMs < REOPEN_MS) throw error;
      this.#refusedMs = nowMs;
      await this.#openAnew();
      await this.#store.commit();
    }
    this.#refusedMs = null;
  }

  /** Does what is to be done before everything is closed; where the medium refuses it, once more with files opened anew. */
  async last(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch {
      await this.#openAnew();
      await task();
    }
  }

  async #openAnew(): Promise<void> {
    this.#openingSince = this.#work.pieces;
    try {
      await this.#store.reopen();
      await this.#store.finishInterrupted(closeInterrupted);
    } finally {
      this.#pieces = this.pieces;
      this.#openingSince = null;
    }
  }
}

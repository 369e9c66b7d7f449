import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Supervisor } from '../../hal/supervisor.js';

/** No more often than this is it said that work goes on. */
const SAY_MS = 5000;

/**
 * Work that may take very long and is no hang as long as it advances, piece by piece: a medium is laid out, or read through because
 * the index has to be made again. Says so to the supervisor until the recorder is armed; from then on the pieces are a sign of life
 * where somebody takes them for one.
 */
export class LongWork {
  readonly #supervisor: Pick<Supervisor, 'working'> | null;
  readonly #clock: Pick<Clock, 'now'>;
  #pieces = 0;
  #armed = false;
  #saidMs: MonotonicMs | null = null;

  constructor(supervisor: Pick<Supervisor, 'working'> | null, clock: Pick<Clock, 'now'>) {
    this.#supervisor = supervisor;
    this.#clock = clock;
  }

  /** Pieces that have come to their end. */
  get pieces(): number {
    return this.#pieces;
  }

  /** A piece has come to its end. To be handed on as it is. */
  readonly advance = (): void => {
    this.#pieces += 1;
    if (this.#armed || this.#supervisor === null) return;
    const nowMs = this.#clock.now();
    if (this.#saidMs !== null && nowMs - this.#saidMs < SAY_MS) return;
    this.#saidMs = nowMs;
    this.#supervisor.working();
  };

  armed(): void {
    this.#armed = true;
  }
}

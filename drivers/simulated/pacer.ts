import { setImmediate } from 'node:timers/promises';
import { firstValueFrom, fromEvent, race } from 'rxjs';
import type { Clock } from '../../hal/clock.js';

/** Simulated seconds for each real one, or as many as the machine manages. */
export type Speed = number | 'max';

/** Holds simulated time back to a multiple of real time. Falling behind is made up for, never waited out again. */
export class Pacer {
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #startedMs: number;
  #skippedMs = 0;

  /** Simulated time 0 is now. `RangeError` unless `speed` is over 0. */
  constructor(realClock: Clock, speed: Speed) {
    this.#clock = realClock;
    this.#speed = speed === 'max' ? Infinity : speed;
    if (!(this.#speed > 0)) throw new RangeError(`a speed of ${speed}`);
    this.#startedMs = speed === 'max' ? 0 : realClock.now();
  }

  /** Real milliseconds from now until simulated time may reach `simulatedMs`; 0 or less: no wait. */
  aheadMs(simulatedMs: number): number {
    if (this.#speed === Infinity) return 0;
    return (simulatedMs - this.#skippedMs) / this.#speed - (this.#clock.now() - this.#startedMs);
  }

  /** `byMs` of simulated time take no real time. */
  skip(byMs: number): void {
    this.#skippedMs += byMs;
  }

  /** Resolves after `realMs`, at once where that has passed already or when `signal` is or becomes aborted. */
  async wait(realMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    const waited$ = this.#clock.after$(Math.max(0, realMs));
    await firstValueFrom<unknown>(signal === undefined ? waited$ : race(waited$, fromEvent(signal, 'abort')));
  }

  /** Lets timers, sockets and signals have their turn. */
  async breathe(): Promise<void> {
    await setImmediate();
  }
}

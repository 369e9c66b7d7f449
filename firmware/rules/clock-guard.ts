import type { ClockTrust, MonotonicMs } from '../../hal/clock.js';

/** Wall and monotonic time may part by this much before nobody believes the wall any more. */
export const JUMP_MS = 5 * 60_000;
/** What a crystal and a time server may pull apart, in parts of the time passed: taken for drift, not for a jump. */
const DRIFT = 500e-6;
/** Switched off for longer than this, a clock that is not synchronised must be confirmed. */
export const OFF_MAX_MS = 4 * 24 * 3_600_000;
/** People who must say that the clock is right. */
const CONFIRMATIONS = 2;

export type ClockDoubt = 'unset' | 'jumped' | 'unconfirmed';

/** The clock at one moment. */
export interface Reading {
  readonly nowMs: MonotonicMs;
  readonly wallMs: number;
  readonly trust: ClockTrust;
}

/**
 * Says whether the wall clock may erase anything (promise 9). A jump is remembered until two people have said that the clock is right
 * as it is; a clock that is simply not set yet is believed once it is.
 */
export class ClockGuard {
  #anchor: Pick<Reading, 'nowMs' | 'wallMs'> | undefined;
  #doubt: Exclude<ClockDoubt, 'unset'> | null = null;
  readonly #confirmedBy = new Set<string>();
  readonly #lastWallMs: number | undefined;

  /** `lastWallMs`: the latest wall time that the store has seen, if any. */
  constructor(lastWallMs: number | undefined) {
    this.#lastWallMs = lastWallMs;
  }

  /** Why nothing may be erased by time now; null: it may. */
  look({ nowMs, wallMs, trust }: Reading): ClockDoubt | null {
    if (trust === 'unset') return 'unset';
    if (!this.#anchor) {
      this.#anchor = { nowMs, wallMs };
      this.#doubt = this.#firstLook(wallMs, trust);
      return this.#doubt;
    }
    const passedMs = nowMs - this.#anchor.nowMs;
    const offMs = Math.abs(wallMs - this.#anchor.wallMs - passedMs);
    if (offMs > JUMP_MS) {
      if (this.#doubt !== 'jumped') this.#confirmedBy.clear();
      this.#doubt = 'jumped';
    } else if (offMs <= passedMs * DRIFT) {
      this.#anchor = { nowMs, wallMs };
    }
    return this.#doubt;
  }

  /** Somebody says that the clock is right. The second one's word counts. Returns how many more are needed. */
  confirm(by: string, { nowMs, wallMs }: Reading): number {
    if (this.#doubt === null) return 0;
    this.#confirmedBy.add(by.trim().toLowerCase());
    const missing = Math.max(0, CONFIRMATIONS - this.#confirmedBy.size);
    if (missing > 0) return missing;
    this.#doubt = null;
    this.#confirmedBy.clear();
    this.#anchor = { nowMs, wallMs };
    return 0;
  }

  #firstLook(wallMs: number, trust: ClockTrust): Exclude<ClockDoubt, 'unset'> | null {
    if (this.#lastWallMs === undefined) return null;
    if (wallMs < this.#lastWallMs - JUMP_MS) return 'jumped';
    return trust !== 'synchronised' && wallMs > this.#lastWallMs + OFF_MAX_MS ? 'unconfirmed' : null;
  }
}

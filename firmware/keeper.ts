import type { Clock } from '../hal/clock.js';
import type { Store } from '../storage/store.js';
import { type ClockDoubt, ClockGuard } from './rules/clock-guard.js';
import { eraseDue } from './rules/expiry.js';
import { officeRules } from './rules/office.js';

const SEEN_SETTING = 'clock-seen';
/** How often the time is written down, so that a clock that comes back wrong is noticed. */
const SEEN_EVERY_MS = 6 * 3_600_000;

/** Sees to it that what has had its time goes, and that no clock makes it go too early. */
export class Keeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #guard: ClockGuard;
  #seenAtMs: number | undefined;

  private constructor(store: Store, clock: Clock, lastWallMs: number | undefined) {
    this.#store = store;
    this.#clock = clock;
    this.#guard = new ClockGuard(lastWallMs);
  }

  static async open(store: Store, clock: Clock): Promise<Keeper> {
    const seen = await store.setting(SEEN_SETTING);
    let lastWallMs = typeof seen === 'number' ? seen : undefined;
    for await (const { row } of store.recordings()) {
      const endedWallMs = row.endedWallMs ?? row.startedWallMs;
      if (endedWallMs > (lastWallMs ?? 0)) lastWallMs = endedWallMs;
      break; // the newest number is the latest that the store has seen, or the clock has been set back since
    }
    return new Keeper(store, clock, lastWallMs);
  }

  /** Why nothing goes by time now; null: it does. */
  doubt(): ClockDoubt | null {
    return this.#guard.look(this.#reading());
  }

  /** Erases what is due, unless the clock is in doubt. Returns how many recordings went. */
  async look(): Promise<number> {
    if (this.doubt() !== null) return 0;
    const wallMs = this.#clock.wall();
    const nowMs = this.#clock.now();
    if (this.#seenAtMs === undefined || nowMs - this.#seenAtMs >= SEEN_EVERY_MS) {
      await this.#store.putSetting(SEEN_SETTING, wallMs);
      this.#seenAtMs = nowMs;
    }
    return eraseDue(this.#store, await officeRules(this.#store), wallMs);
  }

  /** Somebody says that the clock is right; returns how many more people must. */
  confirm(by: string): number {
    return this.#guard.confirm(by, this.#reading());
  }

  #reading() {
    return { nowMs: this.#clock.now(), wallMs: this.#clock.wall(), trust: this.#clock.trust() };
  }
}

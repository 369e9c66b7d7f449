import type { Clock } from '../hal/clock.js';
import { countedFrom } from '../storage/row.js';
import type { Store } from '../storage/store.js';
import type { CallParticulars } from './call/call-record.js';
import { KikitomeError } from './errors.js';
import { type ClockDoubt, ClockGuard, type Reading } from './rules/clock-guard.js';
import { eraseDue } from './rules/expiry.js';
import { officeRules } from './rules/office.js';
import { isUndated, Terms } from './rules/terms.js';

const SEEN_SETTING = 'clock-seen';
const SETTLED_SETTING = 'terms-settled';
/** How often the time is written down, so that a clock that comes back wrong is noticed, and which recordings have been looked at. */
const SEEN_EVERY_MS = 6 * 3_600_000;

/** Most recordings that are looked at for the latest time that the store has seen. */
const LOOKED_BACK = 1000;

/** Sees to it that what has had its time goes, and that no clock makes it go too early or stay too long. */
export class Keeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #guard: ClockGuard;
  readonly #terms: Terms;
  #seenAtMs: number | undefined;

  private constructor(store: Store, clock: Clock, lastWallMs: number | undefined, settledTo: number) {
    this.#store = store;
    this.#clock = clock;
    this.#guard = new ClockGuard(lastWallMs);
    this.#terms = new Terms(store, settledTo);
    this.#terms.date(this.#reading());
  }

  static async open(store: Store, clock: Clock): Promise<Keeper> {
    const [seen, settled] = [await store.setting(SEEN_SETTING), await store.setting(SETTLED_SETTING)];
    let lastWallMs = typeof seen === 'number' ? seen : undefined;
    for await (const recording of store.recordings(Number.POSITIVE_INFINITY, LOOKED_BACK)) {
      const { row } = recording;
      if (isUndated(recording)) continue;
      lastWallMs = Math.max(lastWallMs ?? 0, countedFrom(row) ?? row.startedWallMs);
      break; // the newest number is the latest that the store has seen, or the clock has been set back since
    }
    return new Keeper(store, clock, lastWallMs, typeof settled === 'number' ? settled : 0);
  }

  /** Why nothing goes by time now; null: it does. */
  doubt(): ClockDoubt | null {
    return this.#doubtOf(this.#reading());
  }

  /** What the record of a call that begins now is to say of the clock. To be asked right before it begins. */
  trust(): CallParticulars['clock'] {
    const doubt = this.doubt();
    if (doubt === null) return this.#clock.trust();
    return doubt === 'unset' ? 'unset' : 'doubtful';
  }

  /** Settles from when terms are counted and erases what is due, unless the clock is in doubt. Returns how many recordings went. */
  async look(): Promise<number> {
    const reading = this.#reading();
    if (this.#doubtOf(reading) !== null) return 0;
    const { nowMs, wallMs } = reading;
    await this.#terms.settle(reading);
    if (this.#seenAtMs === undefined || nowMs - this.#seenAtMs >= SEEN_EVERY_MS) {
      await this.#store.putSetting(SEEN_SETTING, wallMs);
      await this.#store.putSetting(SETTLED_SETTING, this.#terms.settledTo);
      this.#seenAtMs = nowMs;
    }
    return eraseDue(this.#store, await officeRules(this.#store), wallMs, (n) => this.#terms.mayGo(n));
  }

  /** Somebody says that the clock is right; returns how many more people must. Throws `CLOCK_UNSET` where it is known not to be. */
  confirm(by: string): number {
    const reading = this.#reading();
    if (reading.trust === 'unset') throw new KikitomeError('CLOCK_UNSET', 'the clock is not set');
    const missing = this.#guard.confirm(by, reading);
    if (missing === 0) this.#seenAtMs = undefined; // what was seen before may be what was wrong
    return missing;
  }

  #doubtOf(reading: Reading): ClockDoubt | null {
    this.#terms.date(reading);
    return this.#guard.look(reading);
  }

  #reading(): Reading {
    return { nowMs: this.#clock.now(), wallMs: this.#clock.wall(), trust: this.#clock.trust() };
  }
}

import { readFileSync, statSync } from 'node:fs';
import { Observable } from 'rxjs';
import type { Clock, ClockTrust, MonotonicMs, WallMs } from '../../hal/clock.js';

/** systemd-timesyncd touches this file whenever it has heard from a server (systemd-timesyncd.service(8)); every 34 minutes by default. */
const SYNCHRONISED_MARK = '/run/systemd/timesync/synchronized';
/** A network that was taken away sets nothing right any more. */
const SYNCHRONISED_FOR_MS = 24 * 3_600_000;
/** A file's time may be this far ahead of a clock that was read a moment before. */
const MARK_AHEAD_MS = 60_000;

/** A wall clock before 2025 has started from nothing: no battery, no network yet. */
export const UNSET_BEFORE_MS = Date.UTC(2025, 0, 1);

/** A clock with a battery that is further from the system's than this has not set it, or not yet; what the two may pull apart comes on top, in parts of the time since power-on. */
const BATTERY_OFF_MS = 5 * 60_000;
const BATTERY_DRIFT = 500e-6;
/** Its driver is there so long after power-on, or never. */
const BATTERY_LATE_MS = 60_000;

/** Longest delay that setTimeout takes; a longer one would ring at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The machine's own time. `now()` is the kernel's monotonic clock, the one its event time stamps come from. */
export class SystemClock implements Clock {
  readonly #mark: string;
  readonly #battery: string | null;

  /**
   * `synchronisedMark`: the file that was touched when the wall clock was last set by a server; a day later that is worth nothing more. `battery`: where the clock with a battery tells its
   * time, `/sys/class/rtc/rtc0/since_epoch`; null: there is none to go by.
   */
  constructor(synchronisedMark: string = SYNCHRONISED_MARK, battery: string | null = null) {
    this.#mark = synchronisedMark;
    this.#battery = battery;
  }

  now(): MonotonicMs {
    // Whole microseconds: exact in a double for 285 years of uptime.
    return (Number(process.hrtime.bigint() / 1000n) / 1000) as MonotonicMs;
  }

  wall(): WallMs {
    return Date.now() as WallMs;
  }

  /** Two looks at the file system. */
  trust(): ClockTrust {
    if (this.wall() < UNSET_BEFORE_MS) return 'unset';
    if (this.#isSynchronised()) return 'synchronised';
    return this.#isFromBattery() ? 'free-running' : 'unset';
  }

  #isSynchronised(): boolean {
    try {
      const ageMs = this.wall() - statSync(this.#mark).mtimeMs;
      return ageMs >= -MARK_AHEAD_MS && ageMs <= SYNCHRONISED_FOR_MS;
    } catch {
      return false; // nobody has heard from a server, or nobody asks one
    }
  }

  /**
   * Whether the system has its time from the clock with a battery, where there is one. It has not where that one had lost its own, or before
   * its driver has come: the machine then goes on from when it was last switched off. Whoever sets the time sets that clock, too.
   */
  #isFromBattery(): boolean {
    if (this.#battery === null) return true;
    try {
      const batteryMs = Number(readFileSync(this.#battery, 'utf8')) * 1000;
      const offMs = Math.abs(batteryMs - this.wall());
      return batteryMs >= UNSET_BEFORE_MS && offMs <= BATTERY_OFF_MS + this.now() * BATTERY_DRIFT;
    } catch (error) {
      // A chip that is not there says nothing; one that has stopped refuses to be read (EINVAL).
      return (error as NodeJS.ErrnoException).code === 'ENOENT' && this.now() >= BATTERY_LATE_MS;
    }
  }

  /** As in `Clock`; never early. `RangeError` unless `delayMs` is finite and >= 0. Keeps the process alive meanwhile. */
  after$(delayMs: number): Observable<void> {
    if (!(delayMs >= 0 && delayMs < Infinity)) throw new RangeError(`a delay of ${delayMs} ms`);
    return new Observable<void>((subscriber) => {
      const dueMs = this.now() + delayMs;
      let timer: NodeJS.Timeout;
      const arm = () => {
        // A timer may fire a fraction early, or short of a delay that it cannot hold: look again.
        const leftMs = Math.min(Math.ceil(dueMs - this.now()), TIMEOUT_MAX_MS);
        timer = setTimeout(() => {
          if (this.now() < dueMs) {
            arm();
            return;
          }
          subscriber.next();
          subscriber.complete();
        }, leftMs);
      };
      arm();
      return () => clearTimeout(timer);
    });
  }
}

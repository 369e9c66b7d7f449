import { existsSync } from 'node:fs';
import { Observable } from 'rxjs';
import type { Clock, ClockTrust, MonotonicMs, WallMs } from '../../hal/clock.js';

/** systemd-timesyncd makes this file when it has first heard from a server since boot. */
const SYNCHRONISED_MARK = '/run/systemd/timesync/synchronized';

/** A wall clock before 2025 has started from nothing: no battery, no network yet. */
const UNSET_BEFORE_MS = Date.UTC(2025, 0, 1);

/** Longest delay that setTimeout takes; a longer one would ring at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The machine's own time. `now()` is the kernel's monotonic clock, the one its event time stamps come from. */
export class SystemClock implements Clock {
  readonly #mark: string;

  /** `synchronisedMark`: the file whose presence means that the wall clock is right. */
  constructor(synchronisedMark: string = SYNCHRONISED_MARK) {
    this.#mark = synchronisedMark;
  }

  now(): MonotonicMs {
    // Whole microseconds: exact in a double for 285 years of uptime.
    return (Number(process.hrtime.bigint() / 1000n) / 1000) as MonotonicMs;
  }

  wall(): WallMs {
    return Date.now() as WallMs;
  }

  /** One look at the file system. */
  trust(): ClockTrust {
    if (this.wall() < UNSET_BEFORE_MS) return 'unset';
    return existsSync(this.#mark) ? 'synchronised' : 'free-running';
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

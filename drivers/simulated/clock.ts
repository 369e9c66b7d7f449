import { Observable } from 'rxjs';
import type { Clock, ClockTrust, MonotonicMs, WallMs } from '../../hal/clock.js';

interface Alarm {
  readonly dueMs: number;
  /** Order of setting: alarms due together ring in it. */
  readonly order: number;
  readonly ring: () => void;
  cancelled: boolean;
}

/** Cancelled alarms stay in the heap until due, unless there are more of them than this and than live ones. */
const CANCELLED_MAX = 64;

const before = (a: Alarm, b: Alarm): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/** A clock that moves only when told, starting at 0 ms. Setting, cancelling and ringing an alarm cost O(log alarms). */
export class SimulatedClock implements Clock {
  #nowMs = 0;
  #wallAtZeroMs: number;
  #trust: ClockTrust = 'synchronised';
  #heap: Alarm[] = [];
  #set = 0;
  #cancelled = 0;
  #ringing = false;

  /** `wallAtZeroMs`: what the wall clock shows at 0 ms. */
  constructor(wallAtZeroMs: WallMs) {
    this.#wallAtZeroMs = wallAtZeroMs;
  }

  now(): MonotonicMs {
    return this.#nowMs as MonotonicMs;
  }

  wall(): WallMs {
    return (this.#wallAtZeroMs + this.#nowMs) as WallMs;
  }

  trust(): ClockTrust {
    return this.#trust;
  }

  setTrust(trust: ClockTrust): void {
    this.#trust = trust;
  }

  /** Moves the wall clock alone, either way. Alarms do not notice. */
  stepWall(byMs: number): void {
    this.#wallAtZeroMs += byMs;
  }

  /** As in `Clock`; an alarm of 0 ms rings in the advance under way, else in the next. `RangeError` unless `delayMs` is finite and >= 0. */
  after$(delayMs: number): Observable<void> {
    if (!(delayMs >= 0 && delayMs < Infinity)) throw new RangeError(`a delay of ${delayMs} ms`);
    return new Observable<void>((subscriber) => {
      const alarm: Alarm = {
        dueMs: this.#nowMs + delayMs,
        order: this.#set++,
        ring: () => {
          subscriber.next();
          subscriber.complete();
        },
        cancelled: false,
      };
      this.#push(alarm);
      return () => this.#cancel(alarm);
    });
  }

  /** Time passes until `ms` and no alarm rings: those due meanwhile ring late, in the next advance. */
  stallTo(ms: number): void {
    if (!(ms >= this.#nowMs && ms < Infinity)) throw new RangeError(`time cannot go from ${this.#nowMs} to ${ms} ms`);
    if (this.#ringing) throw new Error('an alarm cannot move the clock');
    this.#nowMs = ms;
  }

  /**
   * Lets time pass until `ms`. Alarms due by then ring in due order, then in order of setting, `now()` showing the due
   * time of each; those set meanwhile are honoured. `RangeError` if `ms` is in the past; not to be called by an alarm.
   */
  advanceTo(ms: number): void {
    if (!(ms >= this.#nowMs && ms < Infinity)) throw new RangeError(`time cannot go from ${this.#nowMs} to ${ms} ms`);
    if (this.#ringing) throw new Error('an alarm cannot move the clock');
    this.#ringing = true;
    try {
      for (let next = this.#heap[0]; next !== undefined && next.dueMs <= ms; next = this.#heap[0]) {
        this.#pop();
        if (next.cancelled) {
          this.#cancelled -= 1;
          continue;
        }
        this.#nowMs = Math.max(this.#nowMs, next.dueMs);
        next.cancelled = true;
        next.ring();
      }
    } finally {
      this.#ringing = false;
    }
    this.#nowMs = ms;
  }

  /** A rung alarm is marked cancelled too, so that its own teardown changes nothing here. */
  #cancel(alarm: Alarm): void {
    if (alarm.cancelled) return;
    alarm.cancelled = true;
    this.#cancelled += 1;
    if (this.#cancelled <= CANCELLED_MAX || this.#cancelled * 2 <= this.#heap.length) return;
    const live = this.#heap.filter((one) => !one.cancelled);
    this.#cancelled = 0;
    // An array in ring order is a heap already.
    this.#heap = live.sort((a, b) => (before(a, b) ? -1 : 1));
  }

  #push(alarm: Alarm): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !before(alarm, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = alarm;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = heap[below];
      if (child === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && before(right, child)) {
        below += 1;
        child = right;
      }
      if (!before(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

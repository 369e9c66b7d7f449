import type { Observable } from 'rxjs';

/** Milliseconds since an arbitrary origin. Never steps, never runs backwards. May carry a fraction. */
export type MonotonicMs = number & { readonly unit: 'monotonic-ms' };

/** Milliseconds since 1970-01-01T00:00:00Z. May step either way at any time. */
export type WallMs = number & { readonly unit: 'wall-ms' };

/** Whether the wall clock is known to agree with a reference. */
export type ClockTrust = 'synchronised' | 'free-running' | 'unset';

/** The only source of time. Nothing outside `drivers/` reads a timer or a date. */
export interface Clock {
  now(): MonotonicMs;

  /** Wall time at this very moment. */
  wall(): WallMs;

  trust(): ClockTrust;

  /** Cold. Emits once, `delayMs` (>= 0) after subscription, then completes. Never emits synchronously. */
  after$(delayMs: number): Observable<void>;
}

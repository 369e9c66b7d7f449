import type { MonotonicMs } from '../../hal/clock.js';

/** Ringing voltage on the line, burst by burst. */
export interface Ringing {
  readonly startMs: MonotonicMs;
  /** When the latest burst began, while it lasts; when it ended, in a pause. */
  readonly lastMs: MonotonicMs;
  readonly on: boolean;
  /** Ringing voltage in all, finished bursts. */
  readonly totalMs: number;
  /** A burst or a pause was too long for the CAR cadence: this rings a bell. */
  readonly ordinary: boolean;
}

export const ringingFrom = (atMs: MonotonicMs): Ringing => ({
  startMs: atMs,
  lastMs: atMs,
  on: true,
  totalMs: 0,
  ordinary: false,
});

/** A burst begins. */
export function burst(ringing: Ringing, atMs: MonotonicMs, carMaxMs: number): Ringing {
  if (ringing.on) return ringing;
  return { ...ringing, on: true, lastMs: atMs, ordinary: isOrdinary(ringing, atMs, carMaxMs) };
}

/** A burst ends. */
export function pause(ringing: Ringing, atMs: MonotonicMs, carMaxMs: number): Ringing {
  if (!ringing.on) return ringing;
  const ordinary = isOrdinary(ringing, atMs, carMaxMs);
  return { ...ringing, on: false, lastMs: atMs, totalMs: rungMs(ringing, atMs), ordinary };
}

/** Whether it is known at `atMs` to be ordinary ringing and not the CAR cadence. */
export const isOrdinary = ({ ordinary, lastMs }: Ringing, atMs: number, carMaxMs: number): boolean =>
  ordinary || atMs - lastMs > carMaxMs;

/** Whether the CAR cadence has been heard: a burst of its length, whole, and nothing that it is not. */
export const isCar = ({ ordinary, totalMs }: Ringing): boolean => !ordinary && totalMs > 0;

/** Ringing voltage in all, up to `atMs`. */
export const rungMs = ({ on, lastMs, totalMs }: Ringing, atMs: number): number =>
  on ? totalMs + (atMs - lastMs) : totalMs;

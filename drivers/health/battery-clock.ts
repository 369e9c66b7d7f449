import path from 'node:path';
import type { Clock } from '../../hal/clock.js';
import type { HealthReading, HealthSense } from '../../hal/health.js';
import { UNSET_BEFORE_MS } from '../clock/system.js';
import type { KernelFiles } from './kernel-files.js';
import { polled$ } from './polled.js';

const EVERY_MS = 600_000;
/** A crystal drifts a second a day; less than this is no news. */
const CHANGE_MS = 60_000;

/** Where the kernel tells of a clock that it shows as `/dev/rtc0`. */
export const batteryClockFolder = (device: string): string => `sys/class/rtc/${path.posix.basename(device)}`;

/**
 * A clock with a battery, by its device: the time in its `since_epoch` beside the system's. A chip whose battery was empty refuses to be read
 * until it is set (its oscillator had stopped), or tells a year long gone.
 */
export function batteryClockSense(files: KernelFiles, clock: Clock, device: string): HealthSense {
  const folder = batteryClockFolder(device);
  const look = async (): Promise<HealthReading> => {
    const name = await files.text(`${folder}/name`);
    if (name === undefined) return { kind: 'battery-clock', state: 'missing', offMs: null };
    const seconds = await files.number(`${folder}/since_epoch`);
    if (seconds === undefined || seconds * 1000 < UNSET_BEFORE_MS)
      return { kind: 'battery-clock', state: 'lost', offMs: null };
    return { kind: 'battery-clock', state: 'kept', offMs: Math.round(seconds * 1000 - clock.wall()) };
  };
  const isNews = (now: HealthReading, told: HealthReading): boolean =>
    now.kind === 'battery-clock' &&
    told.kind === 'battery-clock' &&
    (now.state !== told.state || Math.abs((now.offMs ?? 0) - (told.offMs ?? 0)) >= CHANGE_MS);
  return { name: 'battery-clock', readings$: polled$({ clock, everyMs: EVERY_MS, look, isNews }) };
}

import type { Clock } from '../../hal/clock.js';
import type { HealthSense } from '../../hal/health.js';
import { batteryClockSense } from './battery-clock.js';
import { KernelFiles } from './kernel-files.js';
import { machineStartSense } from './machine-start.js';
import { mediumLifeSense } from './medium-life.js';
import { supplySense } from './supply.js';
import { temperatureSense } from './temperature.js';
import { watchdogSense } from './watchdog.js';

/** Devices that a board says it has. */
export interface KnownDevices {
  /** `/dev/rtc0`: a clock with a battery. */
  readonly rtc?: string | undefined;
  readonly watchdog?: string | undefined;
}

/** Everything that Linux tells of the machine it runs on. What this one does not have completes at once; what it should have and has not is told. */
export function openHealthSenses(
  clock: Clock,
  files: KernelFiles = new KernelFiles(),
  { rtc, watchdog }: KnownDevices = {},
): readonly HealthSense[] {
  return [
    machineStartSense(files),
    supplySense(files, clock),
    temperatureSense(files, clock),
    mediumLifeSense(files, clock),
    ...(rtc === undefined ? [] : [batteryClockSense(files, clock, rtc)]),
    ...(watchdog === undefined ? [] : [watchdogSense(files, clock, watchdog)]),
  ];
}

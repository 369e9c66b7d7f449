import type { Clock } from '../../hal/clock.js';
import type { HealthSense } from '../../hal/health.js';
import { KernelFiles } from './kernel-files.js';
import { machineStartSense } from './machine-start.js';
import { mediumLifeSense } from './medium-life.js';
import { supplySense } from './supply.js';
import { temperatureSense } from './temperature.js';

/** Everything that Linux tells of the machine it runs on. What this one does not have completes at once. */
export function openHealthSenses(clock: Clock, files: KernelFiles = new KernelFiles()): readonly HealthSense[] {
  return [
    machineStartSense(files),
    supplySense(files, clock),
    temperatureSense(files, clock),
    mediumLifeSense(files, clock),
  ];
}

import type { Clock } from '../../hal/clock.js';
import type { HealthReading, HealthSense } from '../../hal/health.js';
import type { KernelFiles } from './kernel-files.js';
import { polled$ } from './polled.js';

const EVERY_MS = 15_000;
/** Less is no news. */
const CHANGE_CELSIUS = 2;

/** The hottest of the kernel's thermal zones. */
export function temperatureSense(files: KernelFiles, clock: Clock): HealthSense {
  const look = async (): Promise<HealthReading | null> => {
    let hottest: number | null = null;
    for (const zone of await files.like('sys/class/thermal', /^thermal_zone\d+$/)) {
      const milliCelsius = await files.number(`${zone}/temp`);
      if (milliCelsius !== undefined) hottest = Math.max(hottest ?? Number.NEGATIVE_INFINITY, milliCelsius / 1000);
    }
    return hottest === null ? null : { kind: 'temperature', celsius: hottest };
  };
  const isNews = (now: HealthReading, told: HealthReading): boolean =>
    now.kind === 'temperature' && told.kind === 'temperature' && Math.abs(now.celsius - told.celsius) >= CHANGE_CELSIUS;
  return { name: 'temperature', readings$: polled$({ clock, everyMs: EVERY_MS, look, isNews }) };
}

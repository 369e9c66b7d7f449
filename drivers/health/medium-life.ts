import type { Clock } from '../../hal/clock.js';
import type { HealthReading, HealthSense } from '../../hal/health.js';
import type { KernelFiles } from './kernel-files.js';
import { polled$ } from './polled.js';

const EVERY_MS = 6 * 3_600_000;
/** Steps of a tenth of the life used; this one is beyond it (JESD84-B50, DEVICE_LIFE_TIME_EST). */
const STEP_PERCENT = 10;
const LIFE_EXCEEDED = 0x0b;
/** PRE_EOL_INFO: four fifths of the reserve is used. */
const EOL_WARNING = 0x02;

/**
 * What an eMMC says of its own life, the more worn of its two kinds of cells. An SD card says nothing of it, and then there is no such
 * sense. Of several the worst counts.
 */
export function mediumLifeSense(files: KernelFiles, clock: Clock): HealthSense {
  const look = async (): Promise<HealthReading | null> => {
    let [usedPercent, endOfLife, told] = [0, false, false];
    for (const block of await files.like('sys/block', /^mmcblk\d+$/)) {
      const text = (await files.text(`${block}/device/life_time`)) ?? '';
      const steps = text.split(/\s+/).filter((each) => /^0x[\da-f]+$/i.test(each));
      const step = Math.max(0, ...steps.map(Number));
      const reserve = (await files.number(`${block}/device/pre_eol_info`)) ?? 0;
      usedPercent = Math.max(usedPercent, step * STEP_PERCENT);
      endOfLife ||= step >= LIFE_EXCEEDED || reserve >= EOL_WARNING;
      told ||= step > 0 || reserve >= EOL_WARNING;
    }
    return told ? { kind: 'medium-life', usedPercent, endOfLife } : null;
  };
  const isNews = (now: HealthReading, told: HealthReading): boolean =>
    now.kind === 'medium-life' &&
    told.kind === 'medium-life' &&
    (now.usedPercent !== told.usedPercent || now.endOfLife !== told.endOfLife);
  return { name: 'medium-life', readings$: polled$({ clock, everyMs: EVERY_MS, look, isNews }) };
}

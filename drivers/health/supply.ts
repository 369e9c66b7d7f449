import type { Clock } from '../../hal/clock.js';
import type { HealthReading, HealthSense } from '../../hal/health.js';
import type { KernelFiles } from './kernel-files.js';
import { polled$ } from './polled.js';

/** The kernel's own driver asks the firmware as often, and forgets what it was told before. */
const EVERY_MS = 2000;
/** Bits of the firmware's word: under-voltage now, and since it was last asked. */
const UNDER_VOLTAGE_NOW = 1 << 0;
const UNDER_VOLTAGE_SEEN = 1 << 16;

/**
 * A Raspberry Pi's under-voltage detector: the alarm of hwmon `rpi_volt` (raspberrypi-hwmon: set while under-voltage was seen in the
 * last two seconds); where that driver is missing, the firmware's `get_throttled` word, whose second bit stays for good: then only
 * its first setting counts.
 */
export function supplySense(files: KernelFiles, clock: Clock): HealthSense {
  let seenBefore = false;
  const look = async (): Promise<HealthReading | null> => {
    for (const folder of await files.like('sys/class/hwmon', /^hwmon\d+$/)) {
      if ((await files.text(`${folder}/name`)) !== 'rpi_volt') continue;
      const alarm = await files.number(`${folder}/in0_lcrit_alarm`);
      if (alarm !== undefined) return { kind: 'supply', underVoltage: alarm !== 0 };
    }
    // The word is in hexadecimal, with or without a prefix.
    const text = await throttledIn(files);
    const word = text === undefined ? Number.NaN : Number.parseInt(text, 16);
    if (Number.isNaN(word)) return null;
    const seen = (word & UNDER_VOLTAGE_SEEN) !== 0;
    const underVoltage = (word & UNDER_VOLTAGE_NOW) !== 0 || (seen && !seenBefore);
    seenBefore = seen;
    return { kind: 'supply', underVoltage };
  };
  const isNews = (now: HealthReading, told: HealthReading): boolean =>
    now.kind === 'supply' && told.kind === 'supply' && now.underVoltage !== told.underVoltage;
  return { name: 'supply', readings$: polled$({ clock, everyMs: EVERY_MS, look, isNews }) };
}

/** `soc/soc:firmware`; on a Pi 5 the bus has an address, `soc@107c000000/soc@107c000000:firmware`. */
async function throttledIn(files: KernelFiles): Promise<string | undefined> {
  for (const bus of await files.like('sys/devices/platform', /^soc(@[\da-f]+)?$/)) {
    for (const firmware of await files.like(bus, /:firmware$/)) {
      const text = await files.text(`${firmware}/get_throttled`);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

import path from 'node:path';
import type { Clock } from '../../hal/clock.js';
import type { HealthReading, HealthSense } from '../../hal/health.js';
import type { KernelFiles } from './kernel-files.js';
import { polled$ } from './polled.js';

const EVERY_MS = 600_000;

/** The hardware watchdog, by its device: whether anybody feeds it. A kernel without CONFIG_WATCHDOG_SYSFS does not say. */
export function watchdogSense(files: KernelFiles, clock: Clock, device: string): HealthSense {
  const folder = `sys/class/watchdog/${path.posix.basename(device)}`;
  const look = async (): Promise<HealthReading> => {
    const [there] = await files.like('sys/class/watchdog', new RegExp(`^${path.posix.basename(folder)}$`, 'u'));
    if (there === undefined) return { kind: 'watchdog', state: 'missing', timeoutS: null };
    const said = await files.text(`${folder}/state`);
    const state = said === 'active' || said === 'inactive' ? said : 'unknown';
    return { kind: 'watchdog', state, timeoutS: (await files.number(`${folder}/timeout`)) ?? null };
  };
  const isNews = (now: HealthReading, told: HealthReading): boolean =>
    now.kind === 'watchdog' && told.kind === 'watchdog' && (now.state !== told.state || now.timeoutS !== told.timeoutS);
  return { name: 'watchdog', readings$: polled$({ clock, everyMs: EVERY_MS, look, isNews }) };
}

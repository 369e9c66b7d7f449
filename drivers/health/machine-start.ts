import { defer, EMPTY, from, mergeMap, of } from 'rxjs';
import type { HealthSense } from '../../hal/health.js';
import type { KernelFiles } from './kernel-files.js';

/** Flag of a watchdog's `bootstatus`: it had reset the machine (linux/watchdog.h, WDIOF_CARDRESET). */
const CARD_RESET = 0x20;

/** Which start of the machine this is, told once: Linux gives each an id of its own. */
export function machineStartSense(files: KernelFiles): HealthSense {
  const look = async () => {
    const bootId = await files.text('proc/sys/kernel/random/boot_id');
    if (bootId === undefined || bootId === '') return EMPTY;
    const flags = await Promise.all(
      (await files.like('sys/class/watchdog', /^watchdog\d+$/)).map((dog) => files.number(`${dog}/bootstatus`)),
    );
    const byWatchdog = flags.some((each) => ((each ?? 0) & CARD_RESET) !== 0);
    return of({ kind: 'machine-start', bootId, byWatchdog } as const);
  };
  return { name: 'machine-start', readings$: defer(() => from(look())).pipe(mergeMap((reading$) => reading$)) };
}

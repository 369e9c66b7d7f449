import { z } from 'zod';
import type { HealthReading } from '../../hal/health.js';
import type { Store } from '../../storage/store.js';
import type { FaultSink } from './fault.js';

const SETTING = 'run';
const schema = z.strictObject({ bootId: z.string(), stopped: z.boolean(), switchedOff: z.boolean().optional() });

type MachineStart = Extract<HealthReading, { kind: 'machine-start' }>;

/**
 * A mark in the store that a recorder runs, since which start of the machine. A run that left its mark while the machine went on was
 * no power cut: the process hung and was killed, or died. After a restart of the machine only its hardware watchdog can tell. A run
 * that was to be the last one before the machine went off has failed in that where another follows in the same start.
 */
export class RunMark {
  readonly #store: Pick<Store, 'setting' | 'putSetting'>;
  readonly #faults: FaultSink;
  #bootId: string | null = null;
  #beginning: Promise<void> = Promise.resolve();

  constructor(store: Pick<Store, 'setting' | 'putSetting'>, faults: FaultSink) {
    this.#store = store;
    this.#faults = faults;
  }

  /** Judges the run before this one, and puts this one's mark. Rejects as the store does. */
  begin(start: Omit<MachineStart, 'kind'>): Promise<void> {
    const begun = this.#begin(start);
    this.#beginning = begun.catch(() => undefined);
    return begun;
  }

  /** The run ends as it should; `switchedOff`: and the machine is to go off after it. */
  async end(switchedOff = false): Promise<void> {
    await this.#beginning;
    const mark = { bootId: this.#bootId, stopped: true, ...(switchedOff && { switchedOff }) };
    if (this.#bootId !== null) await this.#store.putSetting(SETTING, mark);
    this.#bootId = null;
  }

  async #begin({ bootId, byWatchdog }: Omit<MachineStart, 'kind'>): Promise<void> {
    const before = schema.safeParse(await this.#store.setting(SETTING));
    if (before.success && !before.data.stopped) {
      const sameStart = before.data.bootId === bootId;
      if (sameStart || byWatchdog) {
        const how = sameStart
          ? 'the run before this one died or was killed'
          : 'the hardware watchdog restarted the box';
        this.#faults.raise('PROCESS_STALLED', 'run', how);
        this.#faults.clear('PROCESS_STALLED', 'run');
      }
    }
    if (before.success && before.data.switchedOff && before.data.bootId === bootId) {
      this.#faults.raise('STILL_ON', 'box', 'the machine did not go off after the run before this one');
      this.#faults.clear('STILL_ON', 'box');
    }
    await this.#store.putSetting(SETTING, { bootId, stopped: false });
    this.#bootId = bootId;
  }
}

import { z } from 'zod';
import type { HealthReading } from '../../hal/health.js';
import type { Store } from '../../storage/store.js';
import type { FaultSink } from './fault.js';

const SETTING = 'run';
const schema = z.strictObject({ bootId: z.string(), stopped: z.boolean() });

type MachineStart = Extract<HealthReading, { kind: 'machine-start' }>;

/**
 * A mark in the store that a recorder runs, since which start of the machine. A run that left its mark while the machine went on was
 * no power cut: the process hung and was killed, or died. After a restart of the machine only its hardware watchdog can tell.
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

  /** The run ends as it should. */
  async end(): Promise<void> {
    await this.#beginning;
    if (this.#bootId !== null) await this.#store.putSetting(SETTING, { bootId: this.#bootId, stopped: true });
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
    await this.#store.putSetting(SETTING, { bootId, stopped: false });
    this.#bootId = bootId;
  }
}

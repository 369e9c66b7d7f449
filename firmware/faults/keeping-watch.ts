import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Store } from '../../storage/store.js';
import { localIso } from '../rules/local-time.js';
import { officeRules } from '../rules/office.js';
import { keptUntilMs } from '../rules/retention.js';
import type { FaultSink } from './fault.js';

/** Holds that take this part of their budget are told of, until they take less than the other. */
const HOLDS_NEAR = 0.8;
const HOLDS_AGAIN = 0.75;
/** A medium with less than this free beside the store has been filled by somebody else, until there is more than the other. */
const CROWDED_BYTES = 1 << 20;
const ROOMY_BYTES = 4 << 20;
/** Without another recording that went early for so long, the ring is large enough again. */
const CUT_SHOWN_MS = 24 * 3_600_000;

/** Whether the store can keep what the rules want kept. */
export class KeepingWatch {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #faults: FaultSink;
  #seen = 0;
  #cutMs: MonotonicMs | null = null;

  constructor(store: Store, clock: Clock, faults: FaultSink) {
    this.#store = store;
    this.#clock = clock;
    this.#faults = faults;
  }

  /** One look. Rejects as the store does. */
  async look(): Promise<void> {
    const { retention, timeZone, holdShare } = await officeRules(this.#store);
    const { madeRoom } = this.#store.status;
    if (madeRoom && madeRoom.count > this.#seen) {
      this.#seen = madeRoom.count;
      const { countedWallMs, atWallMs } = madeRoom;
      const untilMs = keptUntilMs(retention, countedWallMs, timeZone);
      if (untilMs !== null && atWallMs < untilMs) {
        this.#cutMs = this.#clock.now();
        this.#faults.raise('RETENTION_CUT', 'ring', `was to be kept until ${localIso(untilMs, timeZone).slice(0, 16)}`);
      }
    }
    if (this.#cutMs !== null && this.#clock.now() - this.#cutMs > CUT_SHOWN_MS) {
      this.#cutMs = null;
      this.#faults.clear('RETENTION_CUT', 'ring');
    }
    const { heldBytes, budgetBytes } = this.#store.holdBudget(holdShare);
    const share = budgetBytes === 0 ? 0 : heldBytes / budgetBytes;
    if (share >= HOLDS_NEAR) {
      this.#faults.raise('HOLD_BUDGET_NEAR', 'holds', `${Math.floor(share * 100)} % of what holds may take`);
    } else if (share < HOLDS_AGAIN) this.#faults.clear('HOLD_BUDGET_NEAR', 'holds');
    // A medium that does not answer is told of by whoever writes to it.
    const freeBytes = await this.#store.freeBytes().catch(() => null);
    if (freeBytes === null) return;
    if (freeBytes < CROWDED_BYTES) this.#faults.raise('STORAGE_CROWDED', 'medium', `${freeBytes} bytes are free`);
    else if (freeBytes > ROOMY_BYTES) this.#faults.clear('STORAGE_CROWDED', 'medium');
  }
}

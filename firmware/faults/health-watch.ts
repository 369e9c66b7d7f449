import type { MonotonicMs } from '../../hal/clock.js';
import type { HealthReading } from '../../hal/health.js';
import type { Hook } from '../../hal/line.js';
import type { FaultSink } from './fault.js';

/** An exchange may take its voltage away for a moment, and a lift takes most of it [I]. */
const LINE_DEAD_MS = 15_000;
/** A Pi slows itself down from 80 °C on. */
const HOT_CELSIUS = 80;
const COOL_CELSIUS = 74;
/** A medium that has used so much of its life is to be replaced while there is time. */
const WORN_PERCENT = 80;

/** What may be a fault. What the clock with a battery says is in the clock's own trust. */
type Told = Exclude<HealthReading, { kind: 'machine-start' | 'battery-clock' | 'watchdog' }>;

/** Turns what the senses of the box say into faults. */
export class HealthWatch {
  readonly #faults: FaultSink;
  /** Lines on which no voltage is seen, and since when that means something. */
  readonly #dead = new Map<string, { readonly sinceMs: MonotonicMs; readonly seenOffHook: boolean }>();
  readonly #offHook = new Set<string>();

  constructor(faults: FaultSink) {
    this.#faults = faults;
  }

  reading(reading: Told, nowMs: MonotonicMs): void {
    const faults = this.#faults;
    switch (reading.kind) {
      case 'line-voltage':
        if (reading.present) {
          this.#dead.delete(reading.line);
          faults.clear('LINE_DEAD', reading.line);
        } else if (!this.#dead.has(reading.line)) {
          this.#dead.set(reading.line, { sinceMs: nowMs, seenOffHook: reading.seenOffHook });
        }
        break;
      case 'lid':
        if (reading.open) faults.raise('LID_OPENED', 'lid', 'the contact of the lid is open');
        else faults.clear('LID_OPENED', 'lid');
        break;
      case 'unseen':
        if (reading.line === null)
          faults.raise('LID_OPENED', 'lid', `the switch under the lid cannot be looked at: ${reading.why}`);
        else faults.raise('LINE_DEAD', reading.line, `the detector of its voltage cannot be looked at: ${reading.why}`);
        break;
      case 'supply':
        if (reading.underVoltage) faults.raise('UNDER_VOLTAGE', 'supply', 'the board has noticed under-voltage');
        else faults.clear('UNDER_VOLTAGE', 'supply');
        break;
      case 'temperature':
        if (reading.celsius >= HOT_CELSIUS)
          faults.raise('OVER_TEMPERATURE', 'board', `over ${HOT_CELSIUS} °C; it was ${Math.round(reading.celsius)} °C`);
        else if (reading.celsius <= COOL_CELSIUS) faults.clear('OVER_TEMPERATURE', 'board');
        break;
      case 'medium-life':
        if (reading.endOfLife || reading.usedPercent >= WORN_PERCENT)
          faults.raise('STORAGE_WORN', 'medium', `${reading.usedPercent} % of its life is used`);
        else faults.clear('STORAGE_WORN', 'medium');
    }
    this.time(nowMs);
  }

  /** A handset was lifted or put down: while it is up, a detector that needs the full voltage sees none on a line that is well. */
  hook(line: string, hook: Hook, nowMs: MonotonicMs): void {
    if (hook === 'off-hook') this.#offHook.add(line);
    else this.#offHook.delete(line);
    const dead = this.#dead.get(line);
    if (dead === undefined || dead.seenOffHook) return;
    this.#dead.set(line, { ...dead, sinceMs: nowMs });
    // A loop in which current flows is fed.
    if (hook === 'off-hook') this.#faults.clear('LINE_DEAD', line);
  }

  time(nowMs: MonotonicMs): void {
    for (const [line, { sinceMs, seenOffHook }] of this.#dead) {
      if (this.#offHook.has(line) && !seenOffHook) continue;
      if (nowMs - sinceMs >= LINE_DEAD_MS) this.#faults.raise('LINE_DEAD', line, 'no feeding voltage on the pair');
    }
  }
}

import type { MonotonicMs } from '../../hal/clock.js';
import type { HealthReading } from '../../hal/health.js';
import type { FaultSink } from './fault.js';

/** An exchange may take its voltage away for a moment, and a lift takes most of it [I]. */
const LINE_DEAD_MS = 15_000;
/** A Pi slows itself down from 80 °C on. */
const HOT_CELSIUS = 80;
const COOL_CELSIUS = 74;
/** A medium that has used so much of its life is to be replaced while there is time. */
const WORN_PERCENT = 80;

type Told = Exclude<HealthReading, { kind: 'machine-start' }>;

/** Turns what the senses of the box say into faults. */
export class HealthWatch {
  readonly #faults: FaultSink;
  /** Since when each line without voltage has none. */
  readonly #deadSince = new Map<string, MonotonicMs>();

  constructor(faults: FaultSink) {
    this.#faults = faults;
  }

  reading(reading: Told, nowMs: MonotonicMs): void {
    const faults = this.#faults;
    switch (reading.kind) {
      case 'line-voltage':
        if (reading.present) {
          this.#deadSince.delete(reading.line);
          faults.clear('LINE_DEAD', reading.line);
        } else if (!this.#deadSince.has(reading.line)) this.#deadSince.set(reading.line, nowMs);
        break;
      case 'lid':
        if (reading.open) faults.raise('LID_OPENED', 'lid', 'the contact of the lid is open');
        else faults.clear('LID_OPENED', 'lid');
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

  time(nowMs: MonotonicMs): void {
    for (const [line, sinceMs] of this.#deadSince) {
      if (nowMs - sinceMs >= LINE_DEAD_MS) this.#faults.raise('LINE_DEAD', line, 'no feeding voltage on the pair');
    }
  }
}

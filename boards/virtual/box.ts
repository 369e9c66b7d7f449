import { SimulatedButton } from '../../drivers/simulated/button.js';
import { SimulatedBuzzer } from '../../drivers/simulated/buzzer.js';
import type { BoxFault } from '../../drivers/simulated/fault.js';
import { SimulatedHealth } from '../../drivers/simulated/health.js';
import { SimulatedKeypad } from '../../drivers/simulated/keypad.js';
import { SimulatedLamp } from '../../drivers/simulated/lamp.js';
import type { Clock } from '../../hal/clock.js';
import type { HealthReading } from '../../hal/health.js';

/** Every run on the virtual board is on one and the same machine start: a run that was killed is no power cut. */
const BOOT_ID = 'virtual';

/** How each sense of the box reads while all is well, and while it is not. */
const READINGS: { readonly [Kind in BoxFault]: readonly [well: HealthReading, wrong: HealthReading] } = {
  'lid-open': [
    { kind: 'lid', open: false },
    { kind: 'lid', open: true },
  ],
  'under-voltage': [
    { kind: 'supply', underVoltage: false },
    { kind: 'supply', underVoltage: true },
  ],
  'over-temperature': [
    { kind: 'temperature', celsius: 45 },
    { kind: 'temperature', celsius: 84 },
  ],
  'medium-worn': [
    { kind: 'medium-life', usedPercent: 10, endOfLife: false },
    { kind: 'medium-life', usedPercent: 90, endOfLife: false },
  ],
};

/** What the virtual board has beside its lines: a panel for somebody's hands, and senses of its own state. */
export class Box {
  readonly lamp = new SimulatedLamp();
  readonly buzzer = new SimulatedBuzzer();
  readonly keypad = new SimulatedKeypad();
  readonly button: SimulatedButton;
  readonly health: SimulatedHealth;

  constructor(clock: Clock, lines: readonly string[]) {
    this.button = new SimulatedButton(clock);
    this.health = new SimulatedHealth([
      { kind: 'machine-start', bootId: BOOT_ID, byWatchdog: false },
      ...Object.values(READINGS).map(([well]) => well),
      ...lines.map((line) => ({ kind: 'line-voltage', line, present: true, seenOffHook: true }) as const),
    ]);
  }

  /** A named fault of the box begins or ends. */
  suffer(fault: BoxFault, begins: boolean): void {
    this.health.say(READINGS[fault][begins ? 1 : 0]);
  }

  /** The exchange feeds a line, or does not any more. */
  feed(line: string, present: boolean): void {
    this.health.say({ kind: 'line-voltage', line, present, seenOffHook: true });
  }
}

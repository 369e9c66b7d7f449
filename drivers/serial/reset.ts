import { concat, defer, ignoreElements, type Observable } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { ModemReport } from '../../hal/modem.js';
import type { VoltageReading } from './line-voltage.js';
import type { VoltageModem } from './voltage-sense.js';

/** How long a modem is held in reset (AN93 asks for 5 ms [S]), and left alone after it [I]. */
const HELD_MS = 20;
const BOOT_MS = 500;

/** A modem with a reset line: one that has hung itself up is begun anew whenever its port is opened. */
export class ResettableModem implements VoltageModem {
  readonly reports$: Observable<ModemReport>;
  readonly voltages$: Observable<VoltageReading>;

  /** `hold` puts the modem into reset and lets it out again; may throw `HalError`, which `reports$` then errors with. */
  constructor(modem: VoltageModem, hold: (inReset: boolean) => void, clock: Clock) {
    this.voltages$ = modem.voltages$;
    const reset$ = defer(() => {
      hold(true);
      return clock.after$(HELD_MS);
    });
    const boot$ = defer(() => {
      hold(false);
      return clock.after$(BOOT_MS);
    });
    this.reports$ = concat(reset$.pipe(ignoreElements()), boot$.pipe(ignoreElements()), modem.reports$);
  }
}

import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Chance } from '../../storage/disk.js';

const CODE_DIGITS = 6;
/** How long a code can be used. */
export const CODE_MS = 10 * 60_000;

/**
 * The one-time code that a box without a PIN shows to whoever stands in front of it. It is good for one try within ten minutes,
 * right or wrong; making another ends the one before.
 */
export class SetupCode {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #chance: Chance;
  #code: { readonly digits: string; readonly untilMs: MonotonicMs } | null = null;

  constructor(clock: Pick<Clock, 'now'>, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  make(): string {
    let digits = '';
    while (digits.length < CODE_DIGITS) {
      // A byte from 250 on would make some digits likelier than others.
      for (const byte of this.#chance(CODE_DIGITS)) if (byte < 250 && digits.length < CODE_DIGITS) digits += byte % 10;
    }
    this.#code = { digits, untilMs: (this.#clock.now() + CODE_MS) as MonotonicMs };
    return digits;
  }

  /** Whether this is the code shown. However that may be, it is no code any more. */
  use(digits: string): boolean {
    const code = this.#code;
    this.#code = null;
    return code !== null && this.#clock.now() < code.untilMs && digits === code.digits;
  }
}

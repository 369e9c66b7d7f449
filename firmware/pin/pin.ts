import { z } from 'zod';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { PinHash } from '../../hal/pin-hash.js';
import type { Store } from '../../storage/store.js';
import { KikitomeError } from '../errors.js';
import { weaknessOf } from './policy.js';
import { PIN_ATTEMPTS_MAX, waitAfterMs } from './waits.js';

const HASH_SETTING = 'pin';
const FAILURES_SETTING = 'pin-failures';

const hashSchema = z.strictObject({ hash: z.string(), setWallMs: z.number() }).nullable();
const failuresSchema = z.int().nonnegative();

/** Whether a PIN may be tried now. */
export type PinGate =
  | { readonly kind: 'unset' }
  | { readonly kind: 'open' }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'locked' };

export interface PinStatus {
  readonly set: boolean;
  /** How it is kept. */
  readonly setAtWallMs: number | null;
  /** Wrong ones in a row. */
  readonly failures: number;
  readonly left: number;
  readonly gate: PinGate;
}

/** What came of a try. `refused`: it was not looked at, because nobody may try now. */
export type PinVerdict = 'right' | 'wrong' | 'refused';

export type PinStore = Pick<Store, 'setting' | 'putSetting' | 'enter'>;

export interface PinOptions {
  readonly store: PinStore;
  readonly clock: Pick<Clock, 'now'> & { wall(): number };
  readonly openHash: () => Promise<PinHash>;
}

/**
 * The PIN of a box. A try is counted on the medium before it is looked at, so that no power cut gives one back. Waits are
 * counted on the monotonic clock; one that was due when the box was switched off is waited anew from the start.
 */
export class Pin {
  readonly #options: PinOptions;
  #hash: z.infer<typeof hashSchema>;
  #failures: number;
  #freeAtMs: MonotonicMs;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: PinOptions, hash: z.infer<typeof hashSchema>, failures: number) {
    this.#options = options;
    this.#hash = hash;
    this.#failures = failures;
    this.#freeAtMs = this.#afterFailures();
  }

  /** Settings that cannot be read (of a later version) are a PIN that is locked; another one can be set. */
  static async open(options: PinOptions): Promise<Pin> {
    const { store } = options;
    const hash = hashSchema.safeParse((await store.setting(HASH_SETTING)) ?? null);
    const failures = failuresSchema.safeParse((await store.setting(FAILURES_SETTING)) ?? 0);
    return new Pin(
      options,
      hash.success ? hash.data : NO_PIN_MATCHES,
      hash.success && failures.success ? failures.data : PIN_ATTEMPTS_MAX,
    );
  }

  get gate(): PinGate {
    if (this.#hash === null) return { kind: 'unset' };
    if (this.#failures >= PIN_ATTEMPTS_MAX) return { kind: 'locked' };
    const waitMs = this.#freeAtMs - this.#options.clock.now();
    return waitMs > 0 ? { kind: 'wait', waitMs } : { kind: 'open' };
  }

  get status(): PinStatus {
    return {
      set: this.#hash !== null,
      setAtWallMs: this.#hash?.setWallMs ?? null,
      failures: this.#failures,
      left: Math.max(0, PIN_ATTEMPTS_MAX - this.#failures),
      gate: this.gate,
    };
  }

  /** Tries a PIN. Rejects where the try cannot be counted; then it has not been looked at. */
  attempt(pin: string, who: string): Promise<PinVerdict> {
    return this.#exclusive(async () => {
      const { store, openHash } = this.#options;
      const hash = this.#hash;
      if (hash === null || this.gate.kind !== 'open') {
        await store.enter('pin-attempt', { who, result: this.gate.kind, failures: this.#failures });
        return 'refused';
      }
      const before = this.#failures;
      // In memory first: where the medium refuses, this run does not forget the try either.
      this.#failures = before + 1;
      this.#freeAtMs = this.#afterFailures();
      await store.putSetting(FAILURES_SETTING, this.#failures);
      const right = await (await openHash()).verify(hash.hash, pin);
      if (right) {
        await store.putSetting(FAILURES_SETTING, 0);
        this.#failures = 0;
        this.#freeAtMs = this.#options.clock.now();
      }
      await store.enter('pin-attempt', { who, result: right ? 'right' : 'wrong', failures: this.#failures });
      return right ? 'right' : 'wrong';
    });
  }

  /** Sets the PIN, or another one, and forgets wrong tries. Throws `PIN_WEAK`. */
  set(pin: string, who: string): Promise<void> {
    return this.#exclusive(async () => {
      requireStrong(pin);
      const { store, clock, openHash } = this.#options;
      const hash = { hash: await (await openHash()).hash(pin), setWallMs: clock.wall() };
      await store.putSetting(HASH_SETTING, hash);
      await store.putSetting(FAILURES_SETTING, 0);
      this.#hash = hash;
      this.#forgive();
      await store.enter('pin-set', { who });
    });
  }

  /** Wrong tries are forgotten; the PIN stays. */
  unlock(who: string): Promise<void> {
    return this.#exclusive(async () => {
      const { store } = this.#options;
      await store.putSetting(FAILURES_SETTING, 0);
      const failures = this.#failures;
      this.#forgive();
      await store.enter('pin-unlock', { who, failures });
    });
  }

  #forgive(): void {
    this.#failures = 0;
    this.#freeAtMs = this.#options.clock.now();
  }

  /** When the next try may be made, where the last wrong one was just now. */
  #afterFailures(): MonotonicMs {
    return (this.#options.clock.now() + waitAfterMs(this.#failures)) as MonotonicMs;
  }

  #exclusive<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

/** Never looked at: what has it is locked, or being set. */
const NO_PIN_MATCHES = { hash: '', setWallMs: 0 };

/** Throws `PIN_WEAK`. */
export function requireStrong(pin: string): void {
  const weakness = weaknessOf(pin);
  if (weakness !== null) throw new KikitomeError('PIN_WEAK', WEAK[weakness]);
}

const WEAK = {
  digits: 'a PIN has 6 to 16 digits and nothing else',
  run: 'its digits count up or down, as in 123456',
  repeat: 'its digits repeat themselves, as in 121212',
} as const;

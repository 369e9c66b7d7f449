import { HalError } from '../../hal/errors.js';
import type { PinHash } from '../../hal/pin-hash.js';

/** RFC 9106's way for passwords, with OWASP's smallest memory: 19 MiB, two passes, one lane. 16 ms on a PC, some 100 ms on a Pi. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
/** `Algorithm.Argon2id` of the package, whose enum is for the compiler alone. */
const ARGON2ID = 2;

/** Argon2id in a native module, loaded now; it hashes beside the event loop. Rejects with `HalError` `LIBRARY_MISSING`. */
export async function openPinHash(): Promise<PinHash> {
  const argon2 = await import('@node-rs/argon2').catch((cause: unknown) => {
    throw new HalError('LIBRARY_MISSING', 'argon2', 'the npm package @node-rs/argon2 is not installed', { cause });
  });
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  return {
    name: `argon2id m=${memoryCost} t=${timeCost} p=${parallelism}`,
    hash: (pin) => argon2.hash(pin, { ...PARAMETERS, algorithm: ARGON2ID }),
    verify: (hash, pin) => argon2.verify(hash, pin),
  };
}

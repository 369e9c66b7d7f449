/** How a PIN is kept: as a slow, salted hash that says itself how it was made. */
export interface PinHash {
  /** For people and records: `argon2id m=19456 t=2 p=1`. */
  readonly name: string;
  hash(pin: string): Promise<string>;
  /** Whether `hash` was made of `pin`. Rejects for what is no hash. */
  verify(hash: string, pin: string): Promise<boolean>;
}

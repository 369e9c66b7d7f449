/** Reproducible chance for tests: the mulberry32 generator. Not for keys. */
export class Chance {
  #state: number;

  /** Any integer; the low 32 bits count. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Uniform among the integers from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next());
  }

  /** True with this probability. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of `choices`, each as likely. */
  pick<Choice>(choices: readonly [Choice, ...Choice[]]): Choice {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0];
  }
}

/** `() => [0, 1)` from a seed. */
export function seededRandom(seed: number): () => number {
  const chance = new Chance(seed);
  return () => chance.next();
}

/** Bytes from a seed, where the store asks for chance. */
export function seededChance(seed: number): (bytes: number) => Buffer {
  const chance = new Chance(seed);
  return (bytes) => Buffer.from(Array.from({ length: bytes }, () => chance.integer(0, 255)));
}

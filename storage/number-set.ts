/** A set of recordings' numbers: one bit each. */
export class NumberSet {
  #bits = new Uint8Array(1024);
  #highest = 0;

  /** The highest number that was ever in it; 0: none. */
  get highest(): number {
    return this.#highest;
  }

  has(n: number): boolean {
    return (((this.#bits[n >>> 3] ?? 0) >>> (n & 7)) & 1) === 1;
  }

  add(n: number): void {
    const at = n >>> 3;
    if (at >= this.#bits.length) {
      const longer = new Uint8Array(2 * (at + 1));
      longer.set(this.#bits);
      this.#bits = longer;
    }
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (n & 7));
    this.#highest = Math.max(this.#highest, n);
  }

  delete(n: number): void {
    const at = n >>> 3;
    if (at < this.#bits.length) this.#bits[at] = (this.#bits[at] ?? 0) & ~(1 << (n & 7));
  }

  clear(): void {
    this.#bits.fill(0);
    this.#highest = 0;
  }
}

/** Characters that may come out of one burst: 4.1 s at 1200 bit/s. */
const OCTETS_MAX = 512;

/** Characters heard, with their places; a buffer that is filled again and again. */
export class Octets {
  /** Characters, parity bit and all. */
  readonly value = new Uint8Array(OCTETS_MAX);
  /** Where the start bit began, in baseband samples since the start of the burst. */
  readonly time = new Float64Array(OCTETS_MAX);
  /** How clearly it was heard, about 1 for a clean one; 0 where nobody measured. */
  readonly clarity = new Float64Array(OCTETS_MAX);
  /** How clearly its least clear bit was heard; near 0 means that it may as well be the other way round. */
  readonly margin = new Float64Array(OCTETS_MAX);
  length = 0;

  add(value: number, time: number, clarity: number, margin: number): void {
    if (this.length === OCTETS_MAX) return;
    this.value[this.length] = value;
    this.time[this.length] = time;
    this.clarity[this.length] = clarity;
    this.margin[this.length] = margin;
    this.length += 1;
  }

  /** Character `i`, or -1 past the end. */
  at(i: number): number {
    return i < this.length ? (this.value[i] as number) : -1;
  }

  /** Characters were found last first: puts them in order. */
  reverse(): void {
    this.value.subarray(0, this.length).reverse();
    this.time.subarray(0, this.length).reverse();
    this.clarity.subarray(0, this.length).reverse();
    this.margin.subarray(0, this.length).reverse();
  }
}

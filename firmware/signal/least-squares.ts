import { WORK_RATE_HZ } from './profile.js';

/** Cosine and sine of two tones: as many rows. */
const ROWS = 4;
const COLUMNS = ROWS + 1;
const system = new Float64Array(ROWS * COLUMNS);

/** Writes cosine and sine of two tones into the four rows of `basis`. */
export function toneBasis(basis: readonly Float64Array[], length: number, lowHz: number, highHz: number): void {
  basis.forEach((row, r) => {
    const turn = (2 * Math.PI * (r < 2 ? lowHz : highHz)) / WORK_RATE_HZ;
    const coefficient = 2 * Math.cos(turn);
    // Every sample of a sine follows from the two before it.
    row[0] = r % 2 === 0 ? 1 : 0;
    row[1] = r % 2 === 0 ? coefficient / 2 : Math.sin(turn);
    for (let n = 2; n < length; n += 1) row[n] = coefficient * (row[n - 1] as number) - (row[n - 2] as number);
  });
}

/** Subtracts from `frame` what the beginnings of the four rows of `basis` explain of it best. */
export function takeOutTones(frame: Float64Array, basis: readonly Float64Array[]): void {
  const { length } = frame;
  for (let r = 0; r < ROWS; r += 1) {
    for (let c = r; c < COLUMNS; c += 1) {
      const value = product(basis[r], basis[c] ?? frame, length);
      system[r * COLUMNS + c] = value;
      if (c < ROWS) system[c * COLUMNS + r] = value;
    }
  }
  for (let r = 0; r < ROWS; r += 1) {
    for (let other = 0; other < ROWS; other += 1) {
      if (other === r) continue;
      const factor = (system[other * COLUMNS + r] as number) / (system[r * COLUMNS + r] as number);
      for (let c = r; c < COLUMNS; c += 1) {
        const at = other * COLUMNS + c;
        system[at] = (system[at] as number) - factor * (system[r * COLUMNS + c] as number);
      }
    }
  }
  basis.forEach((row, r) => {
    const amplitude = (system[r * COLUMNS + ROWS] as number) / (system[r * COLUMNS + r] as number);
    for (let n = 0; n < length; n += 1) frame[n] = (frame[n] as number) - amplitude * (row[n] as number);
  });
}

function product(a: Float64Array | undefined, b: Float64Array, length: number): number {
  let sum = 0;
  if (a) for (let n = 0; n < length; n += 1) sum += (a[n] as number) * (b[n] as number);
  return sum;
}

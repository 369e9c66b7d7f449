/** Where a recording lies against what was played, and how alike they are there. */
export interface Alignment {
  /** `got[i + lagSamples]` goes with `reference[i]`: positive where `got` is late. */
  readonly lagSamples: number;
  /** Normalised correlation of the overlap at that lag, -1 to 1; indifferent to gain. 0 where either is silent. */
  readonly correlation: number;
}

/**
 * The lag within +/-`maxLagSamples` at which the two are most alike, exact to the sample. Only lags that leave at least
 * half of the shorter one overlapping count. One FFT of the whole: a minute at 8 kHz takes about half a second.
 */
export function align(reference: Int16Array, got: Int16Array, maxLagSamples: number): Alignment {
  const products = crossProducts(reference, got, maxLagSamples);
  const [energyR, energyG] = [runningEnergy(reference), runningEnergy(got)];
  const leastOverlap = Math.max(1, Math.ceil(Math.min(reference.length, got.length) / 2));
  let best: Alignment = { lagSamples: 0, correlation: 0 };
  for (let lag = -maxLagSamples; lag <= maxLagSamples; lag += 1) {
    const from = Math.max(0, -lag);
    const to = Math.min(reference.length, got.length - lag);
    if (to - from < leastOverlap) continue;
    const energy = Math.sqrt(between(energyR, from, to) * between(energyG, from + lag, to + lag));
    const correlation = energy > 0 ? (products[lag + maxLagSamples] ?? 0) / energy : 0;
    if (correlation > best.correlation) best = { lagSamples: lag, correlation };
  }
  return best;
}

const between = (running: Float64Array, from: number, to: number): number => (running[to] ?? 0) - (running[from] ?? 0);

function runningEnergy(samples: Int16Array): Float64Array {
  const running = new Float64Array(samples.length + 1);
  samples.forEach((sample, i) => {
    running[i + 1] = (running[i] ?? 0) + sample * sample;
  });
  return running;
}

/** Sum over i of reference[i] * got[i + lag], for lag from -maxLag to maxLag. */
function crossProducts(reference: Int16Array, got: Int16Array, maxLag: number): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, Math.max(reference.length, got.length) + maxLag)));
  // Both signals in one complex transform: reference in the real part, got in the imaginary part.
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  re.set(reference);
  im.set(got);
  transform(re, im);
  const crossRe = new Float64Array(size);
  const crossIm = new Float64Array(size);
  for (let k = 0; k < size; k += 1) {
    const m = (size - k) % size;
    const [kRe, kIm, mRe, mIm] = [re[k] ?? 0, im[k] ?? 0, re[m] ?? 0, im[m] ?? 0];
    const [refRe, refIm] = [(kRe + mRe) / 2, (kIm - mIm) / 2];
    const [gotRe, gotIm] = [(kIm + mIm) / 2, (mRe - kRe) / 2];
    // conj(reference) * got, conjugated for a forward transform to serve as the inverse.
    crossRe[k] = refRe * gotRe + refIm * gotIm;
    crossIm[k] = -(refRe * gotIm - refIm * gotRe);
  }
  transform(crossRe, crossIm);
  return Float64Array.from({ length: 2 * maxLag + 1 }, (_, i) => (crossRe[(i - maxLag + size) % size] ?? 0) / size);
}

/** In-place forward FFT, radix 2. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i += 1) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      swap(re, i, j);
      swap(im, i, j);
    }
  }
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size));
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0; k < half; k += 1) {
        const [a, b] = [start + k, start + k + half];
        const [c, s] = [cos[k * stride] as number, sin[k * stride] as number];
        const [aRe, aIm, bRe, bIm] = [re[a] as number, im[a] as number, re[b] as number, im[b] as number];
        const [tRe, tIm] = [bRe * c + bIm * s, bIm * c - bRe * s];
        re[a] = aRe + tRe;
        im[a] = aIm + tIm;
        re[b] = aRe - tRe;
        im[b] = aIm - tIm;
      }
    }
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i] as number;
  values[i] = values[j] as number;
  values[j] = value;
}

const LINE_RATE_HZ = 8000;
/** Where a telephone ends. */
const EDGE_HZ = 3500;
const HALF_TAPS = 40;

/** Samples at any rate above 8 kHz, at 8 kHz and without what lies above 3.5 kHz (windowed sinc, the phases kept). */
export function toLineRate(samples: Int16Array, sampleRateHz: number): Float64Array {
  const step = sampleRateHz / LINE_RATE_HZ;
  const phases = new Map<number, Float64Array>();
  const out = new Float64Array(Math.floor(samples.length / step));
  for (let n = 0; n < out.length; n += 1) {
    const at = n * step;
    const whole = Math.floor(at);
    const taps = phase(Math.round((at - whole) * 1e6) / 1e6);
    let sum = 0;
    for (let k = 0; k < taps.length; k += 1) sum += (taps[k] as number) * (samples[whole - HALF_TAPS + 1 + k] ?? 0);
    out[n] = sum;
  }
  return out;

  function phase(fraction: number): Float64Array {
    const known = phases.get(fraction);
    if (known) return known;
    const cutoff = EDGE_HZ / sampleRateHz;
    const taps = Float64Array.from({ length: 2 * HALF_TAPS }, (_, k) => {
      const x = k - HALF_TAPS + 1 - fraction;
      const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
      return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / HALF_TAPS));
    });
    phases.set(fraction, taps);
    return taps;
  }
}

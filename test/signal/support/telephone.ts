import { amplitudeAt, type LineSignal } from './line-signal.js';
import type { Random } from './random.js';

/** Muffled to shrill: coefficient of a one-zero filter for a handset's tilt. */
const TILT = [-0.5, 0.7] as const;
const MU = 255;

/**
 * What a telephone and a line make of a sound: no bass, a tilt of its own, some level, now and then too loud, hiss, and the
 * codec of an exchange or an adapter (none, mu-law, A-law). Changes `signal`.
 */
export function throughTelephone(signal: LineSignal, random: Random): LineSignal {
  const { samples } = signal;
  highPass(samples, 300);
  const tilt = random.between(...TILT);
  let last = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const x = samples[i] as number;
    samples[i] = x - tilt * last;
    last = x;
  }
  level(samples, random.between(-30, -9));
  // A shouting caller meets the end of the scale.
  if (random.next() < 0.15)
    for (let i = 0; i < samples.length; i += 1) samples[i] = softly(2.5 * (samples[i] as number));
  signal.noise(random.between(-70, -42), random);
  const codec = random.next();
  if (codec < 0.4) for (let i = 0; i < samples.length; i += 1) samples[i] = throughMulaw(samples[i] as number);
  else if (codec < 0.6) signal.alaw();
  return signal;
}

const softly = (sample: number): number => 16000 * Math.tanh(sample / 16000);

/** Scales what is not silence to `dbm0`. */
function level(samples: Float64Array, dbm0: number): void {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  let energy = 0;
  let count = 0;
  for (const sample of samples) {
    if (Math.abs(sample) < peak / 100) continue;
    energy += sample * sample;
    count += 1;
  }
  if (count === 0) return;
  const gain = amplitudeAt(dbm0) / Math.SQRT2 / Math.sqrt(energy / count);
  for (let i = 0; i < samples.length; i += 1) samples[i] = (samples[i] as number) * gain;
}

/** Second order, Butterworth. */
function highPass(samples: Float64Array, hz: number): void {
  const w = (2 * Math.PI * hz) / 8000;
  const alpha = Math.sin(w) / Math.SQRT2;
  const c = Math.cos(w);
  const scale = 1 / (1 + alpha);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let i = 0; i < samples.length; i += 1) {
    const x = samples[i] as number;
    const y = scale * (((1 + c) / 2) * (x - 2 * x1 + x2) + 2 * c * y1 - (1 - alpha) * y2);
    [x2, x1, y2, y1] = [x1, x, y1, y];
    samples[i] = y;
  }
}

/** The curve of G.711's mu-law in 255 steps. */
function throughMulaw(sample: number): number {
  const x = Math.min(1, Math.abs(sample) / 32768);
  const code = Math.round((127 * Math.log1p(MU * x)) / Math.log1p(MU));
  return (Math.sign(sample) * 32768 * Math.expm1((code / 127) * Math.log1p(MU))) / MU;
}

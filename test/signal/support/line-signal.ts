import type { Random } from './random.js';

const FULL_SCALE_DBM0 = 3.14;

/** Peak amplitude of a sine at `dbm0`. */
export function amplitudeAt(dbm0: number): number {
  return 32768 * 10 ** ((dbm0 - FULL_SCALE_DBM0) / 20);
}

/** Sound under construction, in units of a 16-bit sample but not yet rounded or clipped. */
export class LineSignal {
  readonly sampleRateHz: number;
  samples: Float64Array;

  constructor(durationMs: number, sampleRateHz = 8000) {
    this.sampleRateHz = sampleRateHz;
    this.samples = new Float64Array(Math.round((durationMs * sampleRateHz) / 1000));
  }

  index(ms: number): number {
    return Math.round((ms * this.sampleRateHz) / 1000);
  }

  /** Adds a sine from `fromMs` for `durationMs`; `modulationHz` swings its level. */
  tone(
    hz: number,
    dbm0: number,
    fromMs: number,
    durationMs: number,
    modulation: { hz: number; depth: number } | null = null,
  ): this {
    const amplitude = amplitudeAt(dbm0);
    const first = this.index(fromMs);
    const last = Math.min(this.samples.length, this.index(fromMs + durationMs));
    for (let i = first; i < last; i += 1) {
      const t = (i - first) / this.sampleRateHz;
      const swing = modulation ? 1 + modulation.depth * Math.sin(2 * Math.PI * modulation.hz * t) : 1;
      this.samples[i] = (this.samples[i] as number) + amplitude * swing * Math.sin(2 * Math.PI * hz * t);
    }
    return this;
  }

  /** Adds white noise with `dbm0` of power between 0 and 4 kHz, whatever the sample rate. */
  noise(dbm0: number, random: Random): this {
    const sigma = (amplitudeAt(dbm0) / Math.SQRT2) * Math.sqrt(this.sampleRateHz / 8000);
    for (let i = 0; i < this.samples.length; i += 1) {
      this.samples[i] = (this.samples[i] as number) + sigma * random.gauss();
    }
    return this;
  }

  /** Adds a constant. */
  dc(value: number): this {
    for (let i = 0; i < this.samples.length; i += 1) this.samples[i] = (this.samples[i] as number) + value;
    return this;
  }

  gain(db: number): this {
    const factor = 10 ** (db / 20);
    for (let i = 0; i < this.samples.length; i += 1) this.samples[i] = (this.samples[i] as number) * factor;
    return this;
  }

  /** Adds `other` (at the same rate) from `atMs`. */
  add(other: LineSignal, atMs: number): this {
    const first = this.index(atMs);
    const length = Math.min(other.samples.length, this.samples.length - first);
    for (let i = 0; i < length; i += 1) {
      this.samples[first + i] = (this.samples[first + i] as number) + (other.samples[i] as number);
    }
    return this;
  }

  /** Through a G.711 A-law codec. */
  alaw(): this {
    for (let i = 0; i < this.samples.length; i += 1) this.samples[i] = throughAlaw(this.samples[i] as number);
    return this;
  }

  /** Rounded and clipped. */
  toPcm(): Int16Array {
    const pcm = new Int16Array(this.samples.length);
    for (let i = 0; i < pcm.length; i += 1) {
      pcm[i] = Math.max(-32768, Math.min(32767, Math.round(this.samples[i] as number)));
    }
    return pcm;
  }
}

/** Linear segments of G.711 A-law: 13-bit magnitude to 4-bit mantissa and back. */
function throughAlaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample) / 16, 2047);
  const exponent = magnitude < 32 ? 0 : Math.floor(Math.log2(magnitude)) - 4;
  const step = 2 ** Math.max(1, exponent);
  return Math.sign(sample) * (Math.floor(magnitude / step) + 0.5) * step * 16;
}

import { amplitudeAt, LineSignal } from './line-signal.js';

export interface FskOptions {
  readonly modem: 'v23' | 'bell202';
  readonly dbm0: number;
  readonly sampleRateHz?: number;
  /** Alternating bits first. */
  readonly seizureBits?: number;
  readonly markBits?: number;
  readonly stopBits?: number;
  /** Relative errors of the sender. */
  readonly rateError?: number;
  readonly frequencyError?: number;
  /** Space over mark, dB; the louder one stays at `dbm0`. */
  readonly tiltDb?: number;
}

const TONES = { v23: [2100, 1300], bell202: [2200, 1200] } as const;

/** Bits of a burst: seizure, mark, characters, a little mark. */
export function fskBits(octets: readonly number[], options: FskOptions): number[] {
  const bits: number[] = [];
  for (let i = 0; i < (options.seizureBits ?? 0); i += 1) bits.push(i & 1);
  for (let i = 0; i < (options.markBits ?? 75); i += 1) bits.push(1);
  for (const octet of octets) {
    bits.push(0);
    for (let bit = 0; bit < 8; bit += 1) bits.push((octet >> bit) & 1);
    for (let i = 0; i < (options.stopBits ?? 1); i += 1) bits.push(1);
  }
  bits.push(1, 1, 1, 1);
  return bits;
}

/** A burst with continuous phase. */
export function fskSignal(octets: readonly number[], options: FskOptions): LineSignal {
  const bits = fskBits(octets, options);
  const rate = 1200 * (1 + (options.rateError ?? 0));
  const sampleRateHz = options.sampleRateHz ?? 8000;
  const signal = new LineSignal((bits.length * 1000) / rate, sampleRateHz);
  const tilt = options.tiltDb ?? 0;
  const levels = [amplitudeAt(options.dbm0 + Math.min(0, tilt)), amplitudeAt(options.dbm0 - Math.max(0, tilt))];
  let phase = 0;
  for (let i = 0; i < signal.samples.length; i += 1) {
    const bit = bits[Math.min(bits.length - 1, Math.floor((i * rate) / sampleRateHz))] as 0 | 1;
    signal.samples[i] = (levels[bit] as number) * Math.sin(phase);
    const hz = TONES[options.modem][bit] * (1 + (options.frequencyError ?? 0));
    phase += (2 * Math.PI * hz) / sampleRateHz;
  }
  return signal;
}

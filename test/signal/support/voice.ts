import { amplitudeAt, LineSignal } from './line-signal.js';
import type { Random } from './random.js';

/** Formants of five vowels, Hz. */
const VOWELS = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
  [570, 840, 2410],
] as const;

/**
 * Something like a voice: pulses at a gliding pitch through three resonances that wander from vowel to vowel, syllables
 * with pauses, now and then a hiss. Not speech, but as unlike a signal of the exchange as speech is.
 */
export function voice(durationMs: number, random: Random, dbm0 = -18): LineSignal {
  const signal = new LineSignal(durationMs);
  const { samples } = signal;
  let at = 0;
  while (at < samples.length) {
    const length = Math.min(samples.length - at, random.int(600, 2400));
    const hissing = random.next() < 0.2;
    const from = random.pick(VOWELS);
    const to = random.pick(VOWELS);
    const pitch = random.between(85, 260);
    const glide = random.between(0.8, 1.25);
    const state = new Float64Array(6);
    let phase = 0;
    for (let i = 0; i < length; i += 1) {
      const part = i / length;
      phase += (pitch * glide ** part) / 8000;
      let x = hissing ? random.gauss() * 0.4 : random.gauss() * 0.01;
      if (phase >= 1) {
        phase -= 1;
        if (!hissing) x += 6;
      }
      let y = 0;
      for (let f = 0; f < 3; f += 1) {
        const hz = (from[f] as number) * (1 - part) + (to[f] as number) * part;
        const r = 0.975 - f * 0.01;
        const s0 =
          x +
          2 * r * Math.cos((2 * Math.PI * hz) / 8000) * (state[2 * f] as number) -
          r * r * (state[2 * f + 1] as number);
        state[2 * f + 1] = state[2 * f] as number;
        state[2 * f] = s0;
        y += s0 / (1 + f);
      }
      samples[at + i] = y * Math.sin(Math.PI * part) ** 0.5;
    }
    at += length + (random.next() < 0.25 ? random.int(400, 3000) : 0);
  }
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  const gain = amplitudeAt(dbm0) / Math.SQRT2 / Math.sqrt(energy / samples.length);
  for (let i = 0; i < samples.length; i += 1) samples[i] = (samples[i] as number) * gain;
  return signal;
}

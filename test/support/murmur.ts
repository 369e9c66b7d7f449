import type { Chance } from './chance.js';

/** Full-scale steps: about -21 dBm0 over a call with its pauses. */
const VOICE_PEAK = 5200;
/** Leaves noise of 5 bits and a sign: about -62 dBm0. */
const NOISE_SHIFT = 26;
/** One turn of a sine; 4096 steps put its error below that of 16-bit samples. */
const SINE_STEPS = 4096;
const SINE = Float64Array.from({ length: SINE_STEPS }, (_, index) => Math.sin((2 * Math.PI * index) / SINE_STEPS));
const BAND_HZ = [300, 3400] as const;

/**
 * Sound that behaves like speech on a line and is easy to find again: syllables of 80 to 300 ms, each a glide with an
 * overtone between two chance pitches of the telephone band, with short pauses. No stretch of it resembles another,
 * so a cross-correlation with the original has one peak. Always over a little line noise.
 */
export class Murmur {
  readonly #chance: Chance;
  readonly #rateHz: number;
  #noise: number;
  #phase = 0;
  #left = 0;
  #length = 1;
  #fromHz = 1000;
  #toHz = 1000;
  #peak = 0;

  constructor(chance: Chance, sampleRateHz: number) {
    this.#chance = chance;
    this.#rateHz = sampleRateHz;
    this.#noise = chance.integer(1, 0x7fff_ffff);
  }

  /** Cuts the syllable under way. */
  changeVoice(): void {
    this.#left = 0;
  }

  /** Line noise alone. The caller owns the array. */
  rest(count: number): Int16Array {
    const samples = new Int16Array(count);
    for (let index = 0; index < count; index += 1) samples[index] = this.#hiss();
    return samples;
  }

  /** Voice. The caller owns the array. */
  speak(count: number): Int16Array {
    const samples = new Int16Array(count);
    const step = SINE_STEPS / this.#rateHz;
    for (let index = 0; index < count; index += 1) {
      if (this.#left === 0) this.#nextSyllable();
      const done = 1 - this.#left / this.#length;
      this.#left -= 1;
      this.#phase += step * (this.#fromHz + (this.#toHz - this.#fromHz) * done);
      const swell = Math.min(1, 6 * done, 6 * (1 - done)) * this.#peak;
      samples[index] = swell * (0.75 * sine(this.#phase) + 0.25 * sine(this.#phase * 1.5)) + this.#hiss();
    }
    return samples;
  }

  #nextSyllable(): void {
    const chance = this.#chance;
    const pause = this.#peak > 0 && chance.happens(0.2);
    this.#length = Math.round((chance.between(pause ? 40 : 80, pause ? 160 : 300) / 1000) * this.#rateHz);
    this.#left = this.#length;
    this.#phase = 0;
    this.#peak = pause ? 0 : VOICE_PEAK * chance.between(0.5, 1);
    this.#fromHz = chance.between(BAND_HZ[0], BAND_HZ[1] / 1.5);
    this.#toHz = chance.between(BAND_HZ[0], BAND_HZ[1] / 1.5);
  }

  /** xorshift32, cheaper than `Chance` for every sample. */
  #hiss(): number {
    let x = this.#noise;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#noise = x;
    return x >> NOISE_SHIFT;
  }
}

const sine = (phase: number): number => SINE[phase & (SINE_STEPS - 1)] ?? 0;

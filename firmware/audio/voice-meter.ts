/** Sound is judged in stretches of this length. */
const STRETCH_MS = 20;
/** Quieter is the line itself [I]: a voice at a handset is 20 dB louder. */
const LEVEL_DBM0 = -40;
/** So much of it must have been heard: longer than clicks of contacts and of the exchange [I]. */
const VOICE_MS = 160;
/**
 * Zero crossings a second. Voiced sound has its energy under 1 kHz. Above are the data of caller ID (2600 to 4200) and hiss, below are
 * hum and ringing voltage [I].
 */
const CROSSINGS_MIN_HZ = 250;
const CROSSINGS_MAX_HZ = 2200;
/** More of the energy than this at the exchange's one frequency is a tone. */
const TONE_SHARE = 0.6;
const TONE_HZ = 400;
/** One-pole high pass: DC and most of the hum go. */
const HIGH_PASS_HZ = 200;

const FULL_SCALE_DBM0 = 3.14;

/**
 * Hears whether somebody speaks, as against data, tones and an idle line: good enough to tell a person from a telephone that fetches
 * a number, and for nothing else.
 */
export class VoiceMeter {
  readonly #stretch: number;
  readonly #wanted: number;
  readonly #decay: number;
  readonly #cosine: number;
  readonly #energyMin: number;
  #count = 0;
  #energy = 0;
  #crossings = 0;
  #last = 0;
  #raw = 0;
  #s1 = 0;
  #s2 = 0;
  #heard = 0;

  constructor(rateHz: number) {
    this.#stretch = Math.round((rateHz * STRETCH_MS) / 1000);
    this.#wanted = VOICE_MS / STRETCH_MS;
    this.#decay = Math.exp((-2 * Math.PI * HIGH_PASS_HZ) / rateHz);
    this.#cosine = 2 * Math.cos((2 * Math.PI * TONE_HZ) / rateHz);
    this.#energyMin = (10 ** ((LEVEL_DBM0 - FULL_SCALE_DBM0) / 10) * 32_768 ** 2 * this.#stretch) / 2;
  }

  /** Whether somebody has spoken since the last `reset`. */
  get heard(): boolean {
    return this.#heard >= this.#wanted;
  }

  /** Forgets what was heard. */
  reset(): void {
    this.#heard = 0;
    this.#begin();
  }

  push(samples: Int16Array): void {
    for (let i = 0; i < samples.length; i += 1) {
      const raw = samples[i] as number;
      const value = this.#decay * (this.#last + raw - this.#raw);
      if (value >= 0 !== this.#last >= 0) this.#crossings += 1;
      this.#raw = raw;
      this.#last = value;
      this.#energy += value * value;
      const s0 = value + this.#cosine * this.#s1 - this.#s2;
      this.#s2 = this.#s1;
      this.#s1 = s0;
      this.#count += 1;
      if (this.#count === this.#stretch) this.#judge();
    }
  }

  #judge(): void {
    const crossingsHz = (this.#crossings * 1000) / STRETCH_MS;
    const tone = (2 * (this.#s1 ** 2 + this.#s2 ** 2 - this.#cosine * this.#s1 * this.#s2)) / this.#stretch;
    const loud = this.#energy >= this.#energyMin;
    if (loud && crossingsHz >= CROSSINGS_MIN_HZ && crossingsHz <= CROSSINGS_MAX_HZ && tone < TONE_SHARE * this.#energy)
      this.#heard += 1;
    this.#begin();
  }

  #begin(): void {
    this.#count = 0;
    this.#energy = 0;
    this.#crossings = 0;
    this.#s1 = 0;
    this.#s2 = 0;
  }
}

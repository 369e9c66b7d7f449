import type { Hook } from '../../hal/line.js';
import { VoiceMeter } from '../audio/voice-meter.js';

/** Sound is judged in stretches of this length: a voice fills a fifth of one, the edges of a busy tone do not. */
const STRETCH_MS = 1000;
/** Louder than the line itself [I]. */
const LOUD_DBM0 = -40;
/** The exchange was heard for so long since anybody spoke: nobody is at the other end. */
const TONES_MS = 3000;
/** Nobody has spoken for so long [I]: dial tone, busy tone and howler are over by then, and a caller on hold hears music. */
export const LEFT_MS = 180_000;

/**
 * Tells a handset that was left off the hook from a long call: since anybody was heard to speak, at either end, the exchange has
 * sounded its tones, and then for minutes nobody has spoken. Only what was heard counts: where the ear is deaf nothing is told.
 */
export class OffHookWatch {
  readonly #voice: VoiceMeter;
  readonly #rateHz: number;
  readonly #stretch: number;
  #hook: Hook = 'on-hook';
  #samples = 0;
  #loudSamples = 0;
  /** Since anybody spoke. */
  #quietMs = 0;
  #tonesMs = 0;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
    this.#stretch = (rateHz * STRETCH_MS) / 1000;
    this.#voice = new VoiceMeter(rateHz);
  }

  /** Whether the handset seems to have been left off. */
  get isLeft(): boolean {
    return this.#hook === 'off-hook' && this.#tonesMs >= TONES_MS && this.#quietMs >= LEFT_MS;
  }

  hook(hook: Hook): void {
    if (hook !== this.#hook) this.#spoken();
    this.#hook = hook;
  }

  /** The next samples, and their level. */
  hear(samples: Int16Array, levelDbm0: number): void {
    if (this.#hook === 'on-hook') return;
    // Of a stretch in which somebody has spoken the rest need not be listened to.
    if (!this.#voice.heard) this.#voice.push(samples);
    this.#samples += samples.length;
    if (levelDbm0 >= LOUD_DBM0) this.#loudSamples += samples.length;
    if (this.#samples < this.#stretch) return;
    if (this.#voice.heard) this.#spoken();
    else {
      this.#quietMs += this.#ms(this.#samples);
      this.#tonesMs += this.#ms(this.#loudSamples);
    }
    this.#voice.reset();
    this.#samples = 0;
    this.#loudSamples = 0;
  }

  #spoken(): void {
    this.#quietMs = 0;
    this.#tonesMs = 0;
  }

  #ms(samples: number): number {
    return (samples * 1000) / this.#rateHz;
  }
}

/** Quieter is silence [I]: under the weakest signal of an exchange, over the noise of a sound device. */
const SOUND_MIN_DBM0 = -50;
/** Samples this close to full scale are clipped (0.02 dB). */
const CLIP_MAGNITUDE = 32_700;
/** So many of them in a block are no accident. */
const CLIPPED_SAMPLES = 3;
/** A call is judged from this length on: shorter ones may well be silent. */
const CALL_MIN_MS = 10_000;
/** Sound in a call, clicks of contacts not counted. */
const SOUND_MIN_MS = 300;
/** A call is distorted where so much of what is not silence is clipped. */
const CLIPPED_SHARE = 0.1;
/** So many calls one after the other, with none otherwise between them; fewer where they are all of a day. */
const CALLS = 3;
const CALLS_OF_A_DAY = 2;
const DAY_MS = 24 * 3_600_000;

export type LevelVerdict = 'fine' | 'dead' | 'clipping';

/** Calls one after the other that were all alike. */
interface Streak {
  readonly verdict: LevelVerdict;
  readonly calls: number;
  readonly sinceMs: number;
}

const NO_CALLS: Streak = { verdict: 'fine', calls: 0, sinceMs: 0 };

/**
 * Says whether a line's calls are heard as they should be: `dead` where the last three, or all of a day, carried no sound at all (an
 * off-hook line is never silent: there is dial tone, and somebody speaks), `clipping` where they were all too loud. Knows calls by the
 * hook alone.
 */
export class LevelWatch {
  readonly #rateHz: number;
  #streak = NO_CALLS;
  /** When the last call was judged. */
  #lastMs = 0;
  #offHook = false;
  #heardMs = 0;
  #loudMs = 0;
  #clippedMs = 0;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
  }

  get verdict(): LevelVerdict {
    const { verdict, calls, sinceMs } = this.#streak;
    return calls >= CALLS || (calls >= CALLS_OF_A_DAY && this.#lastMs - sinceMs >= DAY_MS) ? verdict : 'fine';
  }

  hook(offHook: boolean, atMs: number): void {
    if (offHook === this.#offHook) return;
    this.#offHook = offHook;
    if (!offHook && this.#heardMs >= CALL_MIN_MS) this.#judge(atMs);
    this.#heardMs = 0;
    this.#loudMs = 0;
    this.#clippedMs = 0;
  }

  /** The next samples, and their level. */
  hear(samples: Int16Array, levelDbm0: number): void {
    if (!this.#offHook) return;
    const ms = (samples.length * 1000) / this.#rateHz;
    this.#heardMs += ms;
    if (levelDbm0 < SOUND_MIN_DBM0) return;
    this.#loudMs += ms;
    // A call that is heard says at once that the ear is alive: whoever mends it waits for that.
    if (this.#streak.verdict === 'dead' && this.#loudMs >= SOUND_MIN_MS) this.#streak = NO_CALLS;
    let clipped = 0;
    for (let i = 0; i < samples.length; i += 1) if (Math.abs(samples[i] as number) >= CLIP_MAGNITUDE) clipped += 1;
    if (clipped >= CLIPPED_SAMPLES) this.#clippedMs += ms;
  }

  #judge(atMs: number): void {
    const dead = this.#loudMs < SOUND_MIN_MS;
    const clipping = this.#clippedMs > CLIPPED_SHARE * this.#loudMs;
    const verdict = dead ? 'dead' : clipping ? 'clipping' : 'fine';
    const goesOn = verdict === this.#streak.verdict;
    this.#lastMs = atMs;
    this.#streak = goesOn ? { ...this.#streak, calls: this.#streak.calls + 1 } : { verdict, calls: 1, sinceMs: atMs };
  }
}

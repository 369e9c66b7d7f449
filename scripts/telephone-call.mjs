// One telephone call as a trace: edges and what the pair carries. Levels are dBm0 (full-scale sine = +3.14 dBm0).

import { numberSound } from './number-display.mjs';

export const RATE_HZ = 8000;
const FULL_SCALE_DBM0 = 3.14;
const NOISE_DBM0 = -65;
/** Caller ID after a few kilometres of line. */
const DATA_DBM0 = -22;
const DTMF_ROWS_HZ = [697, 770, 852, 941];
const DTMF_COLUMNS_HZ = [1209, 1336, 1477];
const DTMF_KEYS = '123456789*0#';
/** 10 pulses a second, 33 % make. */
const BREAK_MS = 67;
const MAKE_MS = 33;

/** Peak of a sine, or root mean square of a noise, in full scales. */
const peakOf = (dbm0) => 10 ** ((dbm0 - FULL_SCALE_DBM0) / 20);
const rmsOf = (dbm0) => peakOf(dbm0) * Math.SQRT1_2;

/** xorshift32, uniform in [-1, 1). */
function hiss(seed) {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x / 0x8000_0000;
  };
}

/** Scales speech so that what is louder than -30 dB of its peak has this level. */
export function levelled(speech, dbm0 = -18) {
  const frame = RATE_HZ / 50;
  const powers = [];
  for (let at = 0; at + frame <= speech.length; at += frame) {
    powers.push(speech.subarray(at, at + frame).reduce((sum, s) => sum + s * s, 0) / frame);
  }
  const floor = Math.max(...powers) / 1000;
  const active = powers.filter((power) => power > floor);
  const gain = rmsOf(dbm0) / Math.sqrt(active.reduce((sum, power) => sum + power, 0) / active.length);
  return speech.map((sample) => sample * gain);
}

export class Call {
  edges = [];
  #sound = [];
  #samples = 0;
  #reversed = false;
  #next;
  #bounce;
  #speak;

  /** `speak(voice, text)` returns Float64 samples at `RATE_HZ`. `seed` chooses noise and bounce. */
  constructor(seed, speak) {
    this.#next = hiss(seed * 7919 + 1);
    this.#bounce = hiss(seed * 104_729 + 1);
    this.#speak = speak;
  }

  get nowMs() {
    return (this.#samples * 1000) / RATE_HZ;
  }

  /** Samples, with line noise under all of them. */
  sound() {
    const whole = new Int16Array(this.#samples);
    let at = 0;
    for (const piece of this.#sound) {
      for (const sample of piece) {
        const noise = this.#next() * Math.sqrt(3) * rmsOf(NOISE_DBM0);
        const value = Math.round((sample + noise) * 32_768);
        if (Math.abs(value) > 32_000) throw new Error('the sound clips');
        whole[at++] = value;
      }
    }
    return whole;
  }

  quiet(ms) {
    return this.#add(Math.round((ms * RATE_HZ) / 1000), () => 0);
  }

  ring(bursts) {
    for (let burst = 0; burst < bursts; burst += 1) {
      if (burst > 0) this.quiet(2000);
      this.#edge({ ring: true });
      this.quiet(1000);
      this.#edge({ ring: false });
    }
    return this;
  }

  /**
   * Number Display: polarity reverses, CAR; in its third burst the telephone lifts by itself, hears the data, and puts down. The bell
   * follows.
   */
  fetchNumber(fields) {
    this.#reversed = true;
    this.#edge({ polarity: 'reversed' }).quiet(100);
    for (let burst = 0; burst < 2; burst += 1) this.ringUntil(500).#edge({ ring: false }).quiet(500);
    this.ringUntil(230).#contact('off', 1).quiet(20).#edge({ ring: false }).quiet(400);
    const data = numberSound(fields, RATE_HZ);
    this.#add(data.length, (index) => data[index] * peakOf(DATA_DBM0));
    return this.quiet(260).#contact('on', 1).quiet(950);
  }

  /** The exchange has let the call go. */
  released() {
    if (this.#reversed) this.#edge({ polarity: 'normal' });
    this.#reversed = false;
    return this;
  }

  /** The beginning of a burst that the lift will cut short. */
  ringUntil(ms) {
    this.#edge({ ring: true });
    return this.quiet(ms);
  }

  /** `tripMs`: where it rings, the exchange takes the ringing off so much later. */
  lift({ bounces = 0, tripMs } = {}) {
    this.#contact('off', bounces);
    if (tripMs !== undefined) {
      this.quiet(tripMs);
      this.#edge({ ring: false });
    }
    return this.quiet(600);
  }

  hangUp({ bounces = 0 } = {}) {
    return this.#contact('on', bounces).released();
  }

  flash(ms, { bounces = 0 } = {}) {
    const backMs = this.nowMs + ms;
    this.#contact('on', bounces);
    this.quiet(backMs - this.nowMs);
    this.#contact('off', bounces);
    return this.quiet(300);
  }

  say(voice, text) {
    const speech = this.#speak(voice, text);
    this.#add(speech.length, (index) => speech[index]);
    return this.quiet(450);
  }

  dialTone(ms) {
    return this.#tone(ms, -16, (t) => Math.sin(2 * Math.PI * 400 * t));
  }

  /** 400 Hz swelling 16 times a second, 1 s / 2 s. The last pause is short: somebody answers. */
  ringback(bursts) {
    for (let burst = 0; burst < bursts; burst += 1) {
      this.#tone(1000, -18, (t) => Math.sin(2 * Math.PI * 400 * t) * (0.575 - 0.425 * Math.cos(2 * Math.PI * 16 * t)));
      this.quiet(burst + 1 < bursts ? 2000 : 900);
    }
    return this;
  }

  busyTone(bursts) {
    for (let burst = 0; burst < bursts; burst += 1) this.dialTone(500).quiet(500);
    return this;
  }

  /** The beeps of a time announcement: short ones, then a long one an octave higher. */
  beeps(count) {
    for (let beep = 0; beep < count; beep += 1) {
      this.#tone(120, -20, (t) => Math.sin(2 * Math.PI * 500 * t)).quiet(880);
    }
    return this.#tone(900, -20, (t) => Math.sin(2 * Math.PI * 1000 * t));
  }

  dialTones(digits) {
    for (const digit of digits) {
      const key = DTMF_KEYS.indexOf(digit);
      const low = DTMF_ROWS_HZ[Math.floor(key / 3)];
      const high = DTMF_COLUMNS_HZ[key % 3];
      this.#tone(100, -10, (t) => 0.8 * Math.sin(2 * Math.PI * low * t) + Math.sin(2 * Math.PI * high * t));
      this.quiet(110);
    }
    return this;
  }

  dialPulses(digits) {
    for (const digit of digits) {
      for (let pulse = Number(digit) || 10; pulse > 0; pulse -= 1) {
        this.#edge({ hook: 'on' }).#click(BREAK_MS);
        this.#edge({ hook: 'off' }).#click(MAKE_MS);
      }
      this.quiet(750);
    }
    return this;
  }

  #edge(what) {
    this.edges.push({ atMs: Math.round(this.nowMs * 100) / 100, ...what });
    return this;
  }

  /** One change of the hook switch; each bounce takes 1 to 2 ms. */
  #contact(hook, bounces) {
    this.#edge({ hook });
    for (let bounce = 0; bounce < bounces; bounce += 1) {
      this.quiet(0.75 + 0.25 * this.#bounce());
      this.#edge({ hook: hook === 'on' ? 'off' : 'on' });
      this.quiet(0.75 + 0.25 * this.#bounce());
      this.#edge({ hook });
    }
    return this.#click(12);
  }

  /** The thump of a loop that opens or closes. */
  #click(ms) {
    return this.#add(Math.round((ms * RATE_HZ) / 1000), (index) => {
      const t = index / RATE_HZ;
      return peakOf(-22) * Math.exp(-t / 0.0015) * Math.sin(2 * Math.PI * 700 * t);
    });
  }

  #tone(ms, dbm0, wave) {
    const count = Math.round((ms * RATE_HZ) / 1000);
    const ramp = RATE_HZ * 0.004;
    return this.#add(count, (index) => {
      const swell = Math.min(1, (index + 1) / ramp, (count - index) / ramp);
      return swell * peakOf(dbm0) * wave(index / RATE_HZ);
    });
  }

  #add(count, sample) {
    this.#sound.push(Float64Array.from({ length: count }, (_, index) => sample(index)));
    this.#samples += count;
    return this;
  }
}

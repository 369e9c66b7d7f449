import type { Octets } from './octets.js';
import type { ToneIntegrals } from './tone-integrals.js';

/** State = (place in the character) x (parity so far) x (last two bits). Place 0 is idle, 1-8 data, 9 stop. */
const PLACES = 10;
const STATES = PLACES * 8;
/** Bits a burst may have: 4.1 s. */
const BITS_MAX = 5200;
/** How fast each survivor's idea of the phase follows what it hears, for each bit. */
const FOLLOW = 0.4;
/** Preamble bits from which the phase is taken. */
const LOCK_BITS = 10;

/** A bit clock: bit n begins at `origin + n * bitSamples`, in baseband samples. */
export interface BitClock {
  origin: number;
  bitSamples: number;
}

/**
 * Second reading of a burst, for when hiss made the first one fail. The modems do not jump in phase when they change
 * tone, so where one bit ends tells where the next must begin. A Viterbi search over framing, parity and the last two
 * bits, in which every survivor carries its own idea of the phase, uses all of that at once.
 */
export class PhaseTrellis {
  readonly #metric = [new Float64Array(STATES), new Float64Array(STATES)] as const;
  readonly #phaseRe = [new Float64Array(STATES), new Float64Array(STATES)] as const;
  readonly #phaseIm = [new Float64Array(STATES), new Float64Array(STATES)] as const;
  readonly #back = new Uint8Array(BITS_MAX * STATES);
  /** By how much the best way into each state beat the next best. */
  readonly #lead = new Float32Array(BITS_MAX * STATES);

  /**
   * Reads what `tones` has loaded into `octets`.
   *
   * @param markLevel,spaceLevel amplitudes of the tones.
   * @param parity true when every character has even parity.
   */
  read(
    tones: ToneIntegrals,
    clock: BitClock,
    markLevel: number,
    spaceLevel: number,
    parity: boolean,
    octets: Octets,
  ): void {
    octets.length = 0;
    const { origin, bitSamples } = clock;
    const bits = Math.min(BITS_MAX, Math.floor((tones.length - 1 - origin) / bitSamples));
    if (bits < LOCK_BITS + 10 || markLevel <= 0 || spaceLevel <= 0) return;
    const markTurn = tones.markStep * bitSamples;
    const spaceTurn = tones.spaceStep * bitSamples;
    const turnRe = [Math.cos(spaceTurn), Math.cos(markTurn)] as const;
    const turnIm = [Math.sin(spaceTurn), Math.sin(markTurn)] as const;

    let [metric, nextMetric] = this.#metric as readonly [Float64Array, Float64Array];
    let [phaseRe, nextRe] = this.#phaseRe as readonly [Float64Array, Float64Array];
    let [phaseIm, nextIm] = this.#phaseIm as readonly [Float64Array, Float64Array];
    metric.fill(Number.NEGATIVE_INFINITY);
    const idle = 3;
    metric[idle] = 0;
    tones.mark(origin, origin + LOCK_BITS * bitSamples);
    const lock = Math.max(Math.hypot(tones.re, tones.im), 1e-9);
    const angle = tones.markStep * (origin - 0.5);
    phaseRe[idle] = (tones.re * Math.cos(angle) - tones.im * Math.sin(angle)) / lock;
    phaseIm[idle] = (tones.re * Math.sin(angle) + tones.im * Math.cos(angle)) / lock;

    for (let n = 0; n < bits; n += 1) {
      const from = origin + n * bitSamples;
      // Each tone over this bit, as if its phase were 0 where the bit begins; samples stand in the middle of their time.
      tones.mark(from, from + bitSamples);
      const ma = tones.markStep * (from - 0.5);
      const markRe = (tones.re * Math.cos(ma) - tones.im * Math.sin(ma)) / bitSamples;
      const markIm = (tones.re * Math.sin(ma) + tones.im * Math.cos(ma)) / bitSamples;
      tones.space(from, from + bitSamples);
      const sa = tones.spaceStep * (from - 0.5);
      const spaceRe = (tones.re * Math.cos(sa) - tones.im * Math.sin(sa)) / bitSamples;
      const spaceIm = (tones.re * Math.sin(sa) + tones.im * Math.cos(sa)) / bitSamples;

      nextMetric.fill(Number.NEGATIVE_INFINITY);
      const back = n * STATES;
      for (let state = 0; state < STATES; state += 1) {
        const score = metric[state] as number;
        if (score === Number.NEGATIVE_INFINITY) continue;
        const place = state >> 3;
        const odd = (state >> 2) & 1;
        const pr = phaseRe[state] as number;
        const pi = phaseIm[state] as number;
        for (let bit = 0; bit < 2; bit += 1) {
          let place2 = place + 1;
          let odd2 = 0;
          if (place === 0) place2 = bit === 1 ? 0 : 1;
          else if (place === 9) {
            if (bit === 0 || odd === 1) continue;
            place2 = 0;
          } else if (parity) odd2 = odd ^ bit;
          const next = (place2 << 3) | (odd2 << 2) | ((state << 1) & 2) | bit;
          const re = bit === 1 ? markRe : spaceRe;
          const im = bit === 1 ? markIm : spaceIm;
          const level = bit === 1 ? markLevel : spaceLevel;
          const gain = score + level * (re * pr + im * pi) - (level * level) / 2;
          const rival = nextMetric[next] as number;
          if (gain <= rival) {
            this.#lead[back + next] = Math.min(this.#lead[back + next] as number, rival - gain);
            continue;
          }
          // Against the first to arrive, -Infinity: no contest.
          this.#lead[back + next] = gain - rival;
          nextMetric[next] = gain;
          this.#back[back + next] = state;
          let followRe = pr + FOLLOW * (re / level - pr);
          let followIm = pi + FOLLOW * (im / level - pi);
          const size = 1 / Math.max(Math.sqrt(followRe * followRe + followIm * followIm), 1e-9);
          followRe *= size;
          followIm *= size;
          nextRe[next] = followRe * (turnRe[bit] as number) - followIm * (turnIm[bit] as number);
          nextIm[next] = followRe * (turnIm[bit] as number) + followIm * (turnRe[bit] as number);
        }
      }
      [metric, nextMetric] = [nextMetric, metric];
      [phaseRe, nextRe] = [nextRe, phaseRe];
      [phaseIm, nextIm] = [nextIm, phaseIm];
    }
    this.#trace(metric, bits, clock, (markLevel * markLevel + spaceLevel * spaceLevel) / 2, octets);
  }

  #trace(metric: Float64Array, bits: number, clock: BitClock, clear: number, octets: Octets): void {
    let state = 0;
    for (let s = 1; s < STATES; s += 1) {
      if ((metric[s] as number) > (metric[state] as number)) state = s;
    }
    let value = 0;
    let complete = false;
    let margin = Number.POSITIVE_INFINITY;
    for (let n = bits - 1; n >= 0; n -= 1) {
      const before = this.#back[n * STATES + state] as number;
      margin = Math.min(margin, this.#lead[n * STATES + state] as number);
      const place = before >> 3;
      if (place === 9) {
        complete = true;
        value = 0;
        margin = this.#lead[n * STATES + state] as number;
      } else if (place > 0) value |= (state & 1) << (place - 1);
      else if ((state & 1) === 0 && complete) {
        octets.add(value, clock.origin + n * clock.bitSamples, 0, margin / clear);
        complete = false;
      }
      state = before;
    }
    octets.reverse();
  }
}

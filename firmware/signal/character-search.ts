import type { Octets } from './octets.js';
import type { ToneIntegrals } from './tone-integrals.js';

/** Points in time tried for each bit. */
const GRID = 6;
const CHARACTER = 10 * GRID;
/** A character is followed by the next this early: a sender 2 % fast must not be lost step by step. */
const ADVANCE = CHARACTER - 2;
/** What is left of the stop bit then. */
const STOP_WEIGHT = (ADVANCE - 9 * GRID) / GRID;
/** 4.1 s at 7200 points a second, and a little. */
const POINTS = 30000;
/** A tone counts as alone when it stands this far over the other: tones leak 0.41 into each other over one bit. */
const ALONE = 1.5;

/**
 * First reading of a burst: which characters, where, without trusting phase or clock. Every point in time may be where
 * a start bit begins; the reading is the sequence of idle and characters that fits all of the burst best
 * (dynamic programming over time). A lone wrong edge cannot throw it off, and stop bits may be as many as they like.
 */
export class CharacterSearch {
  /** Amplitude of each tone, as measured. */
  markLevel = 0;
  spaceLevel = 0;
  /** Share of the data's power that one tone or the other holds, bit by bit: 0-1. */
  purity = 0;
  readonly #mark = new Float64Array(POINTS);
  readonly #space = new Float64Array(POINTS);
  /** Evidence for space over mark in the bit that begins here. */
  readonly #lean = new Float64Array(POINTS);
  readonly #best = new Float64Array(POINTS + CHARACTER + 1);
  readonly #isEnd = new Uint8Array(POINTS + CHARACTER + 1);

  /**
   * Reads what `tones` has loaded into `octets`.
   *
   * @param bitSamples length of a bit in baseband samples.
   * @param dataFrom about where the preamble ends, in samples.
   */
  read(tones: ToneIntegrals, bitSamples: number, dataFrom: number, octets: Octets): void {
    const step = bitSamples / GRID;
    const points = Math.min(POINTS, Math.floor((tones.length - bitSamples) / step));
    octets.length = 0;
    if (points < CHARACTER) return;
    let explained = 0;
    let energy = 0;
    for (let i = 0; i < points; i += 1) {
      const from = i * step;
      tones.mark(from, from + bitSamples);
      this.#mark[i] = Math.sqrt(tones.re * tones.re + tones.im * tones.im) / bitSamples;
      tones.space(from, from + bitSamples);
      this.#space[i] = Math.sqrt(tones.re * tones.re + tones.im * tones.im) / bitSamples;
      if (from < dataFrom) continue;
      explained += Math.max(this.#mark[i] as number, this.#space[i] as number) ** 2;
      energy += tones.energy(from, from + bitSamples);
    }
    this.purity = energy > 0 ? (explained * bitSamples) / energy : 0;
    this.#measure(points, Math.floor(dataFrom / step));
    this.#weigh(points);
    this.#search(points);
    this.#trace(points, step, octets);
  }

  #measure(points: number, dataFrom: number): void {
    let markSum = 0;
    let marks = 0;
    let spaceSum = 0;
    let spaces = 0;
    for (let i = 0; i < points; i += 1) {
      const mark = this.#mark[i] as number;
      const space = this.#space[i] as number;
      if (mark > space * ALONE) {
        markSum += mark;
        marks += 1;
      } else if (i > dataFrom && space > mark * ALONE) {
        spaceSum += space;
        spaces += 1;
      }
    }
    this.markLevel = marks > 0 ? markSum / marks : 0;
    this.spaceLevel = spaces > 0 ? spaceSum / spaces : this.markLevel;
  }

  /** Evidence, so that clean data in either tone counts the same whatever the levels. */
  #weigh(points: number): void {
    const { markLevel, spaceLevel } = this;
    const bias = (markLevel * markLevel - spaceLevel * spaceLevel) / 2;
    for (let i = 0; i < points; i += 1) {
      const lean = spaceLevel * (this.#space[i] as number) - markLevel * (this.#mark[i] as number) + bias;
      this.#lean[i] = lean / 2;
    }
  }

  #search(points: number): void {
    const best = this.#best;
    const lean = this.#lean;
    best.fill(Number.NEGATIVE_INFINITY, 0, points + 1);
    this.#isEnd.fill(0, 0, points + 1);
    best[0] = 0;
    for (let i = 0; i < points; i += 1) {
      const here = best[i] as number;
      // One point of idle: the bit around it, a sixth of it.
      const idle = here - (lean[Math.max(0, i - GRID / 2)] as number) / GRID;
      if (idle > (best[i + 1] as number)) {
        best[i + 1] = idle;
        this.#isEnd[i + 1] = 0;
      }
      const start = lean[i] as number;
      if (start <= 0 || i + CHARACTER > points) continue;
      let score = here + start - STOP_WEIGHT * (lean[i + 9 * GRID] as number);
      for (let bit = 1, at = i + GRID; bit <= 8; bit += 1, at += GRID) score += Math.abs(lean[at] as number);
      if (score > (best[i + ADVANCE] as number)) {
        best[i + ADVANCE] = score;
        this.#isEnd[i + ADVANCE] = 1;
      }
    }
  }

  #trace(points: number, step: number, octets: Octets): void {
    const clear = (this.markLevel ** 2 + this.spaceLevel ** 2) / 8;
    let i = points;
    while (i > 0) {
      if (this.#isEnd[i] === 0) {
        i -= 1;
        continue;
      }
      i -= ADVANCE;
      let value = 0;
      let margin = Number.POSITIVE_INFINITY;
      let clarity = (this.#lean[i] as number) - (this.#lean[i + 9 * GRID] as number);
      for (let bit = 0, at = i + GRID; bit < 8; bit += 1, at += GRID) {
        const lean = this.#lean[at] as number;
        if (lean < 0) value |= 1 << bit;
        clarity += Math.abs(lean);
        margin = Math.min(margin, Math.abs(lean));
      }
      octets.add(value, i * step, clarity / (10 * clear), margin / clear);
    }
    octets.reverse();
  }
}

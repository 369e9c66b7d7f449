import type { DtmfBank } from './dtmf-bank.js';

/** 5 ms steps remembered: 20 s. */
export const ENVELOPE_BLOCKS = 4096;
/** A step belongs to the key from half its amplitude up. */
const PART = 0.5;
/** A step is full from three quarters up. */
const FULL = 0.75;
/** Amplitude of one tone just outside the key, over its own in the key. */
const ALONE_MAX = 0.75;

/** Course of the amplitude of every key's pair, and what a stretch of it looks like. */
export class DtmfEnvelope {
  /** First step of the key. */
  first = 0;
  /** First and last full step. */
  firstFull = 0;
  lastFull = 0;
  /** Steps filled; a step counts for as much of it as was. */
  filled = 0;
  /** From the first step to the last, in steps, holes included. */
  length = 0;
  /** Relative deviation of the full steps. */
  swing = 0;
  /** Loudest step over the key's own amplitude. */
  loudest = 0;
  readonly #power = new Float64Array(8 * ENVELOPE_BLOCKS);
  #block = -1;

  /** Takes the newest step. */
  push(bank: DtmfBank): void {
    this.#block += 1;
    const row = (this.#block % ENVELOPE_BLOCKS) * 8;
    for (let k = 0; k < 8; k += 1) this.#power[row + k] = bank.blockPower(k);
  }

  /** Amplitude of the pair of `key` (low index x 4 + high index) at a step not older than 20 s. */
  amplitude(block: number, key: number): number {
    const row = (block % ENVELOPE_BLOCKS) * 8;
    return Math.sqrt((this.#power[row + (key >> 2)] as number) + (this.#power[row + 4 + (key & 3)] as number));
  }

  /** True when the pair of `key` is there at a step, not in a hole. */
  isHeld(block: number, key: number, reference: number): boolean {
    return this.amplitude(block, key) >= PART * reference;
  }

  /** Looks at steps `from` to `to`, both included; the fields say what was found. */
  measure(key: number, from: number, to: number, reference: number): void {
    this.first = -1;
    this.filled = 0;
    this.loudest = 0;
    this.firstFull = from;
    this.lastFull = from;
    let full = 0;
    let sum = 0;
    let squares = 0;
    for (let block = from; block <= to; block += 1) {
      const relative = this.amplitude(block, key) / reference;
      if (relative < PART) continue;
      if (this.first < 0) this.first = block;
      this.filled += Math.min(1, relative);
      this.loudest = Math.max(this.loudest, relative);
      if (relative < FULL) continue;
      if (full === 0) this.firstFull = block;
      this.lastFull = block;
      full += 1;
      sum += relative;
      squares += relative * relative;
    }
    const edge = (block: number): number => {
      const relative = block < from || block > to ? 0 : this.amplitude(block, key) / reference;
      return relative < 1 ? relative : 1;
    };
    this.length =
      full > 0 ? this.lastFull - this.firstFull + 1 + edge(this.firstFull - 1) + edge(this.lastFull + 1) : 0;
    const mean = full > 0 ? sum / full : 1;
    this.swing = full > 0 ? Math.sqrt(Math.max(0, squares / full - mean * mean)) / mean : 0;
  }

  /** True when 5-15 ms before the first and after the last full step there is less than `limit` of the pair. */
  isSharp(key: number, limit: number): boolean {
    return this.#quiet(this.firstFull, -1, key, limit) && this.#quiet(this.lastFull, 1, key, limit);
  }

  /**
   * True when each tone of the pair came and went with the key. Of two notes that make a pair for a while, one was there
   * before or stays. `hiss` is the relative deviation that hiss gives a step of the pair.
   */
  comesTogether(key: number, hiss: number): boolean {
    const low = this.#mean(key >> 2);
    const high = this.#mean(4 + (key & 3));
    const pair = Math.sqrt(low + high);
    return [[key >> 2, Math.sqrt(low)] as const, [4 + (key & 3), Math.sqrt(high)] as const].every(([tone, own]) => {
      const limit = ALONE_MAX * own + 2 * hiss * pair;
      return this.#aside(tone, this.firstFull, -1) < limit && this.#aside(tone, this.lastFull, 1) < limit;
    });
  }

  /** Mean square of a tone over the key. */
  #mean(tone: number): number {
    let sum = 0;
    for (let block = this.firstFull; block <= this.lastFull; block += 1) {
      sum += this.#power[(block % ENVELOPE_BLOCKS) * 8 + tone] as number;
    }
    return sum / (this.lastFull - this.firstFull + 1);
  }

  /** Amplitude of a tone 5-15 ms before (-1) or after (1) a step. */
  #aside(tone: number, block: number, direction: -1 | 1): number {
    let power = 0;
    for (let away = 2; away <= 3; away += 1) {
      const at = block + away * direction;
      if (at >= 0 && at <= this.#block) power += this.#power[(at % ENVELOPE_BLOCKS) * 8 + tone] as number;
    }
    return Math.sqrt(power / 2);
  }

  #quiet(block: number, direction: -1 | 1, key: number, limit: number): boolean {
    let power = 0;
    for (let away = 2; away <= 3; away += 1) {
      const at = block + away * direction;
      if (at >= 0 && at <= this.#block) power += this.amplitude(at, key) ** 2;
    }
    return power < 2 * limit * limit;
  }
}

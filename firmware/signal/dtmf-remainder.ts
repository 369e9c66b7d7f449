import { takeOutTones, toneBasis } from './least-squares.js';
import { BLOCK_SAMPLES, WORK_RATE_HZ } from './profile.js';

/** Frames are 25 to 45 ms long, their bins 40 to 22 Hz wide. */
const FRAME_BLOCKS_MIN = 5;
const FRAME_BLOCKS_MAX = 9;
const FRAME_SAMPLES_MAX = FRAME_BLOCKS_MAX * BLOCK_SAMPLES;
/** The last 200 ms of a key are enough. */
const BLOCKS_MAX = 40;
/** A frame with less of the key than this says nothing. */
const USED_MIN = 2;
/** Samples remembered: 0.4 s, for a key is judged up to 50 ms after its end. */
const MEMORY_BLOCKS = 80;
/** Dial tone, hum and the edges of any telephone lie outside. */
const FROM_HZ = 600;
const TO_HZ = 3320;
const BINS_MAX = Math.ceil(((TO_HZ - FROM_HZ) * FRAME_SAMPLES_MAX) / WORK_RATE_HZ) + 1;

/** Less than this left over is no matter: codec, hum, a loud telephone's distortion. */
const REST_MIN = 0.02;
/** From here on there is enough of it to see its shape. */
const REST_CLEAR = 0.15;
/** Less than this left over may be what clipping makes of the key itself. */
const CLIPPED_MAX = 0.25;
/** Share of it that then stands at sums and differences of the two tones. Clipped 20 dB too high: 0.56. */
const CLIPPED_MIN = 0.5;
/** Strongest bin over the mean: of hiss 11 at most in one frame, 7 in two (1 in 1000 each). */
const peakMax = (frames: number): number => 4 + 10 / frames;
/** Mean logarithm of the bins over that of their mean. White hiss: -0.6 +/- 0.12 in one frame, -0.3 in two; line noise has a tilt. */
const flatnessMin = (frames: number): number => -0.5 - 0.7 / frames;

/**
 * What is left of a key's sound when its two tones are taken out of it: hiss, or the other partials of a voice or an
 * instrument. Frames short enough for a voice to hold its pitch in, long enough to see its partials one by one.
 */
export class DtmfRemainder {
  /** Share of the power, 0-1. */
  #share = 0;
  #peak = 0;
  #flatness = 0;
  #clipping = 0;
  #frames = 0;
  readonly #samples = new Float64Array(MEMORY_BLOCKS * BLOCK_SAMPLES);
  /** The frames, one after the other. */
  readonly #rest = new Float64Array(BLOCKS_MAX * BLOCK_SAMPLES);
  readonly #spectrum = new Float64Array(BINS_MAX);
  readonly #basis = [0, 1, 2, 3].map(() => new Float64Array(FRAME_SAMPLES_MAX));
  #block = -1;

  /** Takes the newest 5 ms. */
  push(block: Float64Array): void {
    this.#block += 1;
    this.#samples.set(block, (this.#block % MEMORY_BLOCKS) * BLOCK_SAMPLES);
  }

  /** Looks at the tones' steps `first` to `last`, both included. `isHeld` tells those at which the key is not in a hole. */
  measure(lowHz: number, highHz: number, first: number, last: number, isHeld: (block: number) => boolean): void {
    const from = Math.max(first, last - BLOCKS_MAX + 1, this.#block - MEMORY_BLOCKS + 1, 0);
    const blocks = last - from + 1;
    const count = Math.max(1, Math.floor(blocks / FRAME_BLOCKS_MIN));
    const frameBlocks = Math.min(FRAME_BLOCKS_MAX, Math.floor(blocks / count));
    const length = frameBlocks * BLOCK_SAMPLES;
    const isWhole = (block: number): boolean =>
      isHeld(block) && (block === first || isHeld(block - 1)) && (block === last || isHeld(block + 1));
    this.#frames = 0;
    let power = 0;
    let rest = 0;
    let used = 0;
    for (let i = 0; i < count; i += 1) {
      const frame = this.#rest.subarray(this.#frames * length, (this.#frames + 1) * length);
      if (used < frameBlocks) toneBasis(this.#basis, length, lowHz, highHz);
      used = this.#gather(frame, from + i * frameBlocks, isWhole);
      if (used < USED_MIN) continue;
      this.#frames += 1;
      power += energy(frame);
      takeOutTones(frame, this.#basis);
      rest += energy(frame);
    }
    this.#share = power > 0 ? rest / power : 0;
    // Most keys stand far above what is left of them: nothing to look at.
    if (this.#share < REST_MIN) return;
    this.#spectrum.fill(0);
    for (let i = 0; i < this.#frames; i += 1) this.#addPeriodogram(this.#rest.subarray(i * length, (i + 1) * length));
    this.#describe(length, lowHz, highHz);
  }

  /** True when it is next to nothing, or hiss, or what clipping leaves. Voices and music leave partials. */
  get isPlain(): boolean {
    const frames = this.#frames;
    const share = this.#share;
    if (frames === 0 || share < REST_MIN) return true;
    if (share < CLIPPED_MAX && this.#clipping > CLIPPED_MIN) return true;
    if (share < REST_CLEAR) return this.#peak < 1.5 * peakMax(frames);
    return this.#peak < peakMax(frames) && this.#flatness > flatnessMin(frames);
  }

  /** Fills a frame, and empties it and its basis where the key has a hole. Returns how many steps were filled. */
  #gather(frame: Float64Array, from: number, isWhole: (block: number) => boolean): number {
    let used = 0;
    for (let at = 0, block = from; at < frame.length; at += BLOCK_SAMPLES, block += 1) {
      if (isWhole(block)) {
        used += 1;
        const stored = (block % MEMORY_BLOCKS) * BLOCK_SAMPLES;
        frame.set(this.#samples.subarray(stored, stored + BLOCK_SAMPLES), at);
      } else {
        frame.fill(0, at, at + BLOCK_SAMPLES);
        for (const tone of this.#basis) tone.fill(0, at, at + BLOCK_SAMPLES);
      }
    }
    return used;
  }

  /** One Goertzel recursion for each bin. */
  #addPeriodogram(frame: Float64Array): void {
    const firstBin = binOf(FROM_HZ, frame.length);
    const bins = binOf(TO_HZ, frame.length) - firstBin + 1;
    for (let k = 0; k < bins; k += 1) {
      const coefficient = 2 * Math.cos((2 * Math.PI * (firstBin + k)) / frame.length);
      let s1 = 0;
      let s2 = 0;
      for (let n = 0; n < frame.length; n += 1) {
        const s0 = (frame[n] as number) + coefficient * s1 - s2;
        s2 = s1;
        s1 = s0;
      }
      this.#spectrum[k] = (this.#spectrum[k] as number) + s1 * s1 + s2 * s2 - coefficient * s1 * s2;
    }
  }

  #describe(length: number, lowHz: number, highHz: number): void {
    const firstBin = binOf(FROM_HZ, length);
    const bins = this.#spectrum.subarray(0, binOf(TO_HZ, length) - firstBin + 1);
    let sum = Number.MIN_VALUE;
    let logarithms = 0;
    let strongest = 0;
    for (const bin of bins) {
      sum += bin;
      logarithms += Math.log(bin + Number.MIN_VALUE);
      if (bin > strongest) strongest = bin;
    }
    const mean = sum / bins.length;
    this.#peak = strongest / mean;
    this.#flatness = logarithms / bins.length - Math.log(mean);
    let products = 0;
    for (const hz of [2 * highHz - lowHz, 2 * highHz + lowHz, 2 * lowHz + highHz]) {
      const bin = binOf(hz > WORK_RATE_HZ / 2 ? WORK_RATE_HZ - hz : hz, length) - firstBin;
      for (let k = bin - 1; k <= bin + 1; k += 1) products += bins[k] ?? 0;
    }
    this.#clipping = products / sum;
  }
}

const binOf = (hz: number, length: number): number => Math.round((hz * length) / WORK_RATE_HZ);

function energy(samples: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < samples.length; n += 1) sum += (samples[n] as number) ** 2;
  return sum;
}

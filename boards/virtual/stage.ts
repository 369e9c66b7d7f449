import { SimulatedAudio } from '../../drivers/simulated/audio.js';
import { SimulatedLine } from '../../drivers/simulated/line.js';
import { SimulatedModem } from '../../drivers/simulated/modem.js';
import { WavReader } from '../../drivers/simulated/wav.js';
import type { LinePort } from '../../hal/board.js';
import type { Clock } from '../../hal/clock.js';
import type { LinePart, Scene } from './timeline.js';

/** A block is about this long: 256 samples at 8 kHz. */
const BLOCK_MS = 32;

/** One line of the world: brings the sound of its scenes to its ear, block by block; silence where there is no scene. */
export class Stage implements LinePort {
  readonly id: string;
  readonly sense: SimulatedLine;
  readonly audio: SimulatedAudio;
  /** Where a trace of the line knows of one. */
  readonly modem: SimulatedModem | null;
  readonly #part: LinePart;
  readonly #block: Int16Array;
  #next = 0;
  #scene = 0;
  #reader: WavReader | undefined;

  constructor(part: LinePart, clock: Clock) {
    this.id = part.line;
    this.sense = new SimulatedLine(part.initialHook);
    this.audio = new SimulatedAudio(part.line, part.sampleRateHz, clock);
    this.modem = part.scenes.some(({ trace }) => trace.modem !== null) ? new SimulatedModem(part.line, clock) : null;
    this.#part = part;
    this.#block = new Int16Array(Math.round((part.sampleRateHz * BLOCK_MS) / 1000));
  }

  /** When the next whole block will have been heard. */
  get blockEndMs(): number {
    const length = this.#block.length;
    return this.#ms((Math.floor(this.#next / length) + 1) * length);
  }

  /** Delivers what was on the line since the last time until `untilMs`, never more than a block. */
  deliver(untilMs: number): void {
    const end = Math.floor((untilMs * this.#part.sampleRateHz) / 1000 + 1e-3);
    if (end <= this.#next) return;
    const first = this.#next;
    this.#next = end;
    this.#leaveScenesBefore(first);
    if (!this.audio.listening) return;
    const samples = this.#block.subarray(0, end - first);
    this.#fill(first, samples);
    this.audio.hear(first, samples);
  }

  /** Goes on at `toMs`. The idle time until then has no samples. */
  skip(toMs: number): void {
    const to = Math.max(this.#next, Math.ceil((toMs * this.#part.sampleRateHz) / 1000 - 1e-3));
    this.audio.skip(this.#next, to);
    this.#next = to;
  }

  /** Closes the WAV in hand. */
  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #fill(first: number, samples: Int16Array): void {
    const end = first + samples.length;
    const opening = this.#part.scenes[this.#scene];
    const whole = opening !== undefined && opening.startSample <= first && audioEnd(opening) >= end;
    if (!whole) samples.fill(0);
    for (let index = this.#scene; ; index += 1) {
      const scene = this.#part.scenes[index];
      if (scene === undefined || scene.startSample >= end) return;
      const from = Math.max(first, scene.startSample);
      const to = Math.min(end, audioEnd(scene));
      if (from >= to) continue;
      if (this.#reader?.wav !== scene.trace.audio) {
        this.close();
        this.#reader = new WavReader(scene.trace.audio);
      }
      this.#reader.read(from - scene.startSample, samples.subarray(from - first, to - first));
    }
  }

  #leaveScenesBefore(sample: number): void {
    for (;;) {
      const scene = this.#part.scenes[this.#scene];
      if (scene === undefined || audioEnd(scene) > sample) return;
      this.#scene += 1;
      if (this.#reader?.wav === scene.trace.audio) this.close();
    }
  }

  #ms(sample: number): number {
    return (sample * 1000) / this.#part.sampleRateHz;
  }
}

const audioEnd = ({ startSample, trace }: Scene): number => startSample + trace.audio.samples;

import { decode } from './decode.js';
import { piece } from './programme.js';

/** What a decoder told of sounds that carry no signal. */
export interface FalseEvents {
  seconds: number;
  /** By kind: `caller-id`, `dtmf`, and the names of tones. */
  readonly told: Record<string, number>;
}

/** Counts what is told of pieces of the programme until `seconds` of them are over, by kind of sound. Needs `espeak-ng`. */
export function falseEvents(seconds: number, seed: number, progress: (seconds: number) => void = () => undefined) {
  const byKind = new Map<string, FalseEvents>();
  let heard = 0;
  for (let index = 0; heard < seconds; index += 1) {
    const { kind, samples } = piece(seed, index);
    const count = byKind.get(kind) ?? { seconds: 0, told: {} };
    byKind.set(kind, count);
    for (const event of decode(samples, { sampleRateHz: 8000 })) {
      const name = event.kind === 'tone' ? event.tone : event.kind;
      count.told[name] = (count.told[name] ?? 0) + 1;
    }
    count.seconds += samples.length / 8000;
    heard += samples.length / 8000;
    progress(heard);
  }
  return byKind;
}

/** One kind of event over all sounds. */
export function toldOf(name: string, byKind: ReadonlyMap<string, FalseEvents>): number {
  return [...byKind.values()].reduce((sum, { told }) => sum + (told[name] ?? 0), 0);
}

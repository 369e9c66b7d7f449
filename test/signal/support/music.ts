import { LineSignal } from './line-signal.js';
import type { Random } from './random.js';

const RATE_HZ = 8000;
/** Overtones above this are left out: the telephone would. */
const TOP_HZ = 3600;
const SCALES = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
  [0, 2, 4, 7, 9],
  [0, 1, 4, 5, 7, 8, 11],
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
] as const;

/** How an instrument sounds: relative amplitude of its partials, and the course of a note. */
interface Instrument {
  /** Ratio to the fundamental, amplitude, and how much faster than the fundamental it dies away. */
  readonly partials: readonly (readonly [ratio: number, amplitude: number, decay?: number])[];
  readonly attackMs: number;
  /** Time constant; 0 holds the note to its end. */
  readonly decayMs: number;
  readonly releaseMs: number;
  /** Depth of the vibrato, share of the frequency. */
  readonly vibrato?: number;
}

const harmonics = (count: number, amplitude: (n: number) => number) =>
  Array.from({ length: count }, (_, i) => [i + 1, amplitude(i + 1), i / 4] as const);

export const INSTRUMENTS = {
  organ: {
    partials: [
      [1, 1],
      [2, 0.6],
      [3, 0.3],
      [4, 0.4],
      [6, 0.15],
      [8, 0.1],
    ],
    attackMs: 6,
    decayMs: 0,
    releaseMs: 8,
  },
  flute: {
    partials: [
      [1, 1],
      [2, 0.12],
      [3, 0.05],
    ],
    attackMs: 30,
    decayMs: 0,
    releaseMs: 40,
    vibrato: 0.006,
  },
  strings: { partials: harmonics(12, (n) => 1 / n), attackMs: 60, decayMs: 0, releaseMs: 90, vibrato: 0.008 },
  piano: { partials: harmonics(9, (n) => 1 / n ** 1.4), attackMs: 3, decayMs: 500, releaseMs: 50 },
  pluck: { partials: harmonics(14, (n) => 1 / n), attackMs: 1, decayMs: 180, releaseMs: 15 },
  bell: {
    partials: [
      [1, 1],
      [2, 0.5],
      [2.4, 0.5, 1],
      [3.01, 0.4, 1],
      [4.5, 0.3, 2],
      [5.33, 0.2, 2],
    ],
    attackMs: 1,
    decayMs: 900,
    releaseMs: 60,
  },
  musicBox: {
    partials: [
      [1, 1],
      [2.92, 0.3, 2],
      [5.4, 0.1, 4],
    ],
    attackMs: 1,
    decayMs: 350,
    releaseMs: 30,
  },
  marimba: {
    partials: [
      [1, 1],
      [3.93, 0.25, 4],
    ],
    attackMs: 2,
    decayMs: 120,
    releaseMs: 20,
  },
  chip: { partials: harmonics(9, (n) => (n % 2 === 1 ? 1 / n : 0)), attackMs: 1, decayMs: 0, releaseMs: 1 },
  buzz: { partials: harmonics(16, (n) => 1 / n), attackMs: 1, decayMs: 0, releaseMs: 1 },
  beep: {
    partials: [
      [1, 1],
      [3, 0.04],
    ],
    attackMs: 2,
    decayMs: 0,
    releaseMs: 2,
  },
  choir: {
    partials: [
      [1, 1],
      [2, 0.8],
      [3, 0.4],
      [4, 0.15],
      [5, 0.3],
      [6, 0.1],
    ],
    attackMs: 90,
    decayMs: 0,
    releaseMs: 120,
    vibrato: 0.012,
  },
} satisfies Readonly<Record<string, Instrument>>;

/** A piece: chords, a melody or arpeggios on one to three instruments, with or without drums. Two pure beeps at once are
 * left out: two sines keyed together are what a key is. */
export function music(durationMs: number, random: Random): LineSignal {
  const signal = new LineSignal(durationMs);
  const beatMs = 60_000 / random.int(55, 200);
  const tune = 2 ** (random.between(-50, 50) / 1200);
  const scale = random.pick(SCALES);
  const root = random.int(40, 64);
  const hz = (degree: number): number => {
    const octave = Math.floor(degree / scale.length);
    return 440 * tune * 2 ** ((root + 12 * octave + (scale[degree - octave * scale.length] as number) - 69) / 12);
  };
  const parts = random.int(1, 3);
  for (let part = 0; part < parts; part += 1) {
    const name = random.pick(Object.keys(INSTRUMENTS) as (keyof typeof INSTRUMENTS)[]);
    const instrument: Instrument = INSTRUMENTS[name];
    const style = name === 'beep' ? 'melody' : random.pick(['chords', 'arpeggio', 'melody', 'dyads'] as const);
    const division = random.pick([0.25, 0.5, 1, 2] as const);
    const stepMs = beatMs * division * (style === 'chords' ? 2 : 1);
    const held = random.between(0.4, 1.1);
    let degree = random.int(0, 14);
    for (let at = 0; at < durationMs - stepMs; at += stepMs) {
      if (random.next() < 0.12) continue;
      degree = Math.max(0, Math.min(21, degree + random.int(-3, 3)));
      const loudness = random.between(0.5, 1);
      const play = (d: number, delayMs = 0): void =>
        note(signal, instrument, {
          hz: hz(d),
          amplitude: 1500 * loudness,
          fromMs: at + delayMs,
          durationMs: stepMs * held,
        });
      if (style === 'chords') for (const step of [0, 2, 4, 6].slice(0, random.int(3, 4))) play(degree + step);
      else if (style === 'dyads') for (const step of [0, random.int(2, 6)]) play(degree + step);
      else if (style === 'arpeggio') for (let i = 0; i < 3; i += 1) play(degree + 2 * i, (i * stepMs) / 3);
      else play(degree);
    }
  }
  if (random.next() < 0.4) drums(signal, beatMs, random);
  return signal;
}

export function note(
  signal: LineSignal,
  instrument: Instrument,
  { hz, amplitude, fromMs, durationMs }: { hz: number; amplitude: number; fromMs: number; durationMs: number },
): void {
  const { samples } = signal;
  const first = signal.index(fromMs);
  const count = Math.min(samples.length - first, signal.index(durationMs + instrument.releaseMs));
  const ms = 1000 / RATE_HZ;
  for (const [ratio, part, decay = 0] of instrument.partials) {
    const partHz = hz * ratio;
    if (partHz > TOP_HZ || partHz < 60) continue;
    let phase = first * ratio * 0.7;
    const turn = (2 * Math.PI * partHz) / RATE_HZ;
    const vibrato = instrument.vibrato ?? 0;
    const fade = instrument.decayMs > 0 ? Math.exp((-ms * (1 + decay)) / instrument.decayMs) : 1;
    let body = amplitude * part;
    for (let i = 0; i < count; i += 1) {
      const t = i * ms;
      const attack = Math.min(1, t / instrument.attackMs);
      const release = Math.min(1, Math.max(0, (durationMs + instrument.releaseMs - t) / instrument.releaseMs));
      samples[first + i] = (samples[first + i] as number) + body * attack * release * Math.sin(phase);
      phase += vibrato > 0 ? turn * (1 + vibrato * Math.sin((2 * Math.PI * 5.5 * i) / RATE_HZ)) : turn;
      body *= fade;
    }
  }
}

/** A thump on the beat, a hiss between. */
function drums(signal: LineSignal, beatMs: number, random: Random): void {
  const { samples } = signal;
  const durationMs = (samples.length * 1000) / RATE_HZ;
  for (let at = 0, beat = 0; at < durationMs; at += beatMs / 2, beat += 1) {
    const first = signal.index(at);
    const thump = beat % 2 === 0;
    for (let i = 0; i < 800 && first + i < samples.length; i += 1) {
      const hit = thump ? 5000 * Math.sin(9 * Math.exp(-i / 300) * 4) : 1500 * random.gauss();
      samples[first + i] = (samples[first + i] as number) + hit * Math.exp(-i / (thump ? 400 : 120));
    }
  }
}

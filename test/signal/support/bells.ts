import { LineSignal } from './line-signal.js';
import { INSTRUMENTS, note } from './music.js';
import type { Random } from './random.js';

const RATE_HZ = 8000;
const between = (random: Random, low: number, high: number): number => low * (high / low) ** random.next();

/** What else rings and whirrs in an office: electronic ringers, door chimes, alarms, FM sounds, sirens. One kind for all of it. */
export function bells(durationMs: number, random: Random): LineSignal {
  const signal = new LineSignal(durationMs);
  const kind = random.pick(['warble', 'chime', 'alarm', 'fm', 'siren'] as const);
  for (let at = random.between(0, 500); at < durationMs; ) {
    const lengthMs = random.between(300, 2500);
    if (kind === 'warble') warble(signal, at, lengthMs, random);
    else if (kind === 'chime') chime(signal, at, random);
    else if (kind === 'alarm') alarm(signal, at, lengthMs, random);
    else if (kind === 'fm') frequencyModulation(signal, at, lengthMs, random);
    else siren(signal, at, lengthMs, random);
    at += lengthMs + random.between(100, 1500);
  }
  return signal;
}

/** Two notes in turn, 8 to 30 times a second, as electronic telephones ring. */
function warble(signal: LineSignal, atMs: number, lengthMs: number, random: Random): void {
  const pair = [between(random, 600, 1100), between(random, 900, 1700)];
  const turnMs = 1000 / random.between(16, 60);
  const instrument = random.pick([INSTRUMENTS.chip, INSTRUMENTS.buzz, INSTRUMENTS.beep]);
  for (let t = 0, i = 0; t < lengthMs; t += turnMs, i += 1) {
    note(signal, instrument, { hz: pair[i % 2] as number, amplitude: 4000, fromMs: atMs + t, durationMs: turnMs });
  }
}

function chime(signal: LineSignal, atMs: number, random: Random): void {
  const instrument = random.pick([INSTRUMENTS.bell, INSTRUMENTS.musicBox, INSTRUMENTS.marimba]);
  let hz = between(random, 400, 1500);
  for (let i = 0; i < 4; i += 1) {
    note(signal, instrument, { hz, amplitude: 4000, fromMs: atMs + i * 350, durationMs: 900 });
    hz *= random.pick([0.75, 0.8, 0.667, 1.25, 1.333]);
  }
}

function alarm(signal: LineSignal, atMs: number, lengthMs: number, random: Random): void {
  const instrument = random.pick([INSTRUMENTS.chip, INSTRUMENTS.beep, INSTRUMENTS.buzz]);
  const hz = between(random, 500, 3000);
  const onMs = random.between(40, 250);
  for (let t = 0; t < lengthMs; t += 2 * onMs)
    note(signal, instrument, { hz, amplitude: 4000, fromMs: atMs + t, durationMs: onMs });
}

function frequencyModulation(signal: LineSignal, atMs: number, lengthMs: number, random: Random): void {
  const carrier = between(random, 200, 2000);
  const modulator = carrier * random.pick([0.5, 1, 1.41, 2, 3.5]);
  const index = random.between(0.3, 5);
  const first = signal.index(atMs);
  for (let i = 0; i < signal.index(lengthMs) && first + i < signal.samples.length; i += 1) {
    const t = i / RATE_HZ;
    const fade = Math.exp(-3 * (i / signal.index(lengthMs)));
    const x = Math.sin(2 * Math.PI * carrier * t + index * fade * Math.sin(2 * Math.PI * modulator * t));
    signal.samples[first + i] = (signal.samples[first + i] as number) + 4000 * fade * x;
  }
}

function siren(signal: LineSignal, atMs: number, lengthMs: number, random: Random): void {
  const low = between(random, 300, 900);
  const high = low * random.between(1.2, 3);
  const sweepHz = random.between(0.3, 8);
  const first = signal.index(atMs);
  let phase = 0;
  for (let i = 0; i < signal.index(lengthMs) && first + i < signal.samples.length; i += 1) {
    const place = 0.5 - 0.5 * Math.cos((2 * Math.PI * sweepHz * i) / RATE_HZ);
    phase += (2 * Math.PI * (low + (high - low) * place)) / RATE_HZ;
    const x = Math.sin(phase) + 0.3 * Math.sin(2 * phase);
    signal.samples[first + i] = (signal.samples[first + i] as number) + 3000 * x;
  }
}

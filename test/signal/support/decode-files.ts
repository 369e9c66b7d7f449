/**
 * Decodes WAV files and prints one JSON line for each: `npx tsx test/signal/support/decode-files.ts FILE.wav…`.
 * For measuring; people type `kikitome decode`.
 */
import { readFileSync } from 'node:fs';
import { PROFILES, type Profile } from '../../../firmware/signal/profile.js';
import { decode } from './decode.js';
import { parseWav } from './wav.js';

const { KIKITOME_SIGNAL_PROFILE: named = 'jp' } = process.env;
const profile = Object.hasOwn(PROFILES, named) ? (named as Profile['name']) : 'jp';
let audioMs = 0;
let spentMs = 0;
for (const file of process.argv.slice(2)) {
  const { samples, sampleRateHz } = parseWav(readFileSync(file));
  const before = performance.now();
  const events = decode(samples, { sampleRateHz, profile });
  spentMs += performance.now() - before;
  audioMs += (samples.length * 1000) / sampleRateHz;
  console.log(JSON.stringify({ file, events }));
}
console.error(
  `${(audioMs / 1000).toFixed(1)} s of sound, ${(spentMs / (audioMs / 1000)).toFixed(3)} ms for each second`,
);

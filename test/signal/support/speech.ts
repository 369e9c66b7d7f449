import { execFileSync } from 'node:child_process';
import { LineSignal } from './line-signal.js';
import type { Random } from './random.js';
import { talk } from './talk.js';
import { toLineRate } from './to-line-rate.js';
import { parseWav } from './wav.js';

/** Larynxes of espeak-ng: men, women, and voices that creak or whisper. */
const LARYNXES = 'm1 m2 m3 m4 m5 m6 m7 f1 f2 f3 f4 f5 croak whisper klatt klatt2 klatt4'.split(' ');

/** About a minute of one person talking, at the telephone's rate but not yet through a line. Needs `espeak-ng`. */
export function speech(language: string, random: Random): LineSignal {
  const voice = `${language}+${random.pick(LARYNXES)}`;
  const speed = random.int(90, 260);
  const settings = ['-v', voice, '-s', `${speed}`, '-p', `${random.int(0, 99)}`, '-g', `${random.int(0, 6)}`];
  // Slow speakers need fewer sentences for a minute.
  const text = talk(language, Math.ceil(speed / 12), random);
  const wav = execFileSync('espeak-ng', [...settings, '--stdout', '--stdin'], {
    input: text,
    maxBuffer: 2 ** 28,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const { samples, sampleRateHz } = parseWav(wav);
  const signal = new LineSignal(0);
  signal.samples = toLineRate(samples, sampleRateHz);
  return signal;
}

import { dtmfSignal } from '../../../signal/support/dtmf-signal.js';
import { LineSignal } from '../../../signal/support/line-signal.js';
import { piece } from '../../../signal/support/programme.js';
import { Random } from '../../../signal/support/random.js';
import { callerId } from './caller-ids.js';

/** What a line may carry for so long, at 8 kHz, by name. Needs `espeak-ng`. */
export function sounds(seconds: number, seed: number): ReadonlyMap<string, Int16Array> {
  const random = new Random(seed);
  const noise = (dbm0: number) => new LineSignal(seconds * 1000).noise(dbm0, random);
  const signals = noise(-45);
  for (let at = 0; at + 1200 < seconds * 1000; at += 1500) {
    signals.add(callerId('JCLIP', random.digits(10), -20, random), at);
    signals.add(dtmfSignal(random.digits(5), { lowDbm0: -12 }), at + 600);
  }
  return new Map([
    ['idle line', noise(-62).toPcm()],
    ['speech', programme(seconds, (index) => index % 5 < 3, seed)],
    ['music', programme(seconds, (index) => index % 5 === 3, seed)],
    ['hiss', noise(-20).toPcm()],
    ['caller IDs and keys', signals.toPcm()],
  ]);
}

function programme(seconds: number, isWanted: (index: number) => boolean, seed: number): Int16Array {
  const samples = new Int16Array(seconds * 8000);
  for (let index = 0, at = 0; at < samples.length; index += 1) {
    if (!isWanted(index)) continue;
    const next = piece(seed, index).samples.subarray(0, samples.length - at);
    samples.set(next, at);
    at += next.length;
  }
  return samples;
}

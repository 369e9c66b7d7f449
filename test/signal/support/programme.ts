import { bells } from './bells.js';
import type { LineSignal } from './line-signal.js';
import { music } from './music.js';
import { Random } from './random.js';
import { speech } from './speech.js';
import { LANGUAGES } from './talk.js';
import { throughTelephone } from './telephone.js';

const MUSIC_MS = 60_000;

/** About a minute of what a line carries when nobody signals. */
export interface Piece {
  /** A language, two of them at once, `hold` (speech over music), `music` or `bells`. */
  readonly kind: string;
  readonly samples: Int16Array;
}

/**
 * Piece `index` of a programme without end: three in five speak, each language in turn; the others play and ring. The
 * same seed and version of espeak-ng give the same sound.
 */
export function piece(seed: number, index: number): Piece {
  const random = new Random(seed * 1_000_003 + index);
  const turn = index % 5;
  const language = LANGUAGES[(Math.floor(index / 5) * 3 + turn) % LANGUAGES.length] as string;
  const [kind, signal] = sound();
  return { kind, samples: throughTelephone(signal, random).toPcm() };

  function sound(): [string, LineSignal] {
    if (turn === 3) return ['music', music(MUSIC_MS, random)];
    if (turn === 4) {
      if (random.next() < 0.5) return ['bells', bells(MUSIC_MS, random)];
      const talking = speech(language, random);
      const ms = (talking.samples.length * 1000) / talking.sampleRateHz;
      return ['hold', talking.add(music(ms, random).gain(random.between(-12, 6)), 0)];
    }
    const talking = speech(language, random);
    if (random.next() > 0.15) return [language, talking];
    const other = random.pick(LANGUAGES);
    return [`${language}+${other}`, talking.add(speech(other, random), 700)];
  }
}

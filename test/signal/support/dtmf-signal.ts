import { LineSignal } from './line-signal.js';

const KEYS = '123A456B789C*0#D';
const LOW = [697, 770, 852, 941];
const HIGH = [1209, 1336, 1477, 1633];

export interface DtmfOptions {
  readonly lowDbm0: number;
  /** High over low. */
  readonly twistDb?: number;
  readonly onMs?: number;
  readonly offMs?: number;
  readonly lowError?: number;
  readonly highError?: number;
  readonly sampleRateHz?: number;
  readonly leadMs?: number;
}

/** Keys, one after the other, with a pause before, between and after. */
export function dtmfSignal(keys: string, options: DtmfOptions): LineSignal {
  const { lowDbm0, twistDb = 0, onMs = 50, offMs = 50, lowError = 0, highError = 0 } = options;
  const leadMs = options.leadMs ?? 60;
  const signal = new LineSignal(2 * leadMs + keys.length * (onMs + offMs), options.sampleRateHz);
  [...keys].forEach((key, i) => {
    const at = KEYS.indexOf(key);
    const fromMs = leadMs + i * (onMs + offMs);
    signal.tone((LOW[at >> 2] as number) * (1 + lowError), lowDbm0, fromMs, onMs);
    signal.tone((HIGH[at & 3] as number) * (1 + highError), lowDbm0 + twistDb, fromMs, onMs);
  });
  return signal;
}

/** Any `length` of the sixteen keys. */
export function anyKeys(length: number, pick: () => number): string {
  let keys = '';
  for (let i = 0; i < length; i += 1) keys += KEYS[Math.floor(pick() * 16)] as string;
  return keys;
}

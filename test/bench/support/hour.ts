import path from 'node:path';
import { Chance } from '../../support/chance.js';
import { Murmur } from '../../support/murmur.js';
import { cleanTrace, type EdgeJson } from '../../support/traces.js';

const RATE_HZ = 8000;
/** Calls of ten minutes: lifted this long after the last was put down, which is far more than a hook flash. */
const CALL_MS = 600_000;
const PAUSE_MS = 3000;

/** A line trace of so many minutes, spoken through from end to end. */
export interface LineHour {
  readonly dir: string;
  readonly wav: string;
  readonly seconds: number;
  /** None where the line is idle. */
  readonly calls: number;
  /** What of it is inside a call. */
  readonly callSeconds: number;
}

export interface HourOptions {
  readonly minutes: number;
  /** Outbound calls that leave out three seconds in ten minutes; else the same sound with the handset down. */
  readonly busy: boolean;
  readonly line: string;
  readonly seed: number;
}

/** Writes one line's trace. */
export function makeHour(dir: string, { minutes, busy, line, seed }: HourOptions): LineHour {
  const endMs = minutes * 60_000;
  const edges: EdgeJson[] = [];
  let callMs = 0;
  for (let fromMs = 0; busy && fromMs < endMs; fromMs += CALL_MS) {
    const untilMs = Math.min(fromMs + CALL_MS, endMs);
    edges.push({ atMs: fromMs + PAUSE_MS / 2, hook: 'off' }, { atMs: untilMs - PAUSE_MS / 2, hook: 'on' });
    callMs += untilMs - fromMs - PAUSE_MS;
  }
  const murmur = new Murmur(new Chance(seed), RATE_HZ);
  cleanTrace(edges, murmur.speak((endMs / 1000) * RATE_HZ), { dir, line, sampleRateHz: RATE_HZ });
  return {
    dir,
    wav: path.join(dir, `${line}.wav`),
    seconds: endMs / 1000,
    calls: edges.length / 2,
    callSeconds: callMs / 1000,
  };
}

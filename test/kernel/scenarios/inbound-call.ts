import path from 'node:path';
import { TelephoneLine } from '../../scenario/telephone-line.js';
import { nttNumber } from '../../signal/support/messages.js';
import type { Bench } from '../bench.js';

const NUMBER = '0312345678';

export interface InboundOptions {
  readonly seed: number;
  /** How long is talked. Default 3 s. */
  readonly sayMs?: number;
  /** Time of day at which it begins, for traces that follow each other. */
  readonly at?: string;
}

/** A call whose number the telephone fetches, contacts bouncing, as a trace the guest can play by `name`. Talk begins some 11 s in. Returns its folder. */
export function inboundCall(
  bench: Bench,
  name: string,
  { seed, sayMs = 3000, at = '09:00:00' }: InboundOptions,
): string {
  const line = new TelephoneLine({ seed, bounces: true });
  line.wait(500);
  line.fetchNumber(nttNumber(NUMBER));
  line.ring(1);
  line.wait(600);
  line.lift();
  line.say(sayMs);
  line.hangUp();
  const dir = line.write(path.join(bench.folder, name), 'line-1', `2026-11-24T${at}+09:00`);
  bench.trace(dir, name);
  return dir;
}

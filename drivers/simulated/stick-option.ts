import { existsSync, statSync } from 'node:fs';
import { TraceError } from './errors.js';
import type { SimulatedStickOptions } from './stick.js';

/** A stick that somebody plugs into the virtual board. */
export interface PluggedStick extends SimulatedStickOptions {
  /** When it goes in, and when it is pulled (null: never), on the board's own clock. */
  readonly atMs: number;
  readonly outMs: number | null;
}

/** Of `StickFaults`, by the names they have on a command line. */
const FAULTS = {
  room: 'roomBytes',
  full: 'fullAtByte',
  pulled: 'pulledAtByte',
  false: 'honestBytes',
  slow: 'slowTurns',
} as const;
const SHAPE = `DIR[,serial=TEXT][,at=MS][,out=MS][,${Object.keys(FAULTS).join('=N][,')}=N] is wanted`;

/** Reads `DIR,serial=ABC,at=5000,pulled=20000`. Throws `TraceError` `FAULT_FIELDS`. */
export function parseStick(text: string): PluggedStick {
  const [folder = '', ...fields] = text.split(',');
  const refuse = (what: string) => new TraceError('FAULT_FIELDS', text, `${what}; ${SHAPE}`);
  if (folder === '') throw refuse('no folder');
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw refuse('no folder');
  let [atMs, outMs, serial]: [number, number | null, string | undefined] = [0, null, undefined];
  const faults: Partial<Record<(typeof FAULTS)[keyof typeof FAULTS], number>> = {};
  for (const field of fields) {
    const [, name = '', value = ''] = /^([a-z]+)=(.+)$/.exec(field) ?? [];
    if (name === 'serial' && /^[\x21-\x7e]{1,64}$/.test(value)) {
      serial = value;
      continue;
    }
    if (!/^\d{1,15}$/.test(value)) throw refuse(field);
    if (name === 'at') atMs = Number(value);
    else if (name === 'out') outMs = Number(value);
    else if (Object.hasOwn(FAULTS, name)) faults[FAULTS[name as keyof typeof FAULTS]] = Number(value);
    else throw refuse(field);
  }
  return { folder, faults, atMs, outMs, ...(serial !== undefined && { info: { serial } }) };
}

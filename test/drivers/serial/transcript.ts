import { readdirSync, readFileSync } from 'node:fs';
import { MODEM_PROFILES, type ModemProfile, type ModemProfileId } from '../../../drivers/serial/profiles.js';
import type { ModemReport } from '../../../hal/modem.js';

const FIXTURES = new URL('fixtures/', import.meta.url);

/** One line of a transcript; PROVENANCE.md says what they look like. */
export type Entry =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'report'; readonly report: unknown };

export interface Transcript {
  readonly name: string;
  readonly profile: ModemProfile;
  readonly entries: readonly Entry[];
}

/** All transcripts beside this file. */
export const transcripts = (): Transcript[] =>
  readdirSync(FIXTURES)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => read(file));

/** A report as transcripts have it: without the time, octets in hex. */
export function bare({ atMs: _, ...report }: ModemReport): unknown {
  return JSON.parse(
    JSON.stringify(report, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    ),
  );
}

export const profileOf = (id: string): ModemProfile => MODEM_PROFILES[id as ModemProfileId];

function read(file: string): Transcript {
  const [first = '', ...lines] = readFileSync(new URL(file, FIXTURES), 'utf8').split('\n');
  const entries = lines.filter((line) => line !== '' && !line.startsWith('#')).map(entryOf);
  return { name: file.replace('.txt', ''), profile: profileOf(first.replace('profile ', '')), entries };
}

function entryOf(line: string): Entry {
  const text = line.slice(2);
  switch (line[0]) {
    case '>':
      return { kind: 'say', text };
    case '<':
      return { kind: 'send', bytes: bytesOf(text) };
    case '~':
      return { kind: 'pass', ms: Number(text) };
    case '=':
      return { kind: 'report', report: JSON.parse(text) };
    default:
      throw new Error(`no such line: ${line}`);
  }
}

/** The manuals have an empty line before each word: CR LF on both sides. */
function bytesOf(text: string): Uint8Array {
  const open = text.endsWith('\\');
  const inner = (open ? text.slice(0, -1) : text).replace(/\\x([\da-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(open ? inner : `${inner}\r\n`, 'latin1');
}

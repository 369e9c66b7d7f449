import type { MonotonicMs } from '../../hal/clock.js';
import type { ModemReport } from '../../hal/modem.js';
import { type CallerFields, readCallerFields, readTagLine } from './caller-id-lines.js';
import { readHex, readRawCallerId } from './caller-id-raw.js';
import { LINE_MAX } from './line-splitter.js';
import type { ModemProfile } from './profiles.js';

/** The lines of one caller ID come right after each other; after such a pause it is complete [I]. */
const CALLER_PAUSE_MS = 500;
/** Fewer octets than in the shortest message are not taken for the beginning of one: a line may happen to be hex. */
const RAW_MIN = 3;

/** A caller ID of which some lines have come. */
interface Begun {
  readonly fields: CallerFields;
  /** Octets in hex, of as many lines as it took. */
  readonly hex: string;
  /** All lines, for the case that nothing can be made of them. */
  readonly text: string;
  readonly atMs: MonotonicMs;
  readonly lastMs: MonotonicMs;
}

/** What has come of a caller ID; null between two. */
export type Collected = Begun | null;

/** What a line changed. */
export interface Collecting {
  readonly collected: Collected;
  readonly reports: readonly ModemReport[];
}

/** Takes a line if it belongs to a caller ID, else null. A repeated tag begins the next caller ID. */
export function collect(
  collected: Collected,
  line: string,
  atMs: MonotonicMs,
  form: ModemProfile['form'],
): Collecting | null {
  const tagged = readTagLine(line);
  if (tagged === null || tagged.tag === 'MESG') {
    const hex = tagged?.value ?? (form === 'raw' ? line : '');
    const octets = readHex(hex);
    if (octets === null || ((collected?.hex ?? '') === '' && octets.length < RAW_MIN)) return null;
    return addHex(collected, line, hex, atMs, form);
  }
  const { tag, value } = tagged;
  const before = collected !== null && tag in collected.fields ? finish(collected, form) : { collected, reports: [] };
  const begun = extend(before.collected, line, atMs);
  return { collected: { ...begun, fields: { ...begun.fields, [tag]: value } }, reports: before.reports };
}

/** No more lines will come: the caller ID, if one can be made of those that came. */
export function finish(collected: Collected, form: ModemProfile['form']): Collecting {
  if (collected === null) return { collected, reports: [] };
  const { fields, text, atMs } = collected;
  const caller = readCallerFields(fields);
  if (caller !== null) return { collected: null, reports: [{ kind: 'caller', atMs, caller }] };
  // A formatted message without a number may be about anything: messages waiting, charges.
  const unread = form === 'raw' || 'NMBR' in fields;
  return { collected: null, reports: unread ? [{ kind: 'unread', atMs, text }] : [] };
}

/** When `finish` is due, ms; null between two caller IDs. */
export const collectedAtMs = (collected: Collected): number | null => collected && collected.lastMs + CALLER_PAUSE_MS;

/** A raw message is told as soon as it is whole. */
function addHex(
  collected: Collected,
  line: string,
  hex: string,
  atMs: MonotonicMs,
  form: ModemProfile['form'],
): Collecting {
  const full = collected !== null && collected.hex.length + hex.length > LINE_MAX;
  const before = full ? finish(collected, form) : { collected, reports: [] };
  const begun = extend(before.collected, line, atMs);
  const extended = { ...begun, hex: begun.hex + hex };
  const caller = readRawCallerId(readHex(extended.hex) ?? new Uint8Array());
  if (caller === null) return { collected: extended, reports: before.reports };
  return { collected: null, reports: [...before.reports, { kind: 'caller', atMs: begun.atMs, caller }] };
}

function extend(collected: Collected, line: string, atMs: MonotonicMs): Begun {
  if (collected === null) return { fields: {}, hex: '', text: line, atMs, lastMs: atMs };
  return { ...collected, text: `${collected.text}\n${line}`.slice(0, LINE_MAX), lastMs: atMs };
}

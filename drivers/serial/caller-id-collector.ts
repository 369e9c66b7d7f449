import type { MonotonicMs } from '../../hal/clock.js';
import type { ModemReport } from '../../hal/modem.js';
import { type CallerFields, readCallerFields, readHex, readTagLine } from './caller-id-lines.js';
import { LINE_MAX } from './line-splitter.js';
import type { ModemProfile } from './profiles.js';

/** The lines of one caller ID come right after each other; after such a pause it is complete. Its data takes longer on the line [I]. */
export const CALLER_PAUSE_MS = 500;
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
    const hex = (tagged?.value ?? (form === 'raw' ? line : '')).replaceAll(' ', '');
    const octets = readHex(hex);
    if (octets === null || ((collected?.hex ?? '') === '' && octets.length < RAW_MIN)) return null;
    return addHex(collected, line, hex, atMs);
  }
  const { tag, value } = tagged;
  const before = collected !== null && tag in collected.fields ? finish(collected) : { collected, reports: [] };
  const begun = extend(before.collected, line, atMs);
  return { collected: { ...begun, fields: { ...begun.fields, [tag]: value } }, reports: before.reports };
}

/** No more lines will come: the fields, if a caller ID can be made of them, and the octets as they were told. */
export function finish(collected: Collected): Collecting {
  if (collected === null) return { collected, reports: [] };
  const { fields, hex, text, atMs } = collected;
  const reports: ModemReport[] = [];
  const caller = readCallerFields(fields);
  const octets = readHex(hex);
  if (caller !== null) reports.push({ kind: 'caller', atMs, caller });
  if (octets !== null) reports.push({ kind: 'caller', atMs, caller: { form: 'raw', octets } });
  // A formatted message without a number may be about anything: messages waiting, charges.
  if (reports.length === 0 && 'NMBR' in fields) reports.push({ kind: 'unread', atMs, text });
  return { collected: null, reports };
}

/** When `finish` is due, ms; null between two caller IDs. */
export const collectedAtMs = (collected: Collected): number | null => collected && collected.lastMs + CALLER_PAUSE_MS;

/** More octets of the message, or the first of the next where this one would grow beyond what any is. */
function addHex(collected: Collected, line: string, hex: string, atMs: MonotonicMs): Collecting {
  const full = collected !== null && collected.hex.length + hex.length > LINE_MAX;
  const before = full ? finish(collected) : { collected, reports: [] };
  const begun = extend(before.collected, line, atMs);
  return { collected: { ...begun, hex: begun.hex + hex }, reports: before.reports };
}

function extend(collected: Collected, line: string, atMs: MonotonicMs): Begun {
  if (collected === null) return { fields: {}, hex: '', text: line, atMs, lastMs: atMs };
  return { ...collected, text: `${collected.text}\n${line}`.slice(0, LINE_MAX), lastMs: atMs };
}

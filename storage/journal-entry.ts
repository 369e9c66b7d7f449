import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isRecordingId, type RecordingId } from './recording-id.js';

/** Why a recording went: the ring was full, its time was up, somebody ordered it, the box was disposed of. */
export const ERASURE_RULES = ['capacity', 'expiry', 'order', 'disposal'] as const;

export type ErasureRule = (typeof ERASURE_RULES)[number];

const erased = z.object({
  t: z.literal('erased'),
  n: z.int().positive(),
  id: z.custom<RecordingId>((value) => typeof value === 'string' && isRecordingId(value)),
  sha256: z.string().nullable(),
  startedWallMs: z.number(),
  endedWallMs: z.number().nullable(),
  bytes: z.int(),
  rule: z.enum(ERASURE_RULES),
  atWallMs: z.number(),
});

const rules = z.partialRecord(z.enum(ERASURE_RULES), z.int().positive());

const erasedRange = z.object({
  t: z.literal('erased-range'),
  from: z.int().positive(),
  to: z.int().positive(),
  count: z.int().positive(),
  byRule: rules,
  sha256: z.string(),
});

const ofRecording = { n: z.int().positive(), id: erased.shape.id, atWallMs: z.number() };
/** `sealed`: JSON under the recording's key, base64: who ordered the hold and why. */
const hold = z.object({ t: z.literal('hold'), ...ofRecording, sealed: z.string() });
const release = z.object({ t: z.literal('release'), ...ofRecording });
/** `sealed`: JSON under the recording's key: memo, person in charge. The latest counts. */
const note = z.object({ t: z.literal('note'), ...ofRecording, sealed: z.string() });
/** The head went over this segment because nearly all of it is held. */
const passed = z.object({ t: z.literal('passed'), serial: z.int().positive() });
/** What the office has decided, for the caller to make sense of. Nothing personal: it stands unsealed. */
const setting = z.object({ t: z.literal('setting'), key: z.string(), value: z.unknown(), atWallMs: z.number() });
/** Something that happened to the box, for the register: a fault, an attempt, a copy. Nothing personal: it stands unsealed. */
const event = z.object({
  t: z.literal('event'),
  kind: z.string().min(1).max(64),
  detail: z.record(z.string(), z.json()),
  atWallMs: z.number(),
});
/** Events of long ago that had to make room: how many, from when to when, a hash chained over their JSON lines. */
const earlierEvents = z.object({
  t: z.literal('earlier-events'),
  count: z.int().positive(),
  fromWallMs: z.number(),
  toWallMs: z.number(),
  sha256: z.string(),
});

/** What stays of an erased recording. */
export type Tombstone = z.infer<typeof erased>;
/** What stays of many, long ago: numbers `from` to `to`, a hash chained over their tombstones' JSON lines. */
export type TombstoneRange = z.infer<typeof erasedRange>;

export type EventEntry = z.infer<typeof event>;
export type EarlierEvents = z.infer<typeof earlierEvents>;

const known = z.discriminatedUnion('t', [
  erased,
  erasedRange,
  hold,
  release,
  note,
  passed,
  setting,
  event,
  earlierEvents,
]);
export type JournalEntry = z.infer<typeof known>;

/** Throws where a line is no entry: the page's checksum has held, so that is a fault of the program that wrote it. */
export const parseEntry = (line: string): JournalEntry => known.parse(JSON.parse(line));

export const isTombstone = (entry: JournalEntry): entry is Tombstone => entry.t === 'erased';
export const isEvent = (entry: JournalEntry): entry is EventEntry => entry.t === 'event';
export const isEarlierEvents = (entry: JournalEntry): entry is EarlierEvents => entry.t === 'earlier-events';
export const isRange = (entry: JournalEntry): entry is TombstoneRange => entry.t === 'erased-range';

/** Entries that still say something, oldest first: the latest hold and note of what is not erased, the latest of each setting. */
export function livingEntries(entries: readonly JournalEntry[]): JournalEntry[] {
  const erasedIds = new Set(entries.filter(isTombstone).map(({ id }) => id));
  const latest = new Map<string, JournalEntry>();
  for (const entry of entries) {
    if (entry.t === 'hold' || entry.t === 'release') latest.set(`hold ${entry.id}`, entry);
    else if (entry.t === 'note') latest.set(`note ${entry.id}`, entry);
    else if (entry.t === 'setting') latest.set(`setting ${entry.key}`, entry);
  }
  return entries.filter((entry) => {
    switch (entry.t) {
      case 'erased':
      case 'erased-range':
      case 'event':
      case 'earlier-events':
        return true;
      case 'hold':
        return latest.get(`hold ${entry.id}`) === entry && !erasedIds.has(entry.id);
      case 'release':
      case 'passed':
        return false;
      case 'note':
        return latest.get(`note ${entry.id}`) === entry && !erasedIds.has(entry.id);
      default:
        return latest.get(`setting ${entry.key}`) === entry;
    }
  });
}

/** Part of a snapshot that events may take before the oldest are folded. */
const EVENTS_SHARE = 0.25;

/** Entries that need no more than `bytesMax` as JSON lines, as far as tombstones and events can be folded to get there. */
export const foldEntries = (entries: readonly JournalEntry[], bytesMax: number): JournalEntry[] =>
  foldTombstones(foldEvents(entries, Math.floor(bytesMax * EVENTS_SHARE)), bytesMax);

/** The oldest events become one count, with a hash that tells them, until the rest needs no more than `bytesMax`. */
function foldEvents(entries: readonly JournalEntry[], bytesMax: number): JournalEntry[] {
  const events = entries.filter(isEvent);
  let bytes = lineBytes(events);
  let earlier = entries.find(isEarlierEvents);
  let folded = 0;
  for (; bytes > bytesMax && folded < events.length; folded += 1) {
    const oldest = events[folded] as EventEntry;
    bytes -= lineBytes([oldest]);
    earlier = {
      t: 'earlier-events',
      count: (earlier?.count ?? 0) + 1,
      fromWallMs: earlier?.fromWallMs ?? oldest.atWallMs,
      toWallMs: oldest.atWallMs,
      sha256: sha256((earlier?.sha256 ?? '') + JSON.stringify(oldest)),
    };
  }
  const others = entries.filter((entry) => !isEvent(entry) && !isEarlierEvents(entry));
  return [...others, ...(earlier ? [earlier] : []), ...events.slice(folded)];
}

/**
 * Entries that need no more than `bytesMax` as JSON lines: the tombstones with the lowest numbers are folded into ranges
 * of consecutive numbers, as few as needed. Other entries are never dropped.
 */
export function foldTombstones(entries: readonly JournalEntry[], bytesMax: number): JournalEntry[] {
  const others = entries.filter((entry) => !isTombstone(entry) && !isRange(entry));
  const ranges = entries.filter(isRange).sort((a, b) => a.from - b.from);
  const singles = entries.filter(isTombstone).sort((a, b) => a.n - b.n);
  let bytes = lineBytes(others) + lineBytes(singles) + lineBytes(ranges);
  let folded = 0;
  for (; bytes > bytesMax && folded < singles.length; folded += 1) {
    const oldest = singles[folded] as Tombstone;
    const before = lineBytes(ranges);
    joinRange(ranges, oldest);
    bytes += lineBytes(ranges) - before - lineBytes([oldest]);
  }
  return [...others, ...ranges, ...singles.slice(folded)];
}

function joinRange(ranges: TombstoneRange[], tombstone: Tombstone): void {
  const { n, rule } = tombstone;
  const line = JSON.stringify(tombstone);
  const at = ranges.findIndex(({ to }) => to === n - 1);
  const last = ranges[at];
  if (!last) {
    ranges.push({ t: 'erased-range', from: n, to: n, count: 1, byRule: { [rule]: 1 }, sha256: sha256(line) });
    ranges.sort((a, b) => a.from - b.from);
    return;
  }
  const longer = joined(last, { from: n, to: n, count: 1, byRule: { [rule]: 1 } }, sha256(last.sha256 + line));
  const next = ranges[at + 1];
  if (next?.from === n + 1) ranges.splice(at, 2, joined(longer, next, sha256(longer.sha256 + next.sha256)));
  else ranges[at] = longer;
}

function joined(a: TombstoneRange, b: Omit<TombstoneRange, 't' | 'sha256'>, hash: string): TombstoneRange {
  const byRule = { ...a.byRule };
  for (const [rule, count] of Object.entries(b.byRule)) {
    byRule[rule as ErasureRule] = (byRule[rule as ErasureRule] ?? 0) + (count ?? 0);
  }
  return { t: 'erased-range', from: a.from, to: b.to, count: a.count + b.count, byRule, sha256: hash };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const lineBytes = (entries: readonly JournalEntry[]): number =>
  entries.reduce((sum, entry) => sum + Buffer.byteLength(JSON.stringify(entry)) + 1, 0);

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isRecordingId, type RecordingId } from './recording-id.js';

/** Why a recording went: the ring was full, its time was up, somebody ordered it, the box was disposed of. */
export type ErasureRule = 'capacity' | 'expiry' | 'order' | 'disposal';

const erased = z.object({
  t: z.literal('erased'),
  n: z.int().positive(),
  id: z.custom<RecordingId>((value) => typeof value === 'string' && isRecordingId(value)),
  sha256: z.string().nullable(),
  startedWallMs: z.number(),
  endedWallMs: z.number().nullable(),
  bytes: z.int(),
  rule: z.enum(['capacity', 'expiry', 'order', 'disposal']),
  atWallMs: z.number(),
});

const erasedRange = z.object({
  t: z.literal('erased-range'),
  from: z.int().positive(),
  to: z.int().positive(),
  count: z.int().positive(),
  sha256: z.string(),
});

/** What stays of an erased recording. */
export type Tombstone = z.infer<typeof erased>;
/** What stays of many, long ago: numbers `from` to `to`, a hash chained over their tombstones' JSON lines. */
export type TombstoneRange = z.infer<typeof erasedRange>;
/** Entries of a kind this version does not know are kept as they are. */
export type JournalEntry = Tombstone | TombstoneRange | { readonly t: string };

const loose = z.looseObject({ t: z.string() });

/** Throws where a line is no entry: the page's checksum has held, so that is a fault of the program that wrote it. */
export function parseEntry(line: string): JournalEntry {
  const value = loose.parse(JSON.parse(line));
  if (value.t === 'erased') return erased.parse(value);
  if (value.t === 'erased-range') return erasedRange.parse(value);
  return value;
}

export const isTombstone = (entry: JournalEntry): entry is Tombstone => entry.t === 'erased';
export const isRange = (entry: JournalEntry): entry is TombstoneRange => entry.t === 'erased-range';

/**
 * Entries that need no more than `bytesMax` as JSON lines: the tombstones with the lowest numbers are folded into ranges
 * of consecutive numbers, as few as needed. Other entries are never dropped.
 */
export function foldTombstones(entries: readonly JournalEntry[], bytesMax: number): JournalEntry[] {
  const others = entries.filter((entry) => !isTombstone(entry) && !isRange(entry));
  const ranges = entries.filter(isRange).sort((a, b) => a.from - b.from);
  const singles = entries.filter(isTombstone).sort((a, b) => a.n - b.n);
  let bytes = lineBytes(others) + lineBytes(singles) + lineBytes(ranges);
  while (bytes > bytesMax && singles.length > 0) {
    const oldest = singles.shift() as Tombstone;
    const before = lineBytes(ranges);
    joinRange(ranges, oldest);
    bytes += lineBytes(ranges) - before - lineBytes([oldest]);
  }
  return [...others, ...ranges, ...singles];
}

function joinRange(ranges: TombstoneRange[], { n, ...rest }: Tombstone): void {
  const line = JSON.stringify({ n, ...rest });
  const at = ranges.findIndex(({ to }) => to === n - 1);
  const last = ranges[at];
  if (!last) {
    ranges.push({ t: 'erased-range', from: n, to: n, count: 1, sha256: sha256(line) });
    return;
  }
  ranges[at] = { ...last, to: n, count: last.count + 1, sha256: sha256(last.sha256 + line) };
  const next = ranges[at + 1];
  if (next && next.from === n + 1) {
    const joined = { ...next, from: last.from, count: next.count + last.count + 1 };
    ranges.splice(at, 2, { ...joined, sha256: sha256((ranges[at] as TombstoneRange).sha256 + next.sha256) });
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const lineBytes = (entries: readonly JournalEntry[]): number =>
  entries.reduce((sum, entry) => sum + Buffer.byteLength(JSON.stringify(entry)) + 1, 0);

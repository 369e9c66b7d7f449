import { z } from 'zod';
import type { CallRecord } from '../call/call-record.js';
import { csvOf } from './csv.js';

/** What the recordings of a call are called on a stick. */
export const fileNameOf = (number: number): string => `call-${String(number).padStart(6, '0')}.mp3`;
export const MANIFEST_NAME = 'manifest.json';
export const INDEX_NAME = 'index.csv';
export const PART = '.part';
/** A name that this program gives to files in its folders, finished or not. */
export const isOwnName = (name: string): boolean =>
  /^(call-\d{6,12}\.mp3|manifest\.json|index\.csv)(\.part)?$/.test(name);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const sum = z.strictObject({ count: z.int().positive(), lengthMs: z.number() });
const file = z.strictObject({ name: z.string(), bytes: z.int().nonnegative(), sha256 });

/** Particulars of a call, as they leave the box: no memo, no hold, nobody in charge. */
const call = z.strictObject({
  id: z.string(),
  number: z.int().positive(),
  line: z.string(),
  /** Null, as other particulars, where the record could not be read. */
  direction: z.enum(['inbound', 'outbound']).nullable(),
  outcome: z.enum(['answered', 'missed', 'abandoned', 'interrupted']).nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  ringMs: z.number().nullable(),
  caller: z.looseObject({}).nullable(),
  dialled: z.string().nullable(),
  flashes: z.array(z.strictObject({ atMs: z.number(), lengthMs: z.number() })),
  /** Flashes, gaps beyond those listed; left out where there are none. */
  moreFlashes: sum.optional(),
  gaps: z.array(z.strictObject({ atMs: z.number(), lengthMs: z.number(), cause: z.enum(['capture', 'storage']) })),
  moreGaps: sum.optional(),
  clock: z.enum(['synchronised', 'free-running', 'unset']),
  codec: z.strictObject({ codec: z.literal('mp3'), sampleRateHz: z.int(), bitRate: z.int() }).nullable(),
  /** The recording; null where a call has none (a missed one). */
  file: file.nullable(),
});

/** Why something named is not there. `tombstone`: what the store keeps of what was erased. */
const missing = z.strictObject({
  number: z.int().positive(),
  why: z.enum(['erased', 'damaged', 'unknown']),
  tombstone: z.record(z.string(), z.unknown()).nullable(),
});

/** `manifest.json`: all there is to know of a folder that was handed over. Whoever checks it needs nothing else. */
export const manifestSchema = z.strictObject({
  format: z.literal('kikitome-handover'),
  version: z.literal(1),
  about: z.array(z.string()),
  store: z.string(),
  collection: z.strictObject({
    id: z.string(),
    madeAt: z.string(),
    numbers: z.string(),
    reason: z.string().nullable(),
  }),
  madeAt: z.string(),
  timeZone: z.string(),
  stick: z.strictObject({ serial: z.string(), vendor: z.string(), product: z.string() }),
  calls: z.array(call),
  missing: z.array(missing),
  index: file,
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestCall = z.infer<typeof call>;
export type MissingCall = z.infer<typeof missing>;
export type HandedFile = z.infer<typeof file>;

export const ABOUT = [
  'このフォルダーは通話録音機が渡した録音の写しです。calls が録音、missing が渡せなかったものとその理由です。',
  'Recordings handed over by a call recorder. calls: what is here; missing: what was named and is not, and why.',
  'Each file has the bytes it was recorded with: sha256 is the SHA-256 of the whole file (sha256sum NAME).',
  'Times are local with their offset; gaps are stretches (from the start, in ms) of which no sound was received; moreGaps: more of them, in sum.',
];

export function manifestCall(record: CallRecord, handed: HandedFile | null): ManifestCall {
  const { id, number, line, direction, outcome, startedAt, endedAt, durationMs, ringMs, caller, dialled, clock } =
    record;
  const { flashes, moreFlashes, gaps, moreGaps, audio } = record;
  const codec = audio && { codec: audio.codec, sampleRateHz: audio.sampleRateHz, bitRate: audio.bitRate };
  return {
    ...{ id, number, line, direction, outcome, startedAt, endedAt, durationMs, ringMs, dialled, clock, codec },
    caller: caller && { ...caller },
    flashes: flashes.map(({ atMs, lengthMs }) => ({ atMs, lengthMs })),
    ...(moreFlashes && { moreFlashes }),
    gaps: gaps.map(({ atMs, lengthMs, cause }) => ({ atMs, lengthMs, cause })),
    ...(moreGaps && { moreGaps }),
    file: handed,
  };
}

const HEADINGS = [
  '番号 number',
  '回線 line',
  '方向 direction',
  '結果 outcome',
  '開始 started',
  '終了 ended',
  '秒数 seconds',
  '相手 other party',
  '番号なしの理由 absence',
  '欠落 gaps',
  'ファイル file',
  'SHA-256',
];

/** `index.csv`: a row for each call and for each that is missing, for a spreadsheet. */
export function indexOf(calls: readonly ManifestCall[], missed: readonly MissingCall[]): string {
  const rows = calls.map((each) => {
    const text = (key: string): string | null => {
      const value = each.caller?.[key];
      return typeof value === 'string' ? value : null;
    };
    const party = each.direction === 'outbound' ? each.dialled : text('number');
    const seconds = each.durationMs === null ? null : Math.round(each.durationMs / 100) / 10;
    return {
      number: each.number,
      row: [
        ...[each.number, each.line, each.direction, each.outcome, each.startedAt, each.endedAt, seconds],
        party === null ? null : { digits: party },
        ...[text('absence'), each.gaps.length + (each.moreGaps?.count ?? 0)],
        ...[each.file?.name ?? null, each.file?.sha256 ?? null],
      ],
    };
  });
  const lost = missed.map(({ number, why }) => {
    return { number, row: [number, null, null, why, null, null, null, null, null, null, null, null] };
  });
  const body = [...rows, ...lost].sort((a, b) => a.number - b.number).map(({ row }) => row);
  return csvOf([HEADINGS, ...body]);
}

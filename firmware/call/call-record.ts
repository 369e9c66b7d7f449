import { z } from 'zod';
import type { StoredRecording } from '../../storage/store.js';
import { localIso } from '../rules/local-time.js';
import type { OfficeRules } from '../rules/office.js';
import { keptUntilMs } from '../rules/retention.js';

const span = z.object({ atMs: z.number(), lengthMs: z.number() });
const gap = span.extend({ cause: z.enum(['capture', 'storage']) });

/** What is sealed with a recording: all that is known of the call but what the store itself knows. */
export const particularsSchema = z.object({
  line: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  outcome: z.enum(['answered', 'missed', 'abandoned', 'interrupted']).nullable(),
  startedWallMs: z.number(),
  durationMs: z.number().nullable(),
  ringMs: z.number().nullable(),
  caller: z.looseObject({}).nullable(),
  dialled: z.string().nullable(),
  flashes: z.array(span),
  gaps: z.array(gap),
  clock: z.enum(['synchronised', 'free-running', 'unset']),
  audio: z.object({ codec: z.literal('mp3'), encoder: z.string(), sampleRateHz: z.int(), bitRate: z.int() }).nullable(),
});

export type CallParticulars = z.infer<typeof particularsSchema>;
/** Samples that never reached the recording: `atMs` into the call, `lengthMs` of it. The audio abuts on both sides. */
export type CallGap = z.infer<typeof gap>;

/** The call data record that people and programs see (design.md). Absent is null, never missing. */
export interface CallRecord {
  readonly id: string;
  readonly number: number;
  readonly line: string;
  readonly direction: 'inbound' | 'outbound';
  readonly outcome: 'answered' | 'missed' | 'abandoned' | 'interrupted' | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly ringMs: number | null;
  readonly caller: Readonly<Record<string, unknown>> | null;
  readonly dialled: string | null;
  readonly flashes: readonly { readonly atMs: number; readonly lengthMs: number }[];
  readonly gaps: readonly CallGap[];
  readonly clock: CallParticulars['clock'];
  readonly audio: {
    readonly codec: 'mp3';
    readonly sampleRateHz: number;
    readonly bitRate: number;
    readonly bytes: number;
    readonly sha256: string | null;
  } | null;
  readonly retention: { readonly rule: string; readonly until: string | null };
  readonly hold: { readonly by: string; readonly reason: string; readonly at: string } | null;
  readonly state: 'recording' | 'kept';
  /** Left beside the recording, never inside it: the gist of the call, and who took it. */
  readonly memo: string | null;
  readonly handler: string | null;
}

export const holdSchema = z.object({ by: z.string(), reason: z.string(), atWallMs: z.number() });
export const noteSchema = z.object({ memo: z.string().nullable(), handler: z.string().nullable() });
export type HoldWords = z.infer<typeof holdSchema>;
export type NoteWords = z.infer<typeof noteSchema>;

/** The number that a search for a number looks at: who called, or who was called. */
export function partyNumber({ direction, caller, dialled }: CallParticulars): string | null {
  if (direction === 'outbound') return dialled;
  const number = caller?.['number'];
  return typeof number === 'string' ? number : null;
}

/** Throws `ZodError` where the particulars are no call's. */
export function callRecordOf(stored: StoredRecording, { retention, timeZone }: OfficeRules): CallRecord {
  const { row } = stored;
  const call = particularsSchema.parse(stored.particulars);
  const hold = stored.hold && holdSchema.parse(stored.hold);
  const note = stored.note && noteSchema.parse(stored.note);
  const at = (wallMs: number): string => localIso(wallMs, timeZone);
  const until = row.endedWallMs === null ? null : keptUntilMs(retention, row.endedWallMs, timeZone);
  const { audio } = call;
  return {
    id: row.id,
    number: row.n,
    line: call.line,
    direction: call.direction,
    outcome: call.outcome,
    startedAt: at(call.startedWallMs),
    endedAt: row.endedWallMs === null ? null : at(row.endedWallMs),
    durationMs: call.durationMs,
    ringMs: call.ringMs,
    caller: call.caller,
    dialled: call.dialled,
    flashes: call.flashes,
    gaps: call.gaps,
    clock: call.clock,
    audio: audio && {
      codec: audio.codec,
      sampleRateHz: audio.sampleRateHz,
      bitRate: audio.bitRate,
      bytes: row.bytes,
      sha256: row.sha256,
    },
    retention: { rule: retention, until: until === null ? null : at(until) },
    hold: hold && { by: hold.by, reason: hold.reason, at: at(hold.atWallMs) },
    state: row.state,
    memo: note?.memo ?? null,
    handler: note?.handler ?? null,
  };
}

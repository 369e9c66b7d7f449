import { z } from 'zod';
import type { StoredRecording } from '../../storage/store.js';
import { localIso } from '../rules/local-time.js';
import type { OfficeRules } from '../rules/office.js';
import { keptUntilMs } from '../rules/retention.js';
import type { SpanSum } from './span-list.js';

const span = z.object({ atMs: z.number(), lengthMs: z.number() });
const gap = span.extend({ cause: z.enum(['capture', 'storage']) });
const sum = z.object({ count: z.int().positive(), lengthMs: z.number() });

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
  /** Flashes, gaps beyond those listed; left out where there are none. */
  moreFlashes: sum.optional(),
  gaps: z.array(gap),
  moreGaps: sum.optional(),
  clock: z.enum(['synchronised', 'free-running', 'unset']),
  audio: z.object({ codec: z.literal('mp3'), encoder: z.string(), sampleRateHz: z.int(), bitRate: z.int() }).nullable(),
});

export type CallParticulars = z.infer<typeof particularsSchema>;
/** Samples that never reached the recording: `atMs` into the call, `lengthMs` of it. The audio abuts on both sides. */
export type CallGap = z.infer<typeof gap>;

/** The call data record that people and programs see. Absent is null, never missing. */
export interface CallRecord {
  readonly id: string;
  readonly number: number;
  readonly line: string;
  /** Null where the particulars cannot be read: `check` names the recording. */
  readonly direction: 'inbound' | 'outbound' | null;
  readonly outcome: 'answered' | 'missed' | 'abandoned' | 'interrupted' | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly ringMs: number | null;
  readonly caller: Readonly<Record<string, unknown>> | null;
  readonly dialled: string | null;
  readonly flashes: readonly { readonly atMs: number; readonly lengthMs: number }[];
  /** Flashes beyond those listed: a record lists the first 200. */
  readonly moreFlashes: SpanSum | null;
  readonly gaps: readonly CallGap[];
  readonly moreGaps: SpanSum | null;
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

const holdSchema = z.object({ by: z.string(), reason: z.string(), atWallMs: z.number() });
const noteSchema = z.object({ memo: z.string().nullable(), handler: z.string().nullable() });
/** A hold stands, whoever ordered it. */
const UNREADABLE_HOLD: HoldWords = { by: '?', reason: '?', atWallMs: 0 };
export type HoldWords = z.infer<typeof holdSchema>;
export type NoteWords = z.infer<typeof noteSchema>;

/** The number that a search for a number looks at: who called, or who was called. */
export function partyNumber({ direction, caller, dialled }: CallParticulars): string | null {
  if (direction === 'outbound') return dialled;
  const number = caller?.['number'];
  return typeof number === 'string' ? number : null;
}

/** What is known of a call whose particulars cannot be read: what the store itself knows. Its audio can be taken out all the same. */
function unreadable({ row, particulars }: StoredRecording): Omit<CallParticulars, 'direction'> & { direction: null } {
  const line = particulars['line'];
  return {
    line: typeof line === 'string' ? line : '?',
    direction: null,
    outcome: null,
    startedWallMs: row.startedWallMs,
    durationMs: row.endedWallMs === null ? null : row.endedWallMs - row.startedWallMs,
    ringMs: null,
    caller: null,
    dialled: null,
    flashes: [],
    gaps: [],
    clock: 'unset',
    audio: row.bytes === 0 ? null : { codec: 'mp3', encoder: '?', sampleRateHz: 0, bitRate: 0 },
  };
}

/** Why a recording's particulars, hold or note are not what this program writes; null where they are. */
export function unreadableBecause({ particulars, hold, note }: StoredRecording): string | null {
  for (const [what, parsed] of [
    ['particulars', particularsSchema.safeParse(particulars)],
    ['hold', holdSchema.nullable().safeParse(hold)],
    ['note', noteSchema.nullable().safeParse(note)],
  ] as const) {
    const issue = parsed.error?.issues[0];
    if (issue) return `its ${what} cannot be read (${issue.path.join('.') || 'all of it'}: ${issue.message})`;
  }
  return null;
}

export function callRecordOf(stored: StoredRecording, { retention, timeZone }: OfficeRules): CallRecord {
  const { row } = stored;
  const call = particularsSchema.safeParse(stored.particulars).data ?? unreadable(stored);
  const hold = holdSchema.nullable().safeParse(stored.hold).data ?? (stored.hold && UNREADABLE_HOLD);
  const note = noteSchema.nullable().safeParse(stored.note).data ?? null;
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
    moreFlashes: call.moreFlashes ?? null,
    gaps: call.gaps,
    moreGaps: call.moreGaps ?? null,
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

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { DEFAULT_RULES } from '../../firmware/rules/office.js';
import { isRetentionRule, keptUntilMs } from '../../firmware/rules/retention.js';
import { type Contents, match, samplesOf } from '../scenario/recorded.js';
import type { PlayLog } from './guest/player.js';

/** An edge may come this much later than the trace has it, beside what the player admits. */
const EDGE_MS = 5;
/** Where sound lies against edges: the loopback's timer and a poll of the capture. */
const SOUND_MS = 40;
const CORRELATION_MIN = 0.9;
/** One frame at 8 kHz and 32 kbit/s. */
const FRAME_BYTES = 288;

/** A trace, and how it went. */
export interface Played extends PlayLog {
  readonly dir: string;
}

export interface Difference {
  /** Largest differences seen, in ms. */
  readonly startMs: number;
  readonly lengthMs: number;
  readonly soundMs: number;
  /** Smallest seen. */
  readonly correlation: number;
}

/**
 * How each field of a record is compared. `same`: to the letter. `time`: to the tolerance, null with null. `own`: cannot be the same,
 * and is held against what the record itself says.
 */
const COMPARED: Readonly<Record<keyof CallRecord, 'same' | 'time' | 'own'>> = {
  id: 'own', // by chance: unlike any other
  number: 'same',
  line: 'same',
  direction: 'same',
  outcome: 'same',
  startedAt: 'time',
  endedAt: 'time',
  durationMs: 'time',
  ringMs: 'time',
  caller: 'same', // number, name, why there is none, which standard, and what the ears believed
  dialled: 'same',
  flashes: 'time', // as many of them
  moreFlashes: 'same',
  gaps: 'same',
  moreGaps: 'same',
  clock: 'same',
  audio: 'own', // codec, rates and size as there, the hash that of the bytes; the sound itself is correlated with the trace's
  retention: 'own', // the rule as there, the end that rule's, counted from this call's end
  hold: 'same',
  state: 'same',
  memo: 'same',
  handler: 'same',
};

/** Of what is on a disk only its last call. */
export const onlyLast = (contents: Contents): Contents => ({ ...contents, calls: contents.calls.slice(-1) });

const alike = (record: CallRecord): Partial<CallRecord> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => COMPARED[key as keyof CallRecord] === 'same'));

/** Requires that `got` holds of the traces that were played, each once, what `wanted` holds: every field of every record. */
export function requireSame(played: readonly Played[], wanted: Contents, got: Contents): Difference {
  assert.deepEqual(got.breaches, []);
  assert.deepEqual(got.calls.map(alike), wanted.calls.map(alike));
  assert.equal(new Set([...got.calls, ...wanted.calls].map(({ id }) => id)).size, 2 * got.calls.length);
  const worst = { startMs: 0, lengthMs: 0, soundMs: 0, correlation: 1 };
  for (const [index, call] of got.calls.entries()) {
    const reference = wanted.calls[index] as CallRecord;
    const trace = traceOf(played, reference);
    const about = `call ${call.number}`;
    requireOwn(call, reference, got.audio.get(call.number), about);
    const toleranceMs = EDGE_MS + trace.lateMs;
    const fromStartMs = Date.parse(reference.startedAt) - trace.startsAtMs;
    const startMs = Math.abs(Date.parse(call.startedAt) - trace.startWallMs - fromStartMs);
    const lengthMs = Math.max(...lengthsOf(call, reference, about));
    assert.ok(startMs <= toleranceMs, `${about}: began ${startMs} ms off (${toleranceMs} allowed)`);
    assert.ok(lengthMs <= toleranceMs, `${about}: length ${lengthMs} ms off (${toleranceMs} allowed)`);
    worst.startMs = Math.max(worst.startMs, startMs);
    worst.lengthMs = Math.max(worst.lengthMs, lengthMs);
    const bytes = got.audio.get(call.number);
    if (bytes === undefined) continue;
    const from = Math.round(fromStartMs * 8);
    const said = samplesOf(trace.dir, call.line).subarray(from, from + Math.round((reference.durationMs ?? 0) * 8));
    const { lagSamples, correlation } = match(said, bytes);
    const soundMs = Math.abs(lagSamples) / 8;
    assert.ok(correlation >= CORRELATION_MIN, `${about}: correlation ${correlation}`);
    assert.ok(soundMs <= SOUND_MS, `${about}: sound ${soundMs} ms off`);
    worst.soundMs = Math.max(worst.soundMs, soundMs);
    worst.correlation = Math.min(worst.correlation, correlation);
  }
  return worst;
}

/** The trace that a call of the virtual board's is from: the latest that had begun. */
function traceOf(played: readonly Played[], call: CallRecord): Played & { readonly startsAtMs: number } {
  const begun = played
    .map((trace) => ({ ...trace, startsAtMs: startOf(trace.dir) }))
    .filter(({ startsAtMs }) => startsAtMs <= Date.parse(call.startedAt))
    .sort((a, b) => b.startsAtMs - a.startsAtMs);
  return begun[0] ?? assert.fail(`call ${call.number} is from no trace`);
}

function startOf(dir: string): number {
  const { startsAt } = JSON.parse(readFileSync(path.join(dir, 'trace.json'), 'utf8')) as { startsAt: string };
  return Date.parse(startsAt);
}

/** By how much the lengths and spans of two records differ, in ms. */
function lengthsOf(call: CallRecord, reference: CallRecord, about: string): number[] {
  assert.equal(call.flashes.length, reference.flashes.length, `${about}: flashes`);
  const times = ({ startedAt, endedAt, durationMs, ringMs, flashes }: CallRecord): (number | null)[] => [
    durationMs,
    ringMs,
    endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt),
    ...flashes.flatMap(({ atMs, lengthMs }) => [atMs, lengthMs]),
  ];
  const wanted = times(reference);
  return times(call).map((ms, i) => {
    const other = wanted[i] ?? null;
    assert.equal(ms === null, other === null, `${about}: ${ms} for ${other}`);
    return Math.abs((ms ?? 0) - (other ?? 0));
  });
}

/** What differs from record to record, against what else the record says. */
function requireOwn(call: CallRecord, reference: CallRecord, bytes: Buffer | undefined, about: string): void {
  const { timeZone } = DEFAULT_RULES;
  const { rule, until } = call.retention;
  assert.equal(rule, reference.retention.rule, about);
  assert.ok(isRetentionRule(rule) && until !== null && call.endedAt !== null, about);
  assert.equal(Date.parse(until), keptUntilMs(rule, Date.parse(call.endedAt), timeZone), about);
  assert.equal(call.audio === null, reference.audio === null, `${about}: audio`);
  if (call.audio === null || reference.audio === null) return;
  const { bytes: size, sha256, ...format } = call.audio;
  const { bytes: referenceSize, sha256: _, ...referenceFormat } = reference.audio;
  assert.deepEqual(format, referenceFormat, about);
  assert.ok(Math.abs(size - referenceSize) <= FRAME_BYTES, `${about}: ${size} bytes for ${referenceSize}`);
  assert.equal(bytes?.length, size, about);
  assert.equal(
    sha256,
    createHash('sha256')
      .update(bytes ?? '')
      .digest('hex'),
    about,
  );
}

export const told = ({ startMs, lengthMs, soundMs, correlation }: Difference): string =>
  `began within ${startMs.toFixed(1)} ms, lengths within ${lengthMs.toFixed(1)} ms, ` +
  `sound within ${soundMs.toFixed(1)} ms, correlation ${correlation.toFixed(3)}`;

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { type Contents, match, samplesOf } from '../scenario/recorded.js';
import type { PlayLog } from './guest/player.js';

/** An edge may come this much later than the trace has it, beside what the player admits. */
const EDGE_MS = 5;
/** Where sound lies against edges: the loopback's timer and a poll of the capture. */
const SOUND_MS = 40;
const CORRELATION_MIN = 0.9;

export interface Difference {
  /** Largest differences seen, in ms. */
  readonly startMs: number;
  readonly lengthMs: number;
  readonly soundMs: number;
  /** Smallest seen. */
  readonly correlation: number;
}

/** Everything in a record that is neither a time nor the store's own. */
const facts = ({ line, direction, outcome, caller, dialled, flashes }: CallRecord) => ({
  line,
  direction,
  outcome,
  caller,
  dialled,
  flashes: flashes.length,
});

/** Requires that `got` holds of the trace in `dir`, played once, what `wanted` holds. */
export function requireSame(dir: string, played: PlayLog, wanted: Contents, got: Contents): Difference {
  assert.deepEqual(got.breaches, []);
  assert.deepEqual(got.calls.map(facts), wanted.calls.map(facts));
  const { startsAt } = JSON.parse(readFileSync(path.join(dir, 'trace.json'), 'utf8')) as { startsAt: string };
  const traceStartMs = Date.parse(startsAt);
  const toleranceMs = EDGE_MS + played.lateMs;
  let worst: Difference = { startMs: 0, lengthMs: 0, soundMs: 0, correlation: 1 };
  for (const [index, call] of got.calls.entries()) {
    const reference = wanted.calls[index] as CallRecord;
    const about = `call ${call.number}`;
    const fromStartMs = Date.parse(reference.startedAt) - traceStartMs;
    const startMs = Math.abs(Date.parse(call.startedAt) - played.startWallMs - fromStartMs);
    const lengthMs = Math.max(
      Math.abs((call.durationMs ?? 0) - (reference.durationMs ?? 0)),
      Math.abs((call.ringMs ?? 0) - (reference.ringMs ?? 0)),
    );
    assert.ok(startMs <= toleranceMs, `${about}: began ${startMs} ms off (${toleranceMs} allowed)`);
    assert.ok(lengthMs <= toleranceMs, `${about}: length ${lengthMs} ms off (${toleranceMs} allowed)`);
    assert.deepEqual(call.gaps, [], about);
    worst = { ...worst, startMs: Math.max(worst.startMs, startMs), lengthMs: Math.max(worst.lengthMs, lengthMs) };
    const bytes = got.audio.get(call.number);
    if (bytes === undefined || call.audio === null) continue;
    const from = Math.round(fromStartMs * 8);
    const said = samplesOf(dir, call.line).subarray(from, from + Math.round((reference.durationMs ?? 0) * 8));
    const { lagSamples, correlation } = match(said, bytes);
    const soundMs = Math.abs(lagSamples) / 8;
    assert.ok(correlation >= CORRELATION_MIN, `${about}: correlation ${correlation}`);
    assert.ok(soundMs <= SOUND_MS, `${about}: sound ${soundMs} ms off`);
    worst = {
      ...worst,
      soundMs: Math.max(worst.soundMs, soundMs),
      correlation: Math.min(worst.correlation, correlation),
    };
  }
  return worst;
}

export const told = ({ startMs, lengthMs, soundMs, correlation }: Difference): string =>
  `began within ${startMs.toFixed(1)} ms, lengths within ${lengthMs.toFixed(1)} ms, ` +
  `sound within ${soundMs.toFixed(1)} ms, correlation ${correlation.toFixed(3)}`;

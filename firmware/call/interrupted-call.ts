import type { CallGap, CallParticulars } from './call-record.js';

/**
 * A call that the recorder did not live to close, of which `soundMs` of sound are there: as long as its sound and the gaps that are known in
 * it. Where the sound ends before a gap begins (the last of it never reached the medium), that gap begins where the sound ends.
 */
export function interruptedCall(call: CallParticulars, soundMs: number): CallParticulars {
  let untilMs = 0;
  let leftMs = soundMs;
  const gaps: CallGap[] = [];
  for (const gap of [...call.gaps].sort((a, b) => a.atMs - b.atMs)) {
    const heardMs = Math.min(leftMs, Math.max(0, gap.atMs - untilMs));
    const atMs = untilMs + heardMs;
    leftMs -= heardMs;
    untilMs = Math.max(untilMs, gap.atMs + gap.lengthMs);
    if (untilMs > atMs) gaps.push({ ...gap, atMs, lengthMs: untilMs - atMs }); // else it lies in the one before
  }
  const durationMs = untilMs + leftMs + (call.moreGaps?.lengthMs ?? 0);
  return { ...call, outcome: call.outcome ?? 'interrupted', durationMs, gaps };
}

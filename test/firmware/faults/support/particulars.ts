import type { CallParticulars } from '../../../../firmware/call/call-record.js';

/** A call like any other, from `startedWallMs`, not closed yet. */
export const particulars = (startedWallMs: number): CallParticulars => ({
  line: 'line-1',
  direction: 'outbound',
  outcome: null,
  startedWallMs,
  durationMs: null,
  ringMs: null,
  caller: null,
  dialled: null,
  flashes: [],
  gaps: [],
  clock: 'synchronised',
  audio: { codec: 'mp3', encoder: 'none', sampleRateHz: 8000, bitRate: 32_000 },
});

import { TraceError } from '../../drivers/simulated/errors.js';
import type { SimulatedFault } from '../../drivers/simulated/fault.js';
import type { Trace } from '../../drivers/simulated/trace.js';
import type { WallMs } from '../../hal/clock.js';
import type { Hook } from '../../hal/line.js';

/** A trace with its place on the board's clock. */
export interface Scene {
  readonly trace: Trace;
  /** On a whole sample of the line. */
  readonly startMs: number;
  readonly endMs: number;
  /** `startMs` in samples. */
  readonly startSample: number;
}

/** One line's scenes, in order, never two at a time. */
export interface LinePart {
  readonly line: string;
  readonly sampleRateHz: number;
  readonly scenes: readonly Scene[];
  /** Hook level from 0 ms to the first hook edge. */
  readonly initialHook: Hook;
}

/** Everything that will be played, placed. */
export interface Timeline {
  /** Wall time at 0 ms: the earliest `startsAt`. */
  readonly wallAtZeroMs: WallMs;
  /** In order of line id. */
  readonly parts: readonly LinePart[];
  /** End of the last scene. */
  readonly endMs: number;
}

/**
 * Places traces by their `startsAt`. One that would begin while its line is busy begins right when the line is free
 * (in order of `startsAt`, then of argument). Throws `TraceError` `TRACE_RATE_DIFFERS` for a line of two sample rates,
 * `TRACE_MISSING` for no trace at all, `FAULT_FIELDS` for a fault of a line that no trace has.
 */
export function timelineOf(traces: readonly Trace[], faults: readonly SimulatedFault[]): Timeline {
  const ordered = [...traces].sort((a, b) => a.startsAtMs - b.startsAtMs);
  const [earliest] = ordered;
  if (earliest === undefined)
    throw new TraceError('TRACE_MISSING', 'virtual board', 'no trace; name one with --trace DIR');
  const wallAtZeroMs = earliest.startsAtMs;

  const byLine = new Map<string, Trace[]>();
  for (const trace of ordered) {
    const same = byLine.get(trace.line);
    if (same === undefined) byLine.set(trace.line, [trace]);
    else same.push(trace);
  }
  const parts = [...byLine.keys()].sort().map((line) => partOf(line, byLine.get(line) ?? [], wallAtZeroMs));

  for (const fault of faults) {
    if (!('line' in fault) || fault.line === null || byLine.has(fault.line)) continue;
    const known = parts.map((part) => part.line).join(', ');
    throw new TraceError('FAULT_FIELDS', fault.kind, `no trace of line ${fault.line}; the lines are ${known}`);
  }
  const endMs = Math.max(...parts.map((part) => part.scenes.at(-1)?.endMs ?? 0));
  return { wallAtZeroMs, parts, endMs };
}

function partOf(line: string, traces: readonly Trace[], wallAtZeroMs: WallMs): LinePart {
  const sampleRateHz = traces[0]?.sampleRateHz ?? 0;
  const scenes: Scene[] = [];
  let freeMs = 0;
  for (const trace of traces) {
    if (trace.sampleRateHz !== sampleRateHz) {
      const rates = `${trace.sampleRateHz} Hz where other traces of ${line} have ${sampleRateHz}`;
      throw new TraceError('TRACE_RATE_DIFFERS', trace.dir, `${rates}; resample one or name another line`);
    }
    // Upwards, so that a scene on the heels of another has no sample in common with it; by less than a sample.
    const wantedMs = Math.max(trace.startsAtMs - wallAtZeroMs, freeMs);
    const startSample = Math.ceil((wantedMs * sampleRateHz) / 1000 - 1e-6);
    const startMs = (startSample * 1000) / sampleRateHz;
    freeMs = startMs + trace.durationMs;
    scenes.push({ trace, startMs, endMs: freeMs, startSample });
  }
  return { line, sampleRateHz, scenes, initialHook: traces[0]?.initialHook ?? 'on-hook' };
}

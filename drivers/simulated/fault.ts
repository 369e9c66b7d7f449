import { TraceError } from './errors.js';

/** What can go wrong with a simulated ear, by name. */
export const CAPTURE_FAULTS = ['capture-overrun', 'capture-gone', 'capture-stall'] as const;

export type CaptureFault = (typeof CAPTURE_FAULTS)[number];

/** What can be the matter with a simulated box, by name, for as long as the fault lasts. */
const BOX_FAULTS = ['lid-open', 'under-voltage', 'over-temperature', 'medium-worn'] as const;

export type BoxFault = (typeof BOX_FAULTS)[number];

/** What can be the matter with a simulated pair and its detectors. */
const PAIR_FAULTS = ['line-dead', 'sense-gone', 'edges-lost', 'modem-gone'] as const;

export type PairFault = (typeof PAIR_FAULTS)[number];

/** Of a line: a line may be named. */
const LINE_FAULTS = [...CAPTURE_FAULTS, ...PAIR_FAULTS];

/** A named fault of the virtual board, `atMs` on the board's own clock. */
export type SimulatedFault =
  | {
      readonly kind: CaptureFault | PairFault;
      readonly atMs: number;
      /** Longer than 0. */
      readonly lengthMs: number;
      /** `null`: every line. */
      readonly line: string | null;
    }
  | { readonly kind: BoxFault; readonly atMs: number; readonly lengthMs: number }
  /** The whole process stands still for `lengthMs`: time passes, and nobody is told. */
  | { readonly kind: 'process-stall'; readonly atMs: number; readonly lengthMs: number }
  /** The wall clock moves by `lengthMs` (not 0, either way) at `atMs`. */
  | { readonly kind: 'clock-step'; readonly atMs: number; readonly lengthMs: number };

const FAULT = /^(?<kind>[a-z-]+)@(?<at>\d+(?:\.\d+)?):(?<length>-?\d+(?:\.\d+)?)(?::(?<line>[\w.-]+))?$/u;
const KINDS = [...LINE_FAULTS, ...BOX_FAULTS, 'process-stall', 'clock-step'];
const SHAPE = `KIND@AT_MS:LENGTH_MS[:LINE] is wanted with KIND one of ${KINDS.join(', ')}`;

/** Reads `capture-overrun@5000:250:line-1`. Throws `TraceError` `FAULT_FIELDS`. */
export function parseFault(text: string): SimulatedFault {
  const { kind, at, length, line } = FAULT.exec(text)?.groups ?? {};
  const times = { atMs: Number(at), lengthMs: Number(length) };
  const refused = (why: string): TraceError => new TraceError('FAULT_FIELDS', text, `${why}${SHAPE}`);
  if (kind === 'clock-step') {
    if (line !== undefined || times.lengthMs === 0) throw refused('a length but no line is wanted; ');
    return { kind, ...times };
  }
  if (kind === undefined || !KINDS.includes(kind)) throw refused('');
  if (!(times.lengthMs > 0)) throw refused('a length over 0 ms is wanted; ');
  const ofLine = LINE_FAULTS.find((one) => one === kind);
  if (ofLine !== undefined) return { kind: ofLine, ...times, line: line ?? null };
  if (line !== undefined) throw refused('no line is wanted; ');
  return { kind: BOX_FAULTS.find((one) => one === kind) ?? 'process-stall', ...times };
}

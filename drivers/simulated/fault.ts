import { TraceError } from './errors.js';

/** What can go wrong with a simulated ear, by name. */
export const CAPTURE_FAULTS = ['capture-overrun', 'capture-gone', 'capture-stall'] as const;

export type CaptureFault = (typeof CAPTURE_FAULTS)[number];

/** A named fault of the virtual board, `atMs` on the board's own clock. */
export type SimulatedFault =
  | {
      readonly kind: CaptureFault;
      readonly atMs: number;
      /** Longer than 0. */
      readonly lengthMs: number;
      /** `null`: every line. */
      readonly line: string | null;
    }
  /** The wall clock moves by `lengthMs` (not 0, either way) at `atMs`. */
  | { readonly kind: 'clock-step'; readonly atMs: number; readonly lengthMs: number };

const FAULT = /^(?<kind>[a-z-]+)@(?<at>\d+(?:\.\d+)?):(?<length>-?\d+(?:\.\d+)?)(?::(?<line>[\w.-]+))?$/u;
const SHAPE = `KIND@AT_MS:LENGTH_MS[:LINE] is wanted with KIND one of ${[...CAPTURE_FAULTS, 'clock-step'].join(', ')}`;

/** Reads `capture-overrun@5000:250:line-1`. Throws `TraceError` `FAULT_FIELDS`. */
export function parseFault(text: string): SimulatedFault {
  const { kind, at, length, line } = FAULT.exec(text)?.groups ?? {};
  const atMs = Number(at);
  const lengthMs = Number(length);
  if (kind === 'clock-step' && line === undefined && lengthMs !== 0) return { kind, atMs, lengthMs };
  const capture = CAPTURE_FAULTS.find((one) => one === kind);
  if (capture === undefined || !(lengthMs > 0)) {
    const why = capture !== undefined ? 'a length over 0 ms' : kind === 'clock-step' ? 'a length but no line' : SHAPE;
    throw new TraceError('FAULT_FIELDS', text, why === SHAPE ? why : `${why} is wanted; ${SHAPE}`);
  }
  return { kind: capture, atMs, lengthMs, line: line ?? null };
}

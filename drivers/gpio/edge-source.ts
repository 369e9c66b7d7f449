import type { Observable } from 'rxjs';
import type { MonotonicMs } from '../../hal/clock.js';

/** An input as the board wires it. Pin numbers are the board's business. */
export interface InputLine {
  /** Line of its chip. */
  readonly offset: number;
  /** Active = low voltage. Default: active = high. */
  readonly activeLow?: boolean;
  /** The pin's own resistor. Default: as it is. */
  readonly bias?: 'pull-up' | 'pull-down' | 'none';
  /** A level counts when it has held this long, in the kernel's judgement; each edge is then stamped that much late. Default: every edge is told. */
  readonly debounceMs?: number;
}

export type EdgeReport =
  | {
      readonly kind: 'edge';
      readonly offset: number;
      readonly active: boolean;
      readonly atMs: MonotonicMs;
      /** Counts the edges of all lines of the source. Never jumps without a `lost` before. */
      readonly sequence: number;
    }
  /** Edges were not seen: `edges` of them, null where nobody counted. `atMs`: when the first edge after them was. */
  | { readonly kind: 'lost'; readonly edges: number | null; readonly atMs: MonotonicMs }
  /** How a line stands after a loss: told of each line that may have changed, once no edge is waiting. */
  | { readonly kind: 'level'; readonly offset: number; readonly active: boolean; readonly atMs: MonotonicMs };

/** Some inputs of one chip, watched together. */
export interface EdgeSource {
  /**
   * Whether the line is active now. Takes the lines if they are not taken yet; edges are kept by the kernel from then on.
   * Throws `HalError`: `DEVICE_MISSING`, `DEVICE_BUSY`, `FORMAT_REFUSED`, `LIBRARY_MISSING` as they cannot be taken,
   * `DEVICE_GONE` when they are lost. `RangeError` for a line that is not of this source.
   */
  active(offset: number): boolean;

  /**
   * Hot, shared. Takes the lines with the first subscriber, if `active` has not, and lets them go after the last. Begins
   * with edges since they were taken. Never completes; errors with `HalError` as above, the lines let go; subscribing
   * again tries again.
   */
  readonly reports$: Observable<EdgeReport>;
}

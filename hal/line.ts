import type { Observable } from 'rxjs';
import type { MonotonicMs } from './clock.js';

/** Loop state of the telephone pair, already freed of wiring polarity. */
export type Hook = 'on-hook' | 'off-hook';

/** One change of one detector, stamped at the lowest layer that can (kernel before process). */
export type LineEdge =
  | { readonly kind: 'hook'; readonly hook: Hook; readonly atMs: MonotonicMs }
  /** `ringing` is true while ringing voltage is present. */
  | { readonly kind: 'ring'; readonly ringing: boolean; readonly atMs: MonotonicMs }
  | { readonly kind: 'polarity'; readonly polarity: 'normal' | 'reversed'; readonly atMs: MonotonicMs };

/** Edges that were not seen though somebody watched: too many came at once. */
export interface LostEdges {
  /** How many; null where nobody counted. */
  readonly edges: number | null;
  /** When the first edge after them was. */
  readonly atMs: MonotonicMs;
}

/** Read-only view of the pair: code that records cannot place a call. */
export interface LineSense {
  /**
   * Hook level now, so that a call already in progress at start is seen. A detector that has to be asked may be gone or not to be
   * had: throws `HalError` `DEVICE_MISSING`, `DEVICE_BUSY`, `FORMAT_REFUSED`, `LIBRARY_MISSING`, `DEVICE_GONE`. Whoever calls
   * this must not end for it.
   */
  hook(): Hook;

  /**
   * Every edge of every detector, unfiltered: contact bounce included. `atMs` never decreases.
   * Hot, shared, replays nothing. Errors with `HalError`: `DEVICE_GONE` when a detector is lost, as `hook` where it is not to be
   * had. Subscribing again tries again.
   */
  readonly edges$: Observable<LineEdge>;

  /**
   * That edges were lost; a level that has moved meanwhile is told as an edge of its own. Hot, replays nothing, while somebody
   * listens to `edges$`. Never errors.
   */
  readonly lost$: Observable<LostEdges>;
}

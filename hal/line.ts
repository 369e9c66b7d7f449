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

/** Read-only view of the pair: code that records cannot place a call. */
export interface LineSense {
  /** Hook level now, so that a call already in progress at start is seen. */
  hook(): Hook;

  /**
   * Every edge of every detector, unfiltered: contact bounce included. `atMs` never decreases.
   * Hot, shared, replays nothing. Errors with `HalError` `DEVICE_GONE` when a detector is lost.
   */
  readonly edges$: Observable<LineEdge>;
}

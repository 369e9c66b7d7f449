import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook } from '../../hal/line.js';

/** Hook state freed of contact bounce. `burst` is what has not settled yet. */
export interface HookFilter {
  readonly settled: Hook;
  readonly burst: { readonly sinceMs: MonotonicMs; readonly lastMs: MonotonicMs; readonly hook: Hook } | null;
}

export interface HookChange {
  readonly hook: Hook;
  /** The first edge of the burst that led there: where the contact really began to move. */
  readonly atMs: MonotonicMs;
}

export const hookFilter = (settled: Hook): HookFilter => ({ settled, burst: null });

/** When the burst has settled, if nothing more comes. */
export function settlesAt({ burst }: HookFilter, settleMs: number): MonotonicMs | null {
  return burst && ((burst.lastMs + settleMs) as MonotonicMs);
}

/** Takes one raw edge. The caller has settled the filter up to `atMs` first. */
export function takeEdge(filter: HookFilter, hook: Hook, atMs: MonotonicMs): HookFilter {
  if (filter.burst) return { ...filter, burst: { ...filter.burst, lastMs: atMs, hook } };
  return hook === filter.settled ? filter : { ...filter, burst: { sinceMs: atMs, lastMs: atMs, hook } };
}

/** The filter once its burst is over, and the change if the burst led to one. */
export function settle(filter: HookFilter): readonly [HookFilter, HookChange | null] {
  const { burst, settled } = filter;
  if (!burst) return [filter, null];
  if (burst.hook === settled) return [{ settled, burst: null }, null];
  return [
    { settled: burst.hook, burst: null },
    { hook: burst.hook, atMs: burst.sinceMs },
  ];
}

import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook } from '../../hal/line.js';
import type { CallTiming } from './timing.js';

/**
 * Hook state freed of contact bounce, and of a detector that chatters: one whose edges follow one another for longer than any contact
 * bounces. What the telephone does is not to be seen then; it is taken to be off-hook, so that what is said is kept.
 */
export interface HookFilter {
  readonly settled: Hook;
  /** Since when; negative infinity: always. */
  readonly settledMs: number;
  /** What has not settled yet. */
  readonly burst: { readonly sinceMs: MonotonicMs; readonly lastMs: MonotonicMs; readonly hook: Hook } | null;
  /** Edges that follow one another faster than a dial's, whether they settle in between or not: the first and the latest. */
  readonly unrest: { readonly sinceMs: MonotonicMs; readonly lastMs: MonotonicMs } | null;
  /** That has lasted too long for a contact. `settled` is then off-hook. */
  readonly chatters: boolean;
}

export interface HookChange {
  readonly hook: Hook;
  /** Where the contact really began to move; of a detector that chattered, the first or the last that was seen of off-hook. */
  readonly atMs: MonotonicMs;
}

export const hookFilter = (settled: Hook): HookFilter => ({
  settled,
  settledMs: Number.NEGATIVE_INFINITY,
  burst: null,
  unrest: null,
  chatters: false,
});

/** When the burst has settled, if nothing more comes. */
export function settlesAt({ burst, chatters }: HookFilter, timing: CallTiming): MonotonicMs | null {
  return burst && ((burst.lastMs + (chatters ? timing.chatterRestMs : timing.hookSettleMs)) as MonotonicMs);
}

/** Takes one raw edge, and tells the change if it is now clear that the detector chatters. The caller has settled the filter up to `atMs` first. */
export function takeEdge(
  filter: HookFilter,
  hook: Hook,
  atMs: MonotonicMs,
  timing: CallTiming,
): readonly [HookFilter, HookChange | null] {
  const { burst, settled, settledMs, chatters } = filter;
  if (!burst && hook === settled) return [filter, null];
  const unrest = { sinceMs: unrestSince(filter, atMs, timing), lastMs: atMs };
  const next = { ...filter, unrest, burst: { sinceMs: burst?.sinceMs ?? atMs, lastMs: atMs, hook } };
  if (chatters || atMs - unrest.sinceMs < timing.chatterMs) return [next, null];
  const trembling = { ...next, chatters: true };
  if (settled === 'off-hook') return [trembling, null];
  // What stood within the unrest has been told: off-hook is what came after it.
  const sinceMs = Math.max(unrest.sinceMs, settledMs) as MonotonicMs;
  return [
    { ...trembling, settled: 'off-hook', settledMs: sinceMs },
    { hook: 'off-hook', atMs: sinceMs },
  ];
}

/** The filter once its burst is over, and the change if the burst led to one. */
export function settle(filter: HookFilter): readonly [HookFilter, HookChange | null] {
  const { burst, settled, chatters } = filter;
  if (!burst) return [filter, null];
  const rested = { ...filter, burst: null, chatters: false };
  if (burst.hook === settled) return [rested, null];
  // Off-hook is kept rather than lost: where no contact would tremble for so long, until the last edge.
  const atMs = chatters ? burst.lastMs : burst.sinceMs;
  return [
    { ...rested, settled: burst.hook, settledMs: atMs },
    { hook: burst.hook, atMs },
  ];
}

/** Whether it has chattered for so long that it is a fault. */
export const isFaulty = ({ chatters, unrest }: HookFilter, { chatterFaultMs }: CallTiming): boolean =>
  chatters && unrest !== null && unrest.lastMs - unrest.sinceMs >= chatterFaultMs;

/** Since when edges have followed one another, with the one at `atMs`. */
function unrestSince(
  { unrest }: HookFilter,
  atMs: MonotonicMs,
  { chatterGapMs, hookSettleMs }: CallTiming,
): MonotonicMs {
  // Edges that are too close together to settle are so in any case.
  return unrest && atMs - unrest.lastMs <= Math.max(chatterGapMs, hookSettleMs) ? unrest.sinceMs : atMs;
}

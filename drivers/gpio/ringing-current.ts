import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook, LineEdge } from '../../hal/line.js';

/** The ring detector follows the loop detector at the beginning of a burst within this: a part of the first half-wave, and what an RC makes of it [I]. */
const EARLY_MS = 60;
/** A hook that moves kicks the ring detector: only a line that has been at rest for so long rings. A dial's pulse and a flash are shorter, or begin with the kick. */
const QUIET_MS = 300;
/** No burst of ringing is longer; a ring detector that stays longer is at fault, and the loop detector is believed. */
const BURST_MAX_MS = 6000;

/** What is told of a line whose loop detector sees ringing current, too. A plain value. */
export interface RingingCurrent {
  /** As it was told last, and since when. */
  readonly told: Hook;
  readonly toldMs: number;
  /** How long it had been on-hook before it was last told off-hook. */
  readonly restMs: number;
  /** What the loop detector shows. */
  readonly seen: Hook;
  /** Since when it rings; null: it does not. */
  readonly ringMs: number | null;
}

export const ringingCurrent = (hook: Hook): RingingCurrent => ({
  told: hook,
  toldMs: Number.NEGATIVE_INFINITY,
  restMs: 0,
  seen: hook,
  ringMs: null,
});

/**
 * The next state, and what is to be told of `edge`. A loop detector in series with the telephone shows the current of the bell as a
 * handset that is lifted, sixteen times a second or for the whole burst: while a line at rest rings, its hook is not believed. A
 * handset that is lifted in a burst is told when the burst is over, which the exchange sees to within 0.2 s.
 */
export function withoutRinging(state: RingingCurrent, edge: LineEdge): readonly [RingingCurrent, readonly LineEdge[]] {
  const { atMs } = edge;
  if (edge.kind === 'polarity') return [state, isRinging(state, atMs) ? [] : [edge]];
  if (edge.kind === 'hook') {
    const now = { ...state, seen: edge.hook };
    return isRinging(state, atMs) ? [now, []] : tell(now, edge.hook, atMs);
  }
  if (!edge.ringing) {
    const rang = { ...state, ringMs: null };
    if (state.seen === state.told) return [rang, [edge]];
    const [next, edges] = tell(rang, state.seen, atMs);
    return [next, [edge, ...edges]];
  }
  const { told, toldMs, restMs } = state;
  if (told === 'on-hook') return [{ ...state, ringMs: atMs - toldMs >= QUIET_MS ? atMs : null }, [edge]];
  // What was taken for a lifted handset was the beginning of the burst.
  if (atMs - toldMs > EARLY_MS || restMs < QUIET_MS) return [state, [edge]];
  const [next, edges] = tell(state, 'on-hook', atMs);
  return [{ ...next, ringMs: atMs }, [...edges, edge]];
}

const isRinging = ({ ringMs, told }: RingingCurrent, atMs: number): boolean =>
  ringMs !== null && told === 'on-hook' && atMs - ringMs <= BURST_MAX_MS;

function tell(state: RingingCurrent, hook: Hook, atMs: MonotonicMs): readonly [RingingCurrent, readonly LineEdge[]] {
  const restMs = hook === 'off-hook' ? atMs - state.toldMs : state.restMs;
  return [{ ...state, told: hook, toldMs: atMs, restMs }, [{ kind: 'hook', hook, atMs }]];
}

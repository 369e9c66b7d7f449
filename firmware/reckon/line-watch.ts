import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook, LineEdge } from '../../hal/line.js';

/** A stretch of time on a line. */
export interface Stretch {
  readonly startMs: MonotonicMs;
  readonly endMs: MonotonicMs;
}

/** What became of something that was seen on the line. */
export type Judgement =
  /** Off-hook, with a record: `unexplained` are the parts of it that no record and no number-fetching accounts for. */
  | {
      readonly kind: 'off-hook';
      readonly verdict: 'call' | 'number-fetched' | 'unexplained';
      readonly startMs: MonotonicMs;
      readonly unexplained: readonly Stretch[];
    }
  /** Ringing that is neither in a call's record nor in that of a missed one. Other ringing is not told. */
  | {
      readonly kind: 'ringing';
      readonly verdict: 'unexplained';
      readonly startMs: MonotonicMs;
      readonly unexplained: readonly Stretch[];
    };

/** What the call tracker makes of a stretch. An open call lasts until `endMs` is told. */
export type Explanation = 'call' | 'number-fetched' | 'rang';

export interface WatchLimits {
  /** A level that stood for less is bounce. */
  readonly hookSettleMs: number;
  /** On-hook for longer parts two off-hook intervals. */
  readonly hangUpMs: number;
  /** Ringing voltage for less than this in all rings nobody's bell. */
  readonly ringMinMs: number;
}

/** Longer than any decision of the tracker takes, by its default limits and by the largest that can be set (30 s). */
const PATIENCE_MS = 45_000;
/** An edge and the tracker's idea of it may differ by the settling of a contact and rounding. */
const TOLERANCE_MS = 250;
/** Taps on both sides of a lift are each too short to ring; together they may be a little longer. */
const RING_SLACK_MS = 50;
/** A trembling contact must not fill the memory: beyond so many pieces, the last one takes in what comes. */
const PIECES_MAX = 2000;

interface Piece {
  readonly startMs: number;
  endMs: number | null;
}

interface OffHook extends Piece {
  /** Since its last edge. */
  sinceMs: number;
  /** It has stood long enough to be more than bounce. */
  stood: boolean;
}

/** Off-hook with no pause long enough for a hang-up. */
interface Interval {
  readonly startMs: number;
  /** Not yet judged. */
  pieces: OffHook[];
  /** Where the newest piece ended, if it has. */
  lastMs: number | null;
  closed: boolean;
  readonly seen: Set<Explanation>;
  readonly unexplained: Piece[];
}

/**
 * Keeps its own account of a line, from the raw edges alone: every off-hook piece and every burst of ringing must be covered by
 * something that the tracker has concluded, or it is unexplained. Knows nothing of how the tracker decides.
 */
export class LineWatch {
  readonly #limits: WatchLimits;
  readonly #onJudged: (judgement: Judgement) => void;
  #intervals: Interval[] = [];
  #bursts: Piece[] = [];
  #ringing = false;
  /** Unexplained bursts that may belong together. */
  #unexplained: Piece[] = [];
  #explanations: { readonly as: Explanation; readonly fromMs: number; toMs: number }[] = [];

  /** How much is in memory: pieces of intervals, bursts, explanations. */
  get held(): number {
    const pieces = this.#intervals.reduce((sum, interval) => sum + interval.pieces.length, 0);
    return pieces + this.#bursts.length + this.#unexplained.length + this.#explanations.length;
  }

  constructor(limits: WatchLimits, onJudged: (judgement: Judgement) => void) {
    this.#limits = limits;
    this.#onJudged = onJudged;
  }

  /** The level at the start, then every edge, bounce included. */
  edge(edge: LineEdge): void {
    if (edge.kind === 'hook') this.#hook(edge.hook, edge.atMs);
    else if (edge.kind === 'ring') this.#ring(edge.ringing, edge.atMs);
  }

  /** Something has been put on record: a call that goes on, ringing, or the fetching of a number. */
  explained(as: Explanation, fromMs: number, toMs: number = Number.POSITIVE_INFINITY): void {
    this.#explanations.push({ as, fromMs, toMs });
  }

  /** The call that goes on is over, and its record is closed. */
  callEnded(endMs: number): void {
    for (const each of this.#explanations) if (each.toMs === Number.POSITIVE_INFINITY) each.toMs = endMs;
  }

  /** Nothing older than `nowMs` will come: what has waited long enough is judged. */
  advance(nowMs: number, patienceMs: number = PATIENCE_MS): void {
    if (this.#intervals.length > 0) this.#judgeIntervals(nowMs, patienceMs);
    if (this.#bursts.length > 0 || this.#unexplained.length > 0) this.#judgeBursts(nowMs, patienceMs);
    if (this.#explanations.length === 0) return;
    const oldestMs = Math.min(
      nowMs - 2 * patienceMs,
      this.#intervals[0]?.startMs ?? nowMs,
      this.#bursts[0]?.startMs ?? nowMs,
    );
    this.#explanations = this.#explanations.filter(({ toMs }) => toMs >= oldestMs - TOLERANCE_MS);
  }

  /** The watch ends: everything is judged as it stands. */
  finish(nowMs: MonotonicMs): void {
    this.#hook('on-hook', nowMs);
    this.#ring(false, nowMs);
    for (const interval of this.#intervals) interval.closed = true;
    this.advance(nowMs, -1);
    this.#explanations = [];
  }

  #hook(hook: Hook, atMs: number): void {
    const interval = this.#intervals.at(-1);
    const piece = interval?.pieces.at(-1);
    if (hook === 'on-hook') {
      if (!piece || piece.endMs !== null || !interval) return;
      piece.endMs = atMs;
      piece.stood ||= atMs - piece.sinceMs >= this.#limits.hookSettleMs;
      interval.lastMs = atMs;
      return;
    }
    if (piece?.endMs === null) return;
    this.#cutBurst(atMs);
    if (!interval || interval.closed || atMs - (interval.lastMs ?? atMs) > this.#limits.hangUpMs) {
      const pieces = [offHookFrom(atMs)];
      this.#intervals.push({ startMs: atMs, pieces, lastMs: null, closed: false, seen: new Set(), unexplained: [] });
      return;
    }
    const goesOn =
      piece && (atMs - (piece.endMs ?? 0) < this.#limits.hookSettleMs || interval.pieces.length >= PIECES_MAX);
    if (goesOn) Object.assign(piece, { endMs: null, sinceMs: atMs });
    else interval.pieces.push(offHookFrom(atMs));
    interval.lastMs = null;
  }

  #ring(ringing: boolean, atMs: number): void {
    if (ringing === this.#ringing) return;
    this.#ringing = ringing;
    const interval = this.#intervals.at(-1);
    if (!ringing) {
      this.#cutBurst(atMs);
      return;
    }
    if (interval && interval.lastMs === null) return; // no bell rings on a line that is off-hook
    if (interval) interval.closed = true;
    if (this.#bursts.at(-1)?.endMs === null) return;
    if (this.#bursts.length < PIECES_MAX) this.#bursts.push({ startMs: atMs, endMs: null });
  }

  #cutBurst(atMs: number): void {
    const burst = this.#bursts.at(-1);
    if (burst?.endMs === null) burst.endMs = atMs;
  }

  #judgeIntervals(nowMs: number, patienceMs: number): void {
    this.#intervals = this.#intervals.filter((interval) => {
      interval.pieces = interval.pieces.filter((piece) => !this.#judged(interval, piece, nowMs, patienceMs));
      if (interval.pieces.length > 0 || interval.lastMs === null) return true;
      if (!interval.closed && nowMs - interval.lastMs <= this.#limits.hangUpMs) return true;
      this.#tell(interval);
      return false;
    });
  }

  /** Whether a piece needs no more looking at. */
  #judged(interval: Interval, { startMs, endMs, stood }: OffHook, nowMs: number, patienceMs: number): boolean {
    if (endMs === null) return false;
    if (stood) {
      const covers = ({ fromMs, toMs }: { fromMs: number; toMs: number }): boolean =>
        fromMs - TOLERANCE_MS <= startMs && endMs <= toMs + TOLERANCE_MS;
      const found = this.#explanations.find((each) => each.as !== 'rang' && covers(each));
      if (found) interval.seen.add(found.as);
      else if (nowMs - endMs <= patienceMs) return false;
      else interval.unexplained.push({ startMs, endMs });
    } else if (nowMs - endMs < this.#limits.hookSettleMs && patienceMs > 0) {
      return false; // it may go on
    }
    return true;
  }

  #tell({ startMs, seen, unexplained }: Interval): void {
    if (seen.size === 0 && unexplained.length === 0) return; // bounce
    const verdict = unexplained.length > 0 ? 'unexplained' : seen.has('call') ? 'call' : 'number-fetched';
    this.#onJudged({
      kind: 'off-hook',
      verdict,
      startMs: startMs as MonotonicMs,
      unexplained: joined(unexplained, this.#limits.hangUpMs),
    });
  }

  #judgeBursts(nowMs: number, patienceMs: number): void {
    this.#bursts = this.#bursts.filter((burst) => {
      const { startMs, endMs } = burst;
      if (endMs === null) return true;
      const inside = ({ fromMs, toMs }: { fromMs: number; toMs: number }): boolean =>
        fromMs - TOLERANCE_MS <= startMs && startMs <= toMs + TOLERANCE_MS;
      if (this.#explanations.some((each) => each.as === 'rang' && inside(each))) return false;
      if (nowMs - endMs <= patienceMs) return true;
      this.#unexplained.push(burst);
      return false;
    });
    const last = this.#unexplained.at(-1);
    if (!last || nowMs - (last.endMs ?? nowMs) <= 2 * patienceMs) return;
    const rangMs = this.#unexplained.reduce((sum, { startMs, endMs }) => sum + (endMs ?? startMs) - startMs, 0);
    const unexplained = joined(this.#unexplained, PATIENCE_MS);
    this.#unexplained = [];
    const [first] = unexplained;
    if (first && rangMs >= this.#limits.ringMinMs + RING_SLACK_MS)
      this.#onJudged({ kind: 'ringing', verdict: 'unexplained', startMs: first.startMs, unexplained });
  }
}

const offHookFrom = (atMs: number): OffHook => ({ startMs: atMs, endMs: null, sinceMs: atMs, stood: false });

/** Pieces that are at most `gapMs` apart, as one. */
function joined(pieces: readonly Piece[], gapMs: number): Stretch[] {
  const stretches: { startMs: MonotonicMs; endMs: MonotonicMs }[] = [];
  for (const { startMs, endMs } of pieces) {
    const last = stretches.at(-1);
    const end = (endMs ?? startMs) as MonotonicMs;
    if (last && startMs - last.endMs <= gapMs) last.endMs = end;
    else stretches.push({ startMs: startMs as MonotonicMs, endMs: end });
  }
  return stretches;
}

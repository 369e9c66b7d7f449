import type { MonotonicMs } from '../../hal/clock.js';
import { StoreError } from '../../storage/errors.js';
import { countedFrom, type Row } from '../../storage/row.js';
import type { Store, StoredRecording } from '../../storage/store.js';
import { TERM_MAX, type Term } from '../../storage/term.js';
import { JUMP_MS } from './clock-guard.js';

/** Wall clocks that stand so close to each other are the same. */
const SAME_MS = 1000;

/** Recordings of this run, from number `from` on, were dated by a wall clock that stood so far before the monotonic one. */
interface Dating {
  readonly from: number;
  readonly aheadMs: number;
}

interface Times {
  readonly nowMs: MonotonicMs;
  readonly wallMs: number;
}

/** Whether nobody can tell from when a recording's term is counted: its record says that the clock which dated it was not believed. */
export const isUndated = (recording: StoredRecording): boolean =>
  recording.row.countedWallMs === undefined && isDoubtful(recording);

const isDoubtful = ({ particulars }: Pick<StoredRecording, 'particulars'>): boolean =>
  particulars['clock'] === 'unset' || particulars['clock'] === 'doubtful';

/**
 * Sees to it that every recording's term is counted from a moment that can be believed. Each is looked at once, while the clock is
 * believed, before it may go by time; those of this run again, when the clock turns out to have been wrong. What a record tells stays as it is.
 */
export class Terms {
  readonly #store: Store;
  /** The first number that this run gives out. */
  readonly #runFrom: number;
  readonly #datings: Dating[] = [];
  /** Recordings up to here have been looked at, but for those that had not been closed. */
  #lookedTo: number;
  #unsettled: ReadonlySet<number> = new Set();
  /** Where the wall clock stood when it was last believed; undefined: it has not been in this run. */
  #believedAheadMs: number | undefined;

  /** `settledTo`: up to this number all had been looked at in earlier runs. */
  constructor(store: Store, settledTo: number) {
    const { lastNumber } = store.status;
    this.#store = store;
    this.#runFrom = lastNumber + 1;
    this.#lookedTo = Math.min(settledTo, lastNumber);
  }

  /** The next call is dated by the clock as it stands now. To be told before it begins. */
  date(times: Times): void {
    const aheadMs = aheadOf(times);
    const last = this.#datings.at(-1);
    if (last && Math.abs(aheadMs - last.aheadMs) <= SAME_MS) return;
    const from = last ? this.#store.status.lastNumber + 1 : this.#runFrom;
    if (last?.from === from) this.#datings.pop();
    this.#datings.push({ from, aheadMs });
  }

  /** Whether a recording may go by time: it has been looked at, and its term is counted from a moment that was believed. */
  async mayGo(n: number): Promise<boolean> {
    if (n > this.#lookedTo || this.#unsettled.has(n)) return false;
    const recording = await this.#recording(n);
    if (!recording) return false;
    if (!isUndated(recording)) return true;
    this.#lookedTo = Math.min(this.#lookedTo, n - 1); // what said that it had been is not so: the next look finds it
    return false;
  }

  /** Up to this number all have been looked at. */
  get settledTo(): number {
    return Math.min(this.#lookedTo, ...[...this.#unsettled].map((n) => n - 1));
  }

  /** To be called while the clock is believed. Rejects as the store does; the next call does what is left. */
  async settle(times: Times): Promise<void> {
    const { lastNumber, openNumbers } = this.#store.status;
    const open = new Set(openNumbers);
    const corrected = this.#isCorrected(times);
    const lookedTo = corrected === 'in this run' ? Math.min(this.#lookedTo, this.#runFrom - 1) : this.#lookedTo;
    const found = new Map<number, Term['counted']>();
    const judge = (recording: StoredRecording): void => {
      const counted = this.#judged(recording, times);
      if (counted && !open.has(recording.row.n)) found.set(recording.row.n, counted);
    };
    for await (const recording of this.#store.recordings(lastNumber + 1)) {
      if (recording.row.n <= lookedTo) break;
      judge(recording);
    }
    const unread: number[] = [];
    for (const n of this.#unsettled) {
      const recording = n <= lookedTo && !open.has(n) ? await this.#recording(n) : undefined;
      if (recording) judge(recording);
      else if (recording === null) unread.push(n);
    }
    if (corrected !== null) {
      for await (const n of this.#store.countedSince(times.wallMs + JUMP_MS))
        if (n < this.#runFrom) found.set(n, { fromWallMs: times.wallMs });
    }
    for (const term of joined(found)) await this.#store.countFrom(term);
    this.#lookedTo = lastNumber;
    this.#unsettled = new Set([...open, ...unread]);
    this.#believedAheadMs = aheadOf(times);
  }

  /** Whether the clock stands elsewhere than when it was last believed. */
  #isCorrected(times: Times): 'since an earlier run' | 'in this run' | null {
    if (this.#believedAheadMs === undefined) return 'since an earlier run';
    return Math.abs(aheadOf(times) - this.#believedAheadMs) > JUMP_MS ? 'in this run' : null;
  }

  /** From when a recording's term is to be counted from now on; null: as it is. */
  #judged(recording: StoredRecording, times: Times): Term['counted'] | null {
    const { row } = recording;
    if (row.state !== 'kept' || row.endedWallMs === null) return null;
    const undated = isUndated(recording);
    const dating = this.#datingOf(row);
    // When it ended, nobody can tell any more: before now.
    if (!dating) return undated ? { fromWallMs: times.wallMs } : null;
    const laterMs = Math.round(aheadOf(times) - dating.aheadMs);
    const offMs = row.endedWallMs + laterMs - (countedFrom(row) ?? 0);
    return undated || Math.abs(offMs) > JUMP_MS ? { laterMs } : null;
  }

  #datingOf({ n }: Row): Dating | undefined {
    return n < this.#runFrom ? undefined : this.#datings.filter(({ from }) => from <= n).at(-1);
  }

  /** Undefined where it is gone, null where it cannot be read. */
  async #recording(n: number): Promise<StoredRecording | undefined | null> {
    try {
      return await this.#store.recording(n);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return error.code === 'RECORDING_ERASED' || error.code === 'RECORDING_UNKNOWN' ? undefined : null;
    }
  }
}

const aheadOf = ({ nowMs, wallMs }: Times): number => wallMs - nowMs;

/** As few terms as there can be, the lowest numbers first. */
function joined(found: ReadonlyMap<number, Term['counted']>): Term[] {
  const terms: { from: number; to: number; counted: Term['counted'] }[] = [];
  for (const [n, counted] of [...found].sort(([a], [b]) => a - b)) {
    const last = terms.at(-1);
    const goesOn = last?.to === n - 1 && n - last.from < TERM_MAX;
    if (last && goesOn && JSON.stringify(last.counted) === JSON.stringify(counted)) last.to = n;
    else terms.push({ from: n, to: n, counted });
  }
  return terms;
}

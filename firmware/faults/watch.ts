import { catchError, defer, EMPTY, merge, mergeMap, type Observable, of, repeat, tap } from 'rxjs';
import type { Board } from '../../hal/board.js';
import type { MonotonicMs } from '../../hal/clock.js';
import type { HealthReading } from '../../hal/health.js';
import type { LineEdge } from '../../hal/line.js';
import type { Store } from '../../storage/store.js';
import type { Keeper } from '../keeper.js';
import type { ClockDoubt } from '../rules/clock-guard.js';
import type { FaultBook } from './fault-book.js';
import { HealthWatch } from './health-watch.js';
import { KeepingWatch } from './keeping-watch.js';
import { LineHealth } from './line-health.js';
import { RunMark } from './run-mark.js';
import { StorageWatch } from './storage-watch.js';

/** The process shows itself that it is alive so often; when it is late by more than this, it hung. */
const BEAT_MS = 1000;
const STALL_MS = 10_000;

type Reading<Kind extends HealthReading['kind']> = Extract<HealthReading, { kind: Kind }>;

/** Null where the board says that it has none. */
export interface MachineState {
  readonly batteryClock: Reading<'battery-clock'> | null;
  readonly watchdog: Reading<'watchdog'> | null;
}

export interface WatchOptions {
  readonly board: Board;
  readonly store: Store;
  readonly keeper: Keeper;
  readonly faults: FaultBook;
}

/** Looks for everything that can be wrong with a recorder that runs, but for what its own inputs tell it by failing. */
export class Watch {
  readonly storage: StorageWatch;
  readonly #options: WatchOptions;
  readonly #lines: ReadonlyMap<string, LineHealth>;
  readonly #health: HealthWatch;
  readonly #keeping: KeepingWatch;
  readonly #run: RunMark;
  #beatMs: MonotonicMs | null = null;
  #machine: MachineState = { batteryClock: null, watchdog: null };
  /** As the last look found it; undefined: there was none. */
  #clockDoubt: ClockDoubt | null | undefined;

  constructor(options: WatchOptions) {
    const { board, store, faults } = options;
    const { clock } = board;
    this.#options = options;
    this.storage = new StorageWatch(store, faults);
    this.#lines = new Map(
      board.lines.map(({ id, sense, audio }) => {
        const { sampleRateHz: rateHz } = audio;
        return [id, new LineHealth({ line: id, rateHz, hook: sense.hook(), nowMs: clock.now(), faults })];
      }),
    );
    this.#health = new HealthWatch(faults);
    for (const { id, sense } of board.lines) this.#health.hook(id, sense.hook(), clock.now());
    this.#keeping = new KeepingWatch(store, clock, faults);
    this.#run = new RunMark(store, faults);
  }

  /** What the senses of the machine said last of what is no fault. */
  get machine(): MachineState {
    return this.#machine;
  }

  /** Of a line of the board. */
  line(id: string): LineHealth {
    const found = this.#lines.get(id);
    if (!found) throw new RangeError(`no line ${id}`);
    return found;
  }

  /** What a line's detectors tell. */
  edge(id: string, edge: LineEdge): void {
    // What tells something is not lost, whatever an earlier run left.
    this.#options.faults.clear('SENSE_LOST', id);
    this.line(id).edge(edge);
    if (edge.kind === 'hook') this.#health.hook(id, edge.hook, this.#options.board.clock.now());
  }

  /** What runs by itself: the heartbeat, and the senses of the box. Cold; never errors. */
  get running$(): Observable<unknown> {
    const { board } = this.#options;
    const beats$ = defer(() => board.clock.after$(BEAT_MS)).pipe(
      tap(() => this.#beat()),
      repeat(),
    );
    // A sense that breaks its promise and errors is one sense less, not a recorder less.
    const senses$ = board.health.map(({ readings$ }) => readings$.pipe(catchError(() => EMPTY)));
    return merge(
      beats$,
      merge(...senses$).pipe(mergeMap((reading) => this.#reading(reading))),
      defer(() => {
        this.storage.opened();
        return EMPTY;
      }),
    );
  }

  /** Whether the clock may be believed, now. */
  lookAtClock(): void {
    const { keeper, faults } = this.#options;
    const doubt = keeper.doubt();
    // Right after power-on the clock may be about to be set: what the next look still finds is told.
    const mayBeSet = doubt === 'unset' && this.#clockDoubt === undefined;
    this.#clockDoubt = doubt;
    if (doubt === null) faults.clear('CLOCK_DOUBTFUL', 'clock');
    else if (!mayBeSet) faults.raise('CLOCK_DOUBTFUL', 'clock', doubt);
  }

  /** A look at what does not tell by itself, once in a while. Rejects as the store does. */
  async look(): Promise<void> {
    this.#options.faults.look();
    await this.storage.look();
    await this.#keeping.look();
  }

  /** The recorder stops as it should; `switchedOff`: and the machine is to go off after it. */
  async stopped(switchedOff: boolean): Promise<void> {
    await this.#run.end(switchedOff);
    await this.#options.faults.settled();
  }

  #reading(reading: HealthReading): Observable<unknown> {
    if (reading.kind === 'machine-start')
      return defer(() => this.#run.begin(reading)).pipe(
        catchError((error: unknown) => {
          this.storage.failed(error);
          return EMPTY;
        }),
      );
    if (reading.kind === 'battery-clock') this.#machine = { ...this.#machine, batteryClock: reading };
    else if (reading.kind === 'watchdog') this.#machine = { ...this.#machine, watchdog: reading };
    else this.#health.reading(reading, this.#options.board.clock.now());
    return of(reading);
  }

  #beat(): void {
    const { board, faults } = this.#options;
    const nowMs = board.clock.now();
    const sinceMs = nowMs - (this.#beatMs ?? nowMs);
    this.#beatMs = nowMs;
    if (sinceMs > STALL_MS)
      faults.raise('PROCESS_STALLED', 'recorder', `nothing was done for ${Math.round(sinceMs)} ms`);
    else faults.clear('PROCESS_STALLED', 'recorder');
    this.#health.time(nowMs);
    for (const line of this.#lines.values()) line.time(nowMs);
  }
}

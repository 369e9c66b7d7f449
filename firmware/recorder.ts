import {
  BehaviorSubject,
  catchError,
  defer,
  EMPTY,
  finalize,
  merge,
  NEVER,
  type Observable,
  repeat,
  retry,
  Subject,
  type Subscription,
  switchMap,
  tap,
} from 'rxjs';
import type { Board, LinePort } from '../hal/board.js';
import type { MonotonicMs } from '../hal/clock.js';
import type { Mp3Codec } from '../hal/codec.js';
import { HalError } from '../hal/errors.js';
import type { Store } from '../storage/store.js';
import { type Fault, type FaultCode, Faults } from './faults/fault.js';
import type { Keeper } from './keeper.js';
import { LineRecorder, type LineView } from './line-recorder.js';
import { meaningOf, type PanelMeaning, patternOf } from './panel/view.js';
import type { Reckoner } from './reckon/reckoner.js';
import type { Tallies } from './reckon/tallies.js';
import type { Settings } from './settings.js';

/** How long a lost device is left alone before it is tried again. */
const RETRY_MS = 1000;
/** How often it is looked whether a recording has had its time. */
const KEEPER_MS = 30_000;
/** An overrun is shown for this long after the last one. */
const OVERRUN_SHOWN_MS = 60_000;

export interface RecorderOptions {
  readonly board: Board;
  readonly store: Store;
  readonly codec: Mp3Codec;
  readonly keeper: Keeper;
  readonly reckoner: Reckoner;
  readonly settings: Settings;
  /** How often the view is renewed while nothing happens, for somebody who watches levels; 0: not at all. */
  readonly viewMs: number;
}

export interface RecorderView {
  readonly meaning: PanelMeaning;
  readonly lines: readonly LineView[];
  readonly faults: readonly Fault[];
  /** Recordings and missed calls closed since the start. */
  readonly keptCalls: number;
  readonly nowMs: number;
}

/**
 * The recorder: each line's edges and samples through its `LineRecorder`, everything appended put on the medium once in
 * a while, and a view of it all. Runs from `start` to `stop`.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #faults = new Faults();
  readonly #lines: readonly LineRecorder[];
  readonly #view$: BehaviorSubject<RecorderView>;
  readonly #kept$ = new Subject<void>();
  readonly #failure$ = new Subject<never>();
  #keptCalls = 0;
  /** When each line last lost samples. */
  readonly #lossMs = new Map<string, MonotonicMs>();
  #commit: Promise<void> = Promise.resolve();
  #committing = false;
  #keeping: Promise<void> = Promise.resolve();
  #commitAgain = false;
  #running: Subscription | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { board, reckoner } = options;
    this.#lines = board.lines.map((port) => {
      const onLoss = (lengthMs: number) => this.#lost(port.id, lengthMs);
      const account = reckoner.line(port.id);
      return new LineRecorder({
        ...options,
        account,
        port,
        clock: board.clock,
        onKept: () => this.#kept$.next(),
        onLoss,
      });
    });
    this.#view$ = new BehaviorSubject(this.#look());
  }

  /** What was seen on the lines against what was put on record, day by day, as of now. */
  get tallies(): Tallies {
    return this.#options.reckoner.tallies;
  }

  get view(): RecorderView {
    return this.#look();
  }

  /** Hot; begins with the view now. */
  get view$(): Observable<RecorderView> {
    return this.#view$;
  }

  /**
   * Never emits; errors with `HalError` when a device cannot be opened the first time (later losses are faults), and with whatever
   * else goes wrong that this program did not foresee.
   */
  get failure$(): Observable<never> {
    return this.#failure$;
  }

  start(): void {
    const { board, settings, viewMs } = this.#options;
    const { clock } = board;
    const lines = board.lines.map((port, i) => this.#listen(port, this.#lines[i] as LineRecorder));
    const ticks$ = defer(() => clock.after$(settings.commitSeconds * 1000)).pipe(repeat());
    const commits$ = merge(ticks$.pipe(tap(() => this.#commitNow())), this.#kept$.pipe(tap(() => this.#commitKept())));
    const renewals$ = viewMs > 0 ? defer(() => clock.after$(viewMs)).pipe(repeat()) : NEVER;
    const views$ = merge(renewals$, this.#kept$).pipe(tap(() => this.#show()));
    const looks$ = defer(() => clock.after$(KEEPER_MS))
      .pipe(repeat())
      .pipe(tap(() => this.#keep()));
    this.#keep();
    this.#show();
    this.#running = merge(...lines, commits$, views$, looks$).subscribe({
      error: (error) => this.#failure$.error(error),
    });
  }

  /** Somebody says that the clock is right; returns how many more people must before anything is erased by it. */
  confirmClock(by: string): number {
    const missing = this.#options.keeper.confirm(by);
    this.#keep();
    return missing;
  }

  /** Closes calls in progress as interrupted, commits, lets every device go and the lamp go dark. The store stays open. */
  async stop(): Promise<void> {
    const { clock, lamp } = this.#options.board;
    for (const line of this.#lines) line.stop(clock.now());
    this.#running?.unsubscribe();
    // A rhythm that plays on would say that somebody records, and keep the process alive.
    lamp.show({ colour: 'green', rhythmMs: [] });
    await this.settled();
    await this.#options.store.commit();
    await this.#options.reckoner.save(true);
    this.#view$.complete();
  }

  /** Resolves when what was closed before the call is on the medium, or the medium has refused it. */
  async settled(): Promise<void> {
    while (this.#committing) await this.#commit;
    await this.#keeping;
  }

  /** One line's inputs, for as long as the recorder runs. */
  #listen(port: LinePort, line: LineRecorder): Observable<unknown> {
    const { clock } = this.#options.board;
    const due$ = new Subject<void>();
    let state = line.view.state;
    const noticed = (): void => {
      due$.next();
      if (line.view.state === state) return;
      state = line.view.state;
      this.#show();
    };
    const timers$ = due$.pipe(
      switchMap(() => (line.dueAt === null ? NEVER : clock.after$(Math.max(0, line.dueAt - clock.now())))),
      tap(() => {
        line.time(clock.now());
        noticed();
      }),
    );
    const edges$ = port.sense.edges$.pipe(
      tap((edge) => {
        line.edge(edge);
        noticed();
      }),
      catchError((error: unknown) => {
        if (!(error instanceof HalError)) throw error;
        line.senseLost();
        this.#raise('SENSE_LOST', port.id, error.message);
        return NEVER;
      }),
    );
    return merge(
      timers$,
      edges$,
      this.#capture(port, line),
      defer(() => {
        due$.next();
        return EMPTY;
      }),
    );
  }

  #capture(port: LinePort, line: LineRecorder): Observable<unknown> {
    const { clock } = this.#options.board;
    let heard = false;
    return defer(() => port.audio.blocks$).pipe(
      tap((block) => {
        heard = true;
        this.#faults.clear('CAPTURE_LOST', port.id);
        line.block(block);
      }),
      finalize(() => line.captureClosed()),
      retry({
        delay: (error: unknown) => {
          if (!heard || !(error instanceof HalError && error.retryHelps)) throw error;
          this.#raise('CAPTURE_LOST', port.id, error.message);
          return clock.after$(RETRY_MS);
        },
      }),
      catchError((error: unknown) => {
        if (!(error instanceof HalError)) throw error; // a fault of this program: better dead than deaf
        if (heard) this.#raise('CAPTURE_LOST', port.id, error.message);
        else this.#failure$.error(error);
        return NEVER;
      }),
    );
  }

  /** A call was closed: a commit that is under way may have been too early for it. */
  #commitKept(): void {
    this.#keptCalls += 1;
    this.#commitAgain = this.#committing;
    this.#commitNow();
  }

  #commitNow(): void {
    const nowMs = this.#options.board.clock.now();
    for (const line of this.#lines) line.encode(nowMs);
    if (this.#committing) return;
    this.#committing = true;
    this.#commit = this.#options.store
      .commit()
      .then(() => this.#faults.clear('STORAGE_FAILING', 'store'))
      .catch((error: unknown) => this.#raise('STORAGE_FAILING', 'store', (error as Error).message))
      .finally(() => {
        this.#committing = false;
        if (!this.#commitAgain) return;
        this.#commitAgain = false;
        this.#commitNow();
      });
  }

  /** Lets go what has had its time; says so where the clock is not to be believed. */
  #keep(): void {
    const { keeper, reckoner } = this.#options;
    const doubt = keeper.doubt();
    if (doubt === null) this.#faults.clear('CLOCK_DOUBTFUL', 'clock');
    else this.#raise('CLOCK_DOUBTFUL', 'clock', doubt);
    this.#keeping = this.#keeping
      .then(() => keeper.look())
      .then(() => reckoner.save())
      .then(
        () => undefined,
        (error: unknown) => this.#raise('STORAGE_FAILING', 'store', (error as Error).message),
      );
  }

  #lost(line: string, lengthMs: number): void {
    this.#lossMs.set(line, this.#options.board.clock.now());
    this.#raise('CAPTURE_OVERRUN', line, `${Math.round(lengthMs)} ms were not delivered`);
  }

  #raise(code: FaultCode, subject: string, detail: string): void {
    this.#faults.raise({ code, subject, detail, sinceWallMs: this.#options.board.clock.wall() });
    this.#show();
  }

  #look(): RecorderView {
    const { clock } = this.#options.board;
    for (const [line, atMs] of this.#lossMs) {
      if (clock.now() - atMs > OVERRUN_SHOWN_MS) this.#faults.clear('CAPTURE_OVERRUN', line);
    }
    const lines = this.#lines.map(({ view }) => view);
    const faults = this.#faults.active;
    return { meaning: meaningOf(lines, faults), lines, faults, keptCalls: this.#keptCalls, nowMs: clock.now() };
  }

  #show(): void {
    const view = this.#look();
    const before = this.#view$.value;
    if (this.#running === undefined || view.meaning !== before.meaning || view.meaning === 'fault') {
      this.#options.board.lamp.show(patternOf(view.meaning, view.faults));
    }
    this.#view$.next(view);
  }
}

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
import type { Mp3Codec } from '../hal/codec.js';
import { HalError } from '../hal/errors.js';
import type { Store } from '../storage/store.js';
import type { ModemNote } from './caller-match.js';
import type { FaultBook } from './faults/fault-book.js';
import { Watch } from './faults/watch.js';
import type { Keeper } from './keeper.js';
import { LineRecorder, type LineView } from './line-recorder.js';
import type { Reckoner } from './reckon/reckoner.js';
import type { Tallies } from './reckon/tallies.js';
import type { Settings } from './settings.js';

/** How long a lost device is left alone before it is tried again. */
const RETRY_MS = 1000;
/** How often it is looked whether a recording has had its time. */
const KEEPER_MS = 30_000;

export interface RecorderOptions {
  readonly board: Board;
  readonly store: Store;
  readonly codec: Mp3Codec;
  readonly keeper: Keeper;
  readonly reckoner: Reckoner;
  readonly settings: Settings;
  readonly faults: FaultBook;
}

export interface RecorderView {
  readonly lines: readonly LineView[];
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
  readonly #watch: Watch;
  readonly #lines: readonly LineRecorder[];
  readonly #view$: BehaviorSubject<RecorderView>;
  readonly #kept$ = new Subject<void>();
  readonly #failure$ = new Subject<never>();
  #keptCalls = 0;
  #commit: Promise<void> = Promise.resolve();
  #committing = false;
  #keeping: Promise<void> = Promise.resolve();
  #commitAgain = false;
  #running: Subscription | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { board, reckoner } = options;
    this.#watch = new Watch(options);
    this.#lines = board.lines.map((port) => {
      const onLoss = (lengthMs: number) => this.#watch.line(port.id).lost(lengthMs, board.clock.now());
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

  /** What the modem of line `id` has said that is part of no record, oldest first. */
  modemNotes(id: string): readonly ModemNote[] {
    return this.#lines.find(({ view }) => view.id === id)?.modemNotes ?? [];
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
    const { board, settings } = this.#options;
    const { clock } = board;
    const lines = board.lines.map((port, i) => this.#listen(port, this.#lines[i] as LineRecorder));
    const ticks$ = defer(() => clock.after$(settings.commitSeconds * 1000)).pipe(repeat());
    const commits$ = merge(ticks$.pipe(tap(() => this.#commitNow())), this.#kept$.pipe(tap(() => this.#commitKept())));
    const views$ = this.#kept$.pipe(tap(() => this.#show()));
    const looks$ = defer(() => clock.after$(KEEPER_MS))
      .pipe(repeat())
      .pipe(tap(() => this.#keep()));
    this.#keep();
    this.#show();
    this.#running = merge(...lines, commits$, views$, looks$, this.#watch.running$).subscribe({
      error: (error) => this.#failure$.error(error),
    });
  }

  /** Somebody says that the clock is right; returns how many more people must before anything is erased by it. */
  confirmClock(by: string): number {
    const missing = this.#options.keeper.confirm(by);
    this.#keep();
    return missing;
  }

  /** Closes calls in progress as interrupted, commits, and lets every device go. The store stays open. */
  async stop(): Promise<void> {
    const { clock } = this.#options.board;
    for (const line of this.#lines) line.stop(clock.now());
    this.#running?.unsubscribe();
    await this.settled();
    await this.#options.store.commit();
    await this.#options.reckoner.save(true);
    await this.#watch.stopped();
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
        this.#watch.line(port.id).edge(edge);
        line.edge(edge);
        noticed();
      }),
      catchError((error: unknown) => {
        if (!(error instanceof HalError)) throw error;
        line.senseLost();
        this.#options.faults.raise('SENSE_LOST', port.id, error.message);
        return NEVER;
      }),
    );
    return merge(
      timers$,
      edges$,
      this.#capture(port, line),
      this.#modem(port, line),
      defer(() => {
        due$.next();
        return EMPTY;
      }),
    );
  }

  #capture(port: LinePort, line: LineRecorder): Observable<unknown> {
    const { board, faults } = this.#options;
    const health = this.#watch.line(port.id);
    let heard = false;
    return defer(() => port.audio.blocks$).pipe(
      tap((block) => {
        heard = true;
        faults.clear('CAPTURE_LOST', port.id);
        line.block(block);
        health.hear(block.samples, line.view.levelDbm0);
      }),
      finalize(() => line.captureClosed()),
      retry({
        delay: (error: unknown) => {
          if (!heard || !(error instanceof HalError && error.retryHelps)) throw error;
          faults.raise('CAPTURE_LOST', port.id, error.message);
          return board.clock.after$(RETRY_MS);
        },
      }),
      catchError((error: unknown) => {
        if (!(error instanceof HalError)) throw error; // a fault of this program: better dead than deaf
        if (heard) faults.raise('CAPTURE_LOST', port.id, error.message);
        else this.#failure$.error(error);
        return NEVER;
      }),
    );
  }

  /** What a line's modem says. Its loss is a fault and nothing more: recording does not need it. */
  #modem({ id, modem }: LinePort, line: LineRecorder): Observable<unknown> {
    if (modem === null) return EMPTY;
    const { board, faults } = this.#options;
    return defer(() => modem.reports$).pipe(
      retry({
        delay: (error: unknown) => {
          if (!(error instanceof HalError)) throw error;
          faults.raise('MODEM_LOST', id, error.message);
          return error.retryHelps ? board.clock.after$(RETRY_MS) : NEVER;
        },
      }),
      tap((report) => {
        if (report.kind === 'ready') faults.clear('MODEM_LOST', id);
        line.modem(report);
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
      .then(() => this.#watch.storage.look())
      .catch((error: unknown) => this.#watch.storage.failed(error))
      .finally(() => {
        this.#committing = false;
        if (!this.#commitAgain) return;
        this.#commitAgain = false;
        this.#commitNow();
      });
  }

  /** Lets go what has had its time, and looks for what may be wrong. */
  #keep(): void {
    const { keeper, reckoner } = this.#options;
    this.#watch.lookAtClock();
    this.#keeping = this.#keeping
      .then(() => keeper.look())
      .then(() => reckoner.save())
      .catch((error: unknown) => this.#watch.storage.failed(error))
      .then(() => this.#watch.look())
      .catch((error: unknown) => this.#watch.storage.failed(error));
  }

  #look(): RecorderView {
    const lines = this.#lines.map(({ view }) => view);
    return { lines, keptCalls: this.#keptCalls, nowMs: this.#options.board.clock.now() };
  }

  #show(): void {
    this.#view$.next(this.#look());
  }
}

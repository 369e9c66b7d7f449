import {
  BehaviorSubject,
  defer,
  EMPTY,
  merge,
  NEVER,
  type Observable,
  repeat,
  Subject,
  type Subscription,
  switchMap,
  tap,
} from 'rxjs';
import type { Board, LinePort } from '../hal/board.js';
import type { ClockTrust } from '../hal/clock.js';
import type { Mp3Codec } from '../hal/codec.js';
import type { HalError } from '../hal/errors.js';
import type { Store } from '../storage/store.js';
import { captured$ } from './captured.js';
import type { FaultBook } from './faults/fault-book.js';
import { type MachineState, Watch } from './faults/watch.js';
import type { LifeSigns } from './health/liveness.js';
import type { LongWork } from './health/long-work.js';
import type { Keeper } from './keeper.js';
import { LineRecorder } from './line-recorder.js';
import type { LineView } from './line-view.js';
import { Medium } from './medium.js';
import type { Reckoner } from './reckon/reckoner.js';
import type { Tallies } from './reckon/tallies.js';
import { secondEar$ } from './second-ear.js';
import { type FoundLine, findLine, sensed$ } from './sensed.js';
import type { Settings } from './settings.js';

/** How often the medium gets what was heard: a power cut may cost two seconds of a call, and some of that is lateness. */
const COMMIT_MS = 1000;
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
  /** Counts what the store does on its medium; left out where nobody supervises. */
  readonly work?: Pick<LongWork, 'pieces'>;
  /** Nobody is there to read an error: a sound device that cannot be opened is a fault from the start, and waited for. Default: somebody is. */
  readonly unattended?: boolean;
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
  readonly #medium: Medium;
  readonly #found: readonly FoundLine[];
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
  #commits = 0;
  /** What has come in on each line, and whether it is known that nothing can. */
  readonly #heard = new Map<string, { samples: number; captureLost: boolean }>();

  /** Throws `HalError` as `LineSense.hook` where somebody attends; a box on its own tells its detectors as lost, and goes on. */
  constructor(options: RecorderOptions) {
    this.#options = options;
    const { board, reckoner, unattended = false } = options;
    this.#found = board.lines.map(findLine);
    const refused = this.#found.find(({ refusal }) => refusal !== null);
    if (refused?.refusal && !unattended) throw refused.refusal;
    const ports = this.#found.map(({ port }) => port);
    this.#watch = new Watch({ ...options, board: { ...board, lines: ports } });
    this.#medium = new Medium(options.store, board.clock, options.work);
    this.#lines = ports.map((port) => {
      const health = this.#watch.line(port.id);
      return new LineRecorder({
        ...options,
        account: reckoner.line(port.id),
        port,
        clock: board.clock,
        onKept: () => this.#kept$.next(),
        onLoss: (lengthMs, inCall) => health.lost(lengthMs, board.clock.now(), inCall),
        onTap: () => health.tapped(board.clock.now()),
        onDropped: () => this.#watch.storage.lost(),
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

  /** What is known of the machine, and what its clock is worth. */
  get machine(): MachineState & { readonly clock: ClockTrust } {
    return { ...this.#watch.machine, clock: this.#options.board.clock.trust() };
  }

  /** What a supervisor may look at. */
  get signs(): LifeSigns {
    const lines = [...this.#heard].map(([id, heard]) => ({ id, ...heard }));
    return { lines, commits: this.#commits, pieces: this.#medium.pieces };
  }

  /** Hot; begins with the view now. */
  get view$(): Observable<RecorderView> {
    return this.#view$;
  }

  /** Never emits; errors with `HalError` when a device cannot be opened the first time and somebody attends (later losses are faults), and with what nobody foresaw. */
  get failure$(): Observable<never> {
    return this.#failure$;
  }

  start(): void {
    const { board } = this.#options;
    const { clock } = board;
    const lines = board.lines.map((port, i) =>
      this.#listen(port, this.#found[i] as FoundLine, this.#lines[i] as LineRecorder),
    );
    const ticks$ = defer(() => clock.after$(COMMIT_MS)).pipe(repeat());
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

  /** The store has rejected something that somebody else asked of it: it is watched until it is well. */
  storeFailed(error: unknown): void {
    this.#watch.storage.failed(error);
  }

  /**
   * Closes calls in progress as interrupted, commits, lets every device go and the lamp go dark. The store stays open. `switchedOff`:
   * the machine is to go off after it.
   */
  async stop(switchedOff = false): Promise<void> {
    const { clock, lamp } = this.#options.board;
    for (const line of this.#lines) line.stop(clock.now());
    this.#running?.unsubscribe();
    // A rhythm that plays on would say that somebody records, and keep the process alive.
    lamp.show({ colour: 'green', rhythmMs: [] });
    await this.settled();
    await this.#medium.commit(true);
    await this.#medium.last(() => this.#options.reckoner.save(true));
    await this.#medium.last(() => this.#watch.stopped(switchedOff));
    this.#view$.complete();
  }

  /** Resolves when what was closed before the call is on the medium, or the medium has refused it. */
  async settled(): Promise<void> {
    while (this.#committing) await this.#commit;
    await this.#keeping;
  }

  /** One line's inputs, for as long as the recorder runs. */
  #listen(port: LinePort, found: FoundLine, line: LineRecorder): Observable<unknown> {
    const { clock } = this.#options.board;
    const due$ = new Subject<void>();
    let state = line.view.state;
    const noticed = (): void => {
      due$.next();
      this.#watch.line(port.id).doubted(line.doubts, clock.now());
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
    const { faults } = this.#options;
    const edges$ = sensed$(port, found, clock, {
      edge: (edge) => {
        this.#watch.edge(port.id, edge);
        line.edge(edge);
        noticed();
      },
      missed: (lost) => this.#watch.line(port.id).missed(lost, clock.now()),
      lost: (error) => {
        line.senseLost();
        faults.raise('SENSE_LOST', port.id, error.message);
      },
      back: (hook) => {
        line.senseBack(hook, clock.now());
        faults.clear('SENSE_LOST', port.id);
        noticed();
      },
    });
    return merge(
      timers$,
      edges$,
      this.#capture(port, line),
      secondEar$(port, { clock, faults: this.#options.faults }, (report) => {
        line.modem(report);
        noticed();
      }),
      defer(() => {
        due$.next();
        return EMPTY;
      }),
    );
  }

  #capture(port: LinePort, line: LineRecorder): Observable<unknown> {
    const { board, faults, unattended = false } = this.#options;
    const signs = { samples: 0, captureLost: false };
    this.#heard.set(port.id, signs);
    const health = this.#watch.line(port.id);
    const onRefused = (error: HalError): void => this.#failure$.error(error);
    return captured$({ port, line, signs, health, faults, clock: board.clock, unattended, onRefused });
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
    this.#commit = this.#medium
      .commit()
      .then(() => this.#watch.storage.committed())
      .catch((error: unknown) => this.#watch.storage.commitFailed(error))
      .finally(() => {
        this.#committing = false;
        this.#commits += 1;
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

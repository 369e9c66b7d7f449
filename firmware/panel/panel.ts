import { BehaviorSubject, EMPTY, map, merge, type Observable, Subject, Subscription, switchMap, tap } from 'rxjs';
import type { Board } from '../../hal/board.js';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import { FAULT_CATALOGUE } from '../faults/catalogue.js';
import type { Fault } from '../faults/fault.js';
import type { FaultBook } from '../faults/fault-book.js';
import type { LineView } from '../line-view.js';
import type { RetrievalState } from '../retrieval/state.js';
import { type Press, pressesOf } from './press.js';
import { type PanelSaying, roundMs, sayingOf } from './view.js';

/** A fault that somebody has asked for is counted so often. */
const ASKED_ROUNDS = 2;
/** The buzzer tells of one fault of one subject at most so often, however often it comes. */
const ALARM_EVERY_MS = 600_000;

/** Somebody has taken note of a fault. */
const TAKEN_NOTE = [80];
/** There is nothing to take note of. */
const NOTHING = [30, 60, 30];
/** Calls are being lost. */
const ALARM = [600, 200, 600, 200, 600];
/** The box is about to switch itself off: let go. */
export const SWITCHING_OFF = [1500];

export interface PanelOptions {
  readonly board: Pick<Board, 'lamp' | 'button' | 'buzzer'> & { readonly clock: Clock };
  readonly faults: FaultBook;
  /** What the lines do. Begins with what they do now. */
  readonly view$: Observable<{ readonly lines: readonly Pick<LineView, 'state'>[] }>;
}

/** Who else has something to say by the panel; each begins with what is the case. */
export interface PanelSources {
  readonly retrieval$?: Observable<RetrievalState>;
  /** Whether a caller is being told something. */
  readonly guidance$?: Observable<boolean>;
}

/** What a passer-by could see. */
export interface PanelView extends PanelSaying {
  readonly faults: readonly Fault[];
  readonly retrieval: RetrievalState;
  /** Since when the lamp shows it: where its rhythm began. */
  readonly sinceMs: MonotonicMs;
}

/**
 * The panel of a box: lamp, the one button, buzzer. A short press shows the faults in turn and takes note of the one shown; a long one
 * is for whoever hands recordings over; a very long one asks that the box be switched off. While a PIN is entered presses are no
 * business of the panel's.
 */
export class Panel {
  readonly #options: PanelOptions;
  readonly #presses$ = new Subject<Press>();
  readonly #switchOff$ = new Subject<void>();
  readonly #view$: BehaviorSubject<PanelView>;
  readonly #asked$ = new Subject<Fault | null>();
  readonly #alarmedMs = new Map<string, MonotonicMs>();
  #lines: readonly Pick<LineView, 'state'>[] = [];
  #retrieval: RetrievalState = { phase: 'idle' };
  #guidance = false;
  #asked: Fault | null = null;
  /** What has been counted since somebody began to ask. */
  #counted: readonly Fault[] = [];
  #running: Subscription | undefined;

  constructor(options: PanelOptions) {
    this.#options = options;
    this.#view$ = new BehaviorSubject(this.#look());
  }

  /** Hot: every press that means something, also those that the panel itself acts on, after it has. */
  get presses$(): Observable<Press> {
    return this.#presses$;
  }

  /** Hot: somebody wants the box to be switched off. */
  get switchOff$(): Observable<void> {
    return this.#switchOff$;
  }

  /** Hot; begins with what is shown now. */
  get view$(): Observable<PanelView> {
    return this.#view$;
  }

  get view(): PanelView {
    return this.#view$.value;
  }

  start({ retrieval$ = EMPTY, guidance$ = EMPTY }: PanelSources = {}): void {
    const { board, faults, view$ } = this.#options;
    const inputs$ = merge(
      view$.pipe(tap(({ lines }) => (this.#lines = lines))),
      retrieval$.pipe(tap((retrieval) => (this.#retrieval = retrieval))),
      guidance$.pipe(tap((guidance) => (this.#guidance = guidance))),
      faults.changes$,
    );
    // What was asked for is shown for a while, then the panel is itself again.
    const asked$ = this.#asked$.pipe(
      tap((asked) => (this.#asked = asked)),
      switchMap((asked) => {
        const shown = this.#show();
        return asked ? board.clock.after$(ASKED_ROUNDS * roundMs(shown.pattern)).pipe(map(() => null)) : EMPTY;
      }),
      tap((over) => {
        this.#asked = over;
        this.#counted = [];
      }),
    );
    board.lamp.show(this.view.pattern);
    this.#running = new Subscription();
    this.#running.add(merge(inputs$, asked$).subscribe(() => this.#show()));
    if (board.button)
      this.#running.add(pressesOf(board.button, board.clock).subscribe((press) => this.#pressed(press)));
    this.#show();
  }

  /** Lets the button go. The lamp keeps what it shows. */
  stop(): void {
    this.#running?.unsubscribe();
    this.#view$.complete();
  }

  #pressed(press: Press): void {
    // Whose press it is is decided by what was the case before anybody acted on it.
    if (this.#retrieval.phase !== 'pin') this.#act(press);
    this.#presses$.next(press);
  }

  #act({ length }: Press): void {
    if (length === 'short') this.#showNextFault();
    if (length !== 'very-long') return;
    this.#options.board.buzzer?.sound(SWITCHING_OFF);
    this.#switchOff$.next();
  }

  /**
   * The most urgent fault that has not been counted since somebody began to ask, in the lamp's order: what nobody has taken note of
   * first. After the last the panel is itself again.
   */
  #showNextFault(): void {
    const { board, faults } = this.#options;
    const uncounted = faults.open.filter((fault) => !this.#counted.some((each) => isSame(each, fault)));
    const next = uncounted.find(({ acknowledged }) => !acknowledged) ?? uncounted[0] ?? null;
    this.#counted = next ? [...this.#counted, next] : [];
    board.buzzer?.sound(next ? TAKEN_NOTE : NOTHING);
    this.#asked$.next(next);
    if (next) faults.acknowledge((fault) => isSame(fault, next), 'button');
  }

  #look(): PanelView {
    const { board, faults } = this.#options;
    const { open } = faults;
    const saying = sayingOf({
      lines: this.#lines,
      faults: open,
      retrieval: this.#retrieval,
      guidance: this.#guidance,
      asked: this.#asked,
    });
    return { ...saying, faults: open, retrieval: this.#retrieval, sinceMs: board.clock.now() };
  }

  #show(): PanelView {
    const before = this.view;
    const now = this.#look();
    const same = now.meaning === before.meaning && now.code === before.code && sameRhythm(now, before);
    const view = same ? { ...now, sinceMs: before.sinceMs } : now;
    // A rhythm that is begun anew at each change would never be seen to its end.
    if (!same) this.#options.board.lamp.show(view.pattern);
    // One that is there again after a restart, and that somebody knows of, is no news.
    const come = view.faults.filter((fault) => isThere(fault) && !fault.acknowledged);
    this.#alarm(come.filter((fault) => !before.faults.some((one) => isThere(one, fault))));
    this.#view$.next(view);
    return view;
  }

  /** Sounds for what has just come and calls are lost by. */
  #alarm(come: readonly Fault[]): void {
    const nowMs = this.#options.board.clock.now();
    for (const { code, subject } of come) {
      if (FAULT_CATALOGUE[code].severity !== 'failure') continue;
      const key = `${code} ${subject}`;
      const lastMs = this.#alarmedMs.get(key);
      if (lastMs !== undefined && nowMs - lastMs < ALARM_EVERY_MS) continue;
      this.#alarmedMs.set(key, nowMs);
      this.#options.board.buzzer?.sound(ALARM);
    }
  }
}

/** Whether it is there now; with `other`, whether it is that one, too. */
const isThere = (fault: Fault, other: Fault = fault): boolean => fault.active && isSame(fault, other);

const isSame = (a: Fault, b: Fault): boolean => a.code === b.code && a.subject === b.subject;

const sameRhythm = (a: PanelSaying, b: PanelSaying): boolean =>
  String(a.pattern.rhythmMs) === String(b.pattern.rhythmMs);

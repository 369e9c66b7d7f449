import {
  BehaviorSubject,
  catchError,
  distinctUntilChanged,
  EMPTY,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  retry,
  type Subscription,
  switchMap,
  tap,
} from 'rxjs';
import type { Board } from '../../hal/board.js';
import { HalError } from '../../hal/errors.js';
import type { Stick, StickEvent, StickInfo } from '../../hal/stick.js';
import type { FaultCode, FaultSink } from '../faults/fault.js';
import type { Press } from '../panel/press.js';
import type { Pin } from '../pin/pin.js';
import type { SetupCode } from '../pin/setup-code.js';
import { allowedSticks } from './allow-list.js';
import { readCollection } from './collection.js';
import type { Errand } from './errand.js';
import { step } from './machine.js';
import { BEGIN, type RetrievalEffect, type RetrievalEvent, type Retrieving } from './retrieving.js';
import type { RetrievalState } from './state.js';
import { shownOf, timerOf } from './view.js';

/** A socket that cannot be watched is tried again after so long. */
const RETRY_MS = 30_000;
/** Who tries a PIN that is entered at the box. */
const AT_THE_BOX = 'box';

export interface RetrievalOptions {
  readonly board: Pick<Board, 'clock' | 'button' | 'keypads' | 'sticks'>;
  readonly pin: Pin;
  readonly code: SetupCode;
  readonly errand: Errand;
  readonly faults: FaultSink;
  /** The store has rejected something. */
  readonly onStoreFailed: (error: unknown) => void;
}

/**
 * Handing recordings over at the box: a stick, a PIN, and what was named goes onto the stick. Decides by `step` alone; this class
 * feeds it, does what it says, and tells what came of it. Nothing here can hold a recording up.
 */
export class Retrieval {
  readonly #options: RetrievalOptions;
  readonly #state$ = new BehaviorSubject<Retrieving>(BEGIN);
  readonly #queue: RetrievalEvent[] = [];
  readonly #working = new Set<Promise<void>>();
  /** What is plugged in, if it is of any use. */
  #stick: Stick | null = null;
  #fault: FaultCode | null = null;
  #why = '';
  #running: Subscription | undefined;

  constructor(options: RetrievalOptions) {
    this.#options = options;
  }

  /** Hot; begins with what is the case. */
  get state$(): Observable<RetrievalState> {
    return this.#state$.pipe(map(shownOf));
  }

  get state(): RetrievalState {
    return shownOf(this.#state$.value);
  }

  /** The stick that is in, allowed or not. */
  get plugged(): StickInfo | null {
    return this.#stick?.info ?? null;
  }

  /** Whether somebody at the box can have a code shown. */
  get showsCodes(): boolean {
    const { button, keypads } = this.#options.board;
    return button !== null || keypads.length > 0;
  }

  /** `presses$`: of the one button, told apart by length. Hot. */
  start(presses$: Observable<Press>): void {
    const { board, pin } = this.#options;
    const { clock } = board;
    const sticks$ = this.#watched(board.sticks?.events$ ?? NEVER).pipe(tap((event) => this.#plugged(event)));
    const pressed$ = presses$.pipe(tap(({ length }) => this.#feed({ kind: 'press', length, gate: pin.gate })));
    const keyed$ = merge(...board.keypads.map(({ keys$ }) => keys$)).pipe(
      tap(({ key }) => this.#feed({ kind: 'key', key, gate: pin.gate })),
    );
    const timers$ = this.#state$.pipe(
      distinctUntilChanged((a, b) => a.mode === b.mode),
      switchMap((state) => {
        const ms = timerOf(state);
        return ms === null ? NEVER : clock.after$(ms);
      }),
      tap(() => this.#feed({ kind: 'time' })),
    );
    this.#running = merge(timers$, sticks$, pressed$, keyed$).subscribe();
    this.refresh();
  }

  /** Something that was decided elsewhere may have changed: what is named, which sticks are allowed, whether the PIN is locked. */
  refresh(): void {
    this.#tellLocked();
    this.#feed({ kind: 'gate', gate: this.#options.pin.gate });
    this.#work(async () => {
      await this.#lookNamed();
      if (this.#stick) await this.#look(this.#stick);
    });
  }

  /** Resolves when nothing is being looked up, tried, copied or closed. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Ends a copy as if the stick had been pulled, and lets the stick go. */
  async stop(): Promise<void> {
    this.#running?.unsubscribe();
    this.#options.errand.stop('pulled');
    await this.settled();
    await this.#options.errand.close();
    this.#state$.complete();
  }

  /** A socket that cannot be watched is tried again and again; once is nothing: udev may just be starting anew. */
  #watched(events$: Observable<StickEvent>): Observable<StickEvent> {
    const { faults, board } = this.#options;
    const { clock } = board;
    const tell = (error: unknown) => faults.raise('SOCKET_UNWATCHED', 'usb', (error as Error).message);
    const steady$ = clock.after$(RETRY_MS).pipe(
      tap(() => faults.clear('SOCKET_UNWATCHED', 'usb')),
      ignoreElements(),
    );
    return merge(events$, steady$).pipe(
      retry({
        resetOnSuccess: true,
        delay: (error: unknown, times) => {
          if (!(error instanceof HalError)) throw error;
          this.#plugged({ kind: 'out' });
          if (times > 1) tell(error);
          return clock.after$(RETRY_MS);
        },
      }),
      catchError((error: unknown) => {
        tell(error);
        return EMPTY;
      }),
    );
  }

  #plugged(event: StickEvent): void {
    const { errand } = this.#options;
    switch (event.kind) {
      case 'in':
        this.#stick = event.stick;
        this.#work(async () => {
          const allowed = await this.#look(event.stick);
          if (!allowed) await errand.enter('stick-refused', { why: 'not-allowed', serial: event.stick.info.serial });
        });
        return;
      case 'refused':
        this.#stick = null;
        this.#why = `${event.why}: ${event.detail}`;
        this.#work(() => errand.enter('stick-refused', { why: event.why }));
        this.#feed({ kind: 'stick', stick: { serial: '', allowed: false } });
        return;
      case 'out':
        this.#stick = null;
        this.#feed({ kind: 'stick', stick: null });
    }
  }

  async #lookNamed(): Promise<void> {
    const collection = await readCollection(this.#options.errand.store);
    this.#feed({ kind: 'named', named: collection?.id ?? null });
  }

  /** Whether a stick is on the office's list; told to the machine only if it is still in by then. */
  async #look(stick: Stick): Promise<boolean> {
    const { serial } = stick.info;
    const allowed = (await allowedSticks(this.#options.errand.store)).includes(serial);
    if (this.#stick !== stick) return allowed;
    if (!allowed) this.#why = `serial number ${serial || '(none)'} is not on the list`;
    this.#feed({ kind: 'stick', stick: { serial, allowed } });
    return allowed;
  }

  /** One event after the other, whoever tells them. */
  #feed(event: RetrievalEvent): void {
    this.#queue.push(event);
    if (this.#queue.length > 1) return;
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      try {
        const { state, effects } = step(this.#state$.value, next);
        if (state !== this.#state$.value) this.#state$.next(state);
        this.#tellFault();
        for (const effect of effects) this.#do(effect);
      } finally {
        this.#queue.shift();
      }
    }
  }

  #do(effect: RetrievalEffect): void {
    const { pin, code, errand } = this.#options;
    switch (effect.kind) {
      case 'make-code':
        this.#feed({ kind: 'code', code: code.make() });
        this.#work(() => errand.enter('pin-code-shown', { who: AT_THE_BOX }));
        break;
      case 'use-code':
        this.#feed({ kind: 'code-used', right: code.use(effect.code), ticket: effect.ticket });
        break;
      case 'note-locked':
        this.#work(() => errand.enter('pin-attempt', { who: AT_THE_BOX, result: 'locked' }));
        break;
      case 'try-pin':
        this.#work(async () => {
          // One that cannot be counted is none; the store says itself what is wrong with it.
          const verdict = await pin.attempt(effect.pin, AT_THE_BOX).catch(() => 'refused' as const);
          this.#tellLocked();
          this.#feed({ kind: 'pin-tried', verdict, gate: pin.gate, ticket: effect.ticket });
        });
        break;
      case 'store-pin':
        this.#work(() => {
          const told = () => this.#feed({ kind: 'pin-stored', ticket: effect.ticket });
          return pin.set(effect.pin, AT_THE_BOX).finally(told);
        });
        break;
      case 'copy':
        this.#copy(effect);
        break;
      case 'stop-copy':
        errand.stop(effect.why);
        break;
      case 'close':
        this.#work(() => errand.close());
    }
  }

  #copy({ collection, resumes, ticket }: Extract<RetrievalEffect, { kind: 'copy' }>): void {
    const stick = this.#stick;
    if (stick === null) return;
    this.#work(async () => {
      const outcome = await this.#options.errand.run(
        { stick, collection, resumes },
        {
          onProgress: (files, filesDone) => this.#feed({ kind: 'progress', files, filesDone, ticket }),
          onCopied: (files) => this.#feed({ kind: 'copied', files, ticket }),
        },
      );
      if (outcome.kind === 'failed') {
        this.#why = outcome.detail;
        this.#feed({ kind: 'copy-failed', code: outcome.code, sure: outcome.sure, ticket });
      }
      if (outcome.kind === 'withdrawn') this.#feed({ kind: 'withdrawn', ticket });
      await this.#lookNamed();
    });
  }

  #tellFault(): void {
    const { faults } = this.#options;
    const shown = this.state;
    const code = shown.phase === 'failed' ? shown.code : null;
    if (code === this.#fault) return;
    if (this.#fault !== null) faults.clear(this.#fault, 'stick');
    if (code !== null) faults.raise(code, 'stick', this.#why || 'while recordings were handed over');
    this.#fault = code;
  }

  #tellLocked(): void {
    const { pin, faults } = this.#options;
    if (pin.gate.kind === 'locked') faults.raise('PIN_LOCKED', 'pin', `${pin.status.failures} wrong PINs in a row`);
    else faults.clear('PIN_LOCKED', 'pin');
  }

  /** What fails here is the store. Whoever watches it is told, and looks when it is well again: nothing here runs by itself. */
  #work(task: () => Promise<void>): void {
    const { onStoreFailed } = this.#options;
    const done: Promise<void> = task()
      .catch((error: unknown) => onStoreFailed(error))
      .finally(() => this.#working.delete(done));
    this.#working.add(done);
  }
}

import {
  concatMap,
  defaultIfEmpty,
  forkJoin,
  from,
  fromEvent,
  lastValueFrom,
  map,
  type Observable,
  of,
  race,
  takeUntil,
} from 'rxjs';
import type { Board } from '../../hal/board.js';
import {
  batteryClockStep,
  buttonStep,
  clockStep,
  type Found,
  found,
  lampStep,
  lineStep,
  modemStep,
  type StepName,
  type StepResult,
  soundStep,
  stickStep,
  voltageStep,
  watchdogStep,
} from './step.js';

/** How long a person may take to answer. */
export const ANSWER_MAX_MS = 60_000;

/** Somebody, or something, at the box. */
export interface Hand {
  /** Whether the lamp was seen to show its colours; null: nobody says. Called once they have been shown. `enough`: nobody waits any more. */
  readonly seen: ((enough: AbortSignal) => Promise<boolean | null>) | null;
  /** Called when the button is to be pressed. */
  readonly press: () => void;
}

export interface SelftestOptions {
  readonly board: Board;
  /** Null: nobody is asked, and what a person would have to see or press is skipped. */
  readonly hand: Hand | null;
  /** The board's world has come to an end: whatever has not been seen by then has failed. */
  readonly ended: AbortSignal;
}

/**
 * Tries every part of a board, from this very moment on: all at once, but for the lamp and, after it, the button, which want a person.
 * The results are in the order a person reads them. Lets every device go. Never rejects for what a board does, and always comes to an end.
 */
export function selftest({ board, hand, ended }: SelftestOptions): Promise<readonly StepResult[]> {
  const ended$ = fromEvent(ended, 'abort');
  const { clock, lines } = board;
  const step = (name: StepName, line: string | null, found$: Observable<Found>) =>
    found$.pipe(
      takeUntil(ended$),
      defaultIfEmpty(found('fail', 'ended')),
      map((each): StepResult => ({ step: name, line, ...each })),
    );
  const unasked$ = of(found('skipped', 'unasked'));
  const lamp$ = step('lamp', null, lampStep(board).pipe(concatMap((shown) => judged(shown, board, hand))));
  const button$ = (lamp: StepResult) => {
    const nobody = hand === null || lamp.finding === 'unanswered';
    return step(
      'button',
      null,
      nobody && board.button !== null ? unasked$ : buttonStep(board, hand?.press ?? (() => undefined)),
    );
  };
  return lastValueFrom(
    forkJoin([
      forkJoin([
        ...lines.map((port) => step('line', port.id, lineStep(port))),
        ...lines.map((port) => step('voltage', port.id, voltageStep(board, port))),
        ...lines.map((port) => step('sound', port.id, soundStep(port, clock))),
        ...lines.map((port) => step('modem', port.id, modemStep(port, clock))),
      ]),
      lamp$.pipe(concatMap((lamp) => button$(lamp).pipe(map((button) => [lamp, button])))),
      forkJoin([
        step('stick', null, stickStep(board)),
        step('clock', null, clockStep(board)),
        step('battery-clock', null, batteryClockStep(board)),
        step('watchdog', null, watchdogStep(board)),
      ]),
    ]).pipe(map((parts) => parts.flat())),
  );
}

/** The lamp, as somebody saw it. An answer is waited for a minute. */
function judged(shown: Found, { clock }: Board, hand: Hand | null): Observable<Found> {
  if (!hand?.seen) return of(shown);
  const enough = new AbortController();
  const answer$ = from(hand.seen(enough.signal)).pipe(
    map((seen) =>
      seen === null
        ? found('skipped', 'unanswered')
        : found(seen ? 'pass' : 'fail', seen ? 'lamp-seen' : 'lamp-unseen'),
    ),
  );
  const late$ = clock.after$(ANSWER_MAX_MS).pipe(
    map(() => {
      enough.abort();
      return found('skipped', 'unanswered');
    }),
  );
  return race(answer$, late$);
}

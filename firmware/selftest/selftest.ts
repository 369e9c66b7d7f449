import { defaultIfEmpty, forkJoin, fromEvent, lastValueFrom, map, type Observable, of, takeUntil } from 'rxjs';
import type { Board } from '../../hal/board.js';
import { buttonStep, clockStep, lampStep, lineStep, type StepResult, soundStep, stickStep } from './step.js';

export interface SelftestOptions {
  readonly board: Board;
  /** Somebody, or something, will press the button. */
  readonly pressed: boolean;
  /** The board's world has come to an end: whatever has not been seen by then has failed. */
  readonly ended: AbortSignal;
}

/**
 * Tries every part of a board at once, from this very moment on; the results are in the order a person reads them. Lets every
 * device go. Never rejects for what a board does.
 */
export function selftest({ board, pressed, ended }: SelftestOptions): Promise<readonly StepResult[]> {
  const ended$ = fromEvent(ended, 'abort');
  const { clock, lines } = board;
  const step = (
    name: StepResult['step'],
    line: string | null,
    found$: Observable<Pick<StepResult, 'verdict' | 'detail'>>,
  ) =>
    found$.pipe(
      takeUntil(ended$),
      defaultIfEmpty({ verdict: 'fail', detail: 'the trace ended before' } as const),
      map((found): StepResult => ({ step: name, line, ...found })),
    );
  const noPress$ = of({ verdict: 'skipped', detail: 'nobody was asked to press' } as const);
  return lastValueFrom(
    forkJoin([
      ...lines.map((port) => step('line', port.id, lineStep(port))),
      ...lines.map((port) => step('sound', port.id, soundStep(port, clock))),
      step('lamp', null, lampStep(board)),
      step('button', null, pressed || board.button === null ? buttonStep(board) : noPress$),
      step('stick', null, stickStep(board)),
      step('clock', null, clockStep(board)),
    ]),
  );
}

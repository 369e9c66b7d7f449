import { catchError, concat, defer, filter, ignoreElements, map, type Observable, of, race, scan, take } from 'rxjs';
import type { Board, LinePort } from '../../hal/board.js';
import type { Clock } from '../../hal/clock.js';
import type { LampPattern } from '../../hal/panel.js';

/** `skipped`: a person would have had to look or press. `absent`: this board has none. */
export type Verdict = 'pass' | 'fail' | 'skipped' | 'absent';

export interface StepResult {
  readonly step: 'line' | 'sound' | 'lamp' | 'button' | 'stick' | 'clock';
  /** The line it is about, else null. */
  readonly line: string | null;
  readonly verdict: Verdict;
  /** What was seen, in English, in one line. */
  readonly detail: string;
}

/** How much of a line is listened to, and how long it may take to come. */
const LISTEN_MS = 1000;
const LISTEN_MAX_MS = 8000;
const LIGHT_MS = 500;
const PRESS_MAX_MS = 20_000;
/** A stick that is in is told at once, or when it has been judged. */
const STICK_MS = 2500;

const COLOURS = ['green', 'red', 'amber'] as const satisfies readonly LampPattern['colour'][];

type Found = Pick<StepResult, 'verdict' | 'detail'>;

const failed = (error: unknown): Observable<Found> => of({ verdict: 'fail', detail: (error as Error).message });

/** `found$`'s first word, or what `late` says after `ms`. Errors are failures. */
const within = (clock: Clock, ms: number, found$: Observable<Found>, late: Found): Observable<Found> =>
  race(found$.pipe(take(1)), clock.after$(ms).pipe(map(() => late))).pipe(catchError(failed));

/** The detectors can be read. */
export const lineStep = (port: LinePort): Observable<Found> =>
  defer(() => of<Found>({ verdict: 'pass', detail: port.sense.hook() })).pipe(catchError(failed));

/** A second of samples comes. Silence passes: a line may be silent; its peak is told. */
export function soundStep({ audio }: LinePort, clock: Clock): Observable<Found> {
  const wanted = (audio.sampleRateHz * LISTEN_MS) / 1000;
  const heard$ = defer(() => audio.blocks$).pipe(
    scan(
      ({ samples, peak }, block) => ({
        samples: samples + block.samples.length,
        peak: block.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), peak),
      }),
      { samples: 0, peak: 0 },
    ),
    filter(({ samples }) => samples >= wanted),
    map(({ peak }): Found => ({ verdict: 'pass', detail: `peak ${peak} of 32768` })),
  );
  const late: Found = { verdict: 'fail', detail: `less than ${LISTEN_MS} ms of samples in ${LISTEN_MAX_MS} ms` };
  return within(clock, LISTEN_MAX_MS, heard$, late);
}

/** Every colour for half a second. Whether it was seen is a person's word. */
export function lampStep({ lamp, clock }: Board): Observable<Found> {
  const lights$ = COLOURS.map((colour) =>
    defer(() => {
      lamp.show({ colour, rhythmMs: [LIGHT_MS] });
      return clock.after$(LIGHT_MS).pipe(ignoreElements());
    }),
  );
  const dark$ = defer(() => {
    lamp.show({ colour: 'green', rhythmMs: [] });
    return of<Found>({ verdict: 'skipped', detail: `${COLOURS.join(', ')} shown; nobody was asked` });
  });
  return concat(...lights$, dark$);
}

/** Pressed by a person within 20 s. */
export const buttonStep = ({ button, clock }: Board): Observable<Found> =>
  button === null
    ? of({ verdict: 'absent', detail: '' })
    : within(clock, PRESS_MAX_MS, button.edges$.pipe(map((): Found => ({ verdict: 'pass', detail: 'pressed' }))), {
        verdict: 'fail',
        detail: `not pressed in ${PRESS_MAX_MS / 1000} s`,
      });

/** The socket can be watched. */
export const stickStep = ({ sticks, clock }: Board): Observable<Found> =>
  sticks === null
    ? of({ verdict: 'absent', detail: '' })
    : within(clock, STICK_MS, sticks.events$.pipe(map(({ kind }): Found => ({ verdict: 'pass', detail: kind }))), {
        verdict: 'pass',
        detail: 'no stick is in',
      });

/** The wall clock has been set by somebody. */
export const clockStep = ({ clock }: Board): Observable<Found> =>
  defer(() => {
    const trust = clock.trust();
    return of<Found>({ verdict: trust === 'unset' ? 'fail' : 'pass', detail: trust });
  });

import {
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  race,
  scan,
  switchMap,
  take,
} from 'rxjs';
import type { Board, LinePort } from '../../hal/board.js';
import type { Clock } from '../../hal/clock.js';
import type { HealthReading } from '../../hal/health.js';
import type { LampPattern } from '../../hal/panel.js';

/** `skipped`: a person would have had to look or press. `absent`: this board has none. */
export type Verdict = 'pass' | 'fail' | 'skipped' | 'absent';

export type StepName =
  | 'line'
  | 'voltage'
  | 'sound'
  | 'modem'
  | 'lamp'
  | 'button'
  | 'stick'
  | 'clock'
  | 'battery-clock'
  | 'watchdog';

/** What was seen, in words of no language. `error`: `value` is what the driver said. */
export type FindingCode =
  | 'none'
  | 'error'
  | 'ended'
  | 'hook'
  | 'fed'
  | 'not-fed'
  | 'peak'
  | 'no-samples'
  | 'modem-ready'
  | 'modem-silent'
  | 'lamp-shown'
  | 'lamp-seen'
  | 'lamp-unseen'
  | 'unasked'
  | 'unanswered'
  | 'pressed'
  | 'not-pressed'
  | 'stick-in'
  | 'stick-refused'
  | 'no-stick'
  | 'trust'
  | 'battery'
  | 'battery-off'
  | 'watchdog';

/** What a step found. */
export interface Found {
  readonly verdict: Verdict;
  readonly finding: FindingCode;
  readonly value: string | number | null;
}

export interface StepResult extends Found {
  readonly step: StepName;
  /** The line it is about, else null. */
  readonly line: string | null;
}

/** How much of a line is listened to, and how long it may take to come. */
const LISTEN_MS = 1000;
const LISTEN_MAX_MS = 8000;
const LIGHT_MS = 500;
const PRESS_MAX_MS = 20_000;
/** A stick that is in is told at once, or when it has been judged. */
const STICK_MS = 2500;
/** A modem is set up within moments, and tells the voltage then. */
const MODEM_MAX_MS = 10_000;
const MODEM_STAYS_MS = 1000;
const SENSE_MAX_MS = 4000;
/** A clock with a battery drifts by seconds a month; more is a clock that was never set. */
const OFF_MAX_MS = 5 * 60_000;

const COLOURS = ['green', 'red', 'amber'] as const satisfies readonly LampPattern['colour'][];

export const found = (verdict: Verdict, finding: FindingCode, value: Found['value'] = null): Found => ({
  verdict,
  finding,
  value,
});
const ABSENT = found('absent', 'none');

const failed = (error: unknown): Observable<Found> => of(found('fail', 'error', (error as Error).message));

/** `found$`'s first word, or what `late` says after `ms`. Errors are failures. */
const within = (clock: Clock, ms: number, found$: Observable<Found>, late: Found): Observable<Found> =>
  race(found$.pipe(take(1)), clock.after$(ms).pipe(map(() => late))).pipe(catchError(failed));

/** The detectors can be read. */
export const lineStep = (port: LinePort): Observable<Found> =>
  defer(() => of(found('pass', 'hook', port.sense.hook()))).pipe(catchError(failed));

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
    map(({ peak }) => found('pass', 'peak', peak)),
  );
  return within(clock, LISTEN_MAX_MS, heard$, found('fail', 'no-samples', LISTEN_MAX_MS / 1000));
}

/** The modem answers and is set up. It is listened to for a moment longer: it may be what senses the line. */
export const modemStep = ({ modem }: LinePort, clock: Clock): Observable<Found> =>
  modem === null
    ? of(ABSENT)
    : within(
        clock,
        MODEM_MAX_MS,
        // The modem is let go when the race is over, and not before.
        modem.reports$.pipe(
          filter(({ kind }) => kind === 'ready'),
          switchMap(() => clock.after$(MODEM_STAYS_MS)),
          map(() => found('pass', 'modem-ready')),
        ),
        found('fail', 'modem-silent', MODEM_MAX_MS / 1000),
      );

/** What a sense of the box says first; absent where none says anything of the kind. */
const sensed = <Kind extends HealthReading['kind']>(
  { health, clock }: Board,
  kind: Kind,
  judge: (reading: Extract<HealthReading, { kind: Kind }>) => Found | null,
): Observable<Found> =>
  within(
    clock,
    SENSE_MAX_MS,
    concat(
      merge(...health.map(({ readings$ }) => readings$)).pipe(
        filter((reading): reading is Extract<HealthReading, { kind: Kind }> => reading.kind === kind),
        map(judge),
        filter((judged) => judged !== null),
      ),
      of(ABSENT),
    ),
    ABSENT,
  );

/** The exchange feeds the line, where the board sees that. */
export const voltageStep = (board: Board, { id, sense }: LinePort): Observable<Found> =>
  sensed(board, 'line-voltage', ({ line, present, seenOffHook }) => {
    if (line !== id) return null;
    // A lifted handset takes the voltage away.
    if (!present && !seenOffHook && sense.hook() === 'off-hook') return found('skipped', 'hook', 'off-hook');
    return present ? found('pass', 'fed') : found('fail', 'not-fed');
  });

/** The clock with a battery has kept the time; beside a system that knows the time it is right to five minutes. */
export const batteryClockStep = (board: Board): Observable<Found> =>
  sensed(board, 'battery-clock', ({ state, offMs }) => {
    const isOff = state === 'kept' && Math.abs(offMs ?? 0) > OFF_MAX_MS && board.clock.trust() === 'synchronised';
    if (isOff) return found('fail', 'battery-off', Math.round((offMs ?? 0) / 1000));
    return found(state === 'kept' ? 'pass' : 'fail', 'battery', state);
  });

/** Somebody feeds the hardware watchdog. A kernel that does not say is no failure. */
export const watchdogStep = (board: Board): Observable<Found> =>
  sensed(board, 'watchdog', ({ state }) =>
    found(state === 'active' ? 'pass' : state === 'unknown' ? 'skipped' : 'fail', 'watchdog', state),
  );

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
    return of(found('skipped', 'lamp-shown'));
  });
  return concat(...lights$, dark$);
}

/** Pressed within 20 s. `press`: called once somebody would see it. */
export const buttonStep = ({ button, clock }: Board, press: () => void): Observable<Found> =>
  button === null
    ? of(ABSENT)
    : within(
        clock,
        PRESS_MAX_MS,
        merge(
          button.edges$.pipe(map(() => found('pass', 'pressed'))),
          defer(() => {
            press();
            return EMPTY;
          }),
        ),
        found('fail', 'not-pressed', PRESS_MAX_MS / 1000),
      );

/** The socket can be watched. */
export const stickStep = ({ sticks, clock }: Board): Observable<Found> =>
  sticks === null
    ? of(ABSENT)
    : within(
        clock,
        STICK_MS,
        sticks.events$.pipe(
          map((event) => {
            if (event.kind === 'in') return found('pass', 'stick-in');
            return event.kind === 'out' ? found('pass', 'no-stick') : found('pass', 'stick-refused', event.why);
          }),
        ),
        found('pass', 'no-stick'),
      );

/** The wall clock has been set by somebody. */
export const clockStep = ({ clock }: Board): Observable<Found> =>
  defer(() => {
    const trust = clock.trust();
    return of(found(trust === 'unset' ? 'fail' : 'pass', 'trust', trust));
  });

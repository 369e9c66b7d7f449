import { defer, EMPTY, ignoreElements, merge, type Observable, retry, tap } from 'rxjs';
import type { LinePort } from '../hal/board.js';
import type { Clock } from '../hal/clock.js';
import { HalError } from '../hal/errors.js';
import type { Hook, LineEdge, LostEdges } from '../hal/line.js';

/** How long a lost detector is left alone before it is tried again. */
const RETRY_MS = 1000;

export interface SenseListener {
  edge(edge: LineEdge): void;
  /** Edges came too fast to be seen; how the line stands after them has been, or will be, told by edges. */
  missed(lost: LostEdges): void;
  /** From here on nobody sees the line. */
  lost(error: HalError): void;
  /** It is seen again, and its hook is so now. An edge follows where that is news. */
  back(hook: Hook): void;
}

/** A line as the recorder finds it when it begins. */
export interface FoundLine {
  /** The line, whose `hook` says what was found, and never throws: what comes of it later, `sensed$` tells. */
  readonly port: LinePort;
  /** On-hook where the detector could not be had: nobody is taken to be in a call that is not seen. */
  readonly hook: Hook;
  /** Why the detector could not be had; null: it is there. */
  readonly refusal: HalError | null;
}

/** Asks a line's detector for the first time. Throws what is no `HalError`. */
export function findLine({ id, sense, audio, modem }: LinePort): FoundLine {
  let hook: Hook = 'on-hook';
  let refusal: HalError | null = null;
  try {
    hook = sense.hook();
  } catch (error) {
    if (!(error instanceof HalError)) throw error;
    refusal = error;
  }
  const { edges$, lost$ } = sense;
  return { port: { id, sense: { hook: () => hook, edges$, lost$ }, audio, modem }, hook, refusal };
}

/**
 * What a line's detectors tell, over losses too: a detector that is lost, or was `found` so, is tried again once a second. Ringing is taken
 * to end with the sight of it. What was not seen is not made up: where the hook has moved meanwhile, its edge is as of the return.
 * Cold; never emits; errors with what is no `HalError`.
 */
export function sensed$(
  { sense }: LinePort,
  found: Pick<FoundLine, 'hook' | 'refusal'>,
  clock: Clock,
  listener: SenseListener,
): Observable<unknown> {
  let { hook } = found;
  let ringing = false;
  let lost = false;
  const tell = (edge: LineEdge): void => {
    if (edge.kind === 'hook') hook = edge.hook;
    if (edge.kind === 'ring') ringing = edge.ringing;
    listener.edge(edge);
  };
  const lose = (error: HalError): void => {
    if (!lost) listener.lost(error);
    lost = true;
  };
  const back = (now: Hook): void => {
    if (!lost) return;
    lost = false;
    listener.back(now);
    if (now !== hook) tell({ kind: 'hook', hook: now, atMs: clock.now() });
  };
  // The edges come first: none is missed between them and the level, and a detector that is still gone says so here.
  const back$ = defer(() => {
    if (lost) back(sense.hook());
    return EMPTY;
  });
  const missed$ = sense.lost$.pipe(
    tap((missed) => listener.missed(missed)),
    ignoreElements(),
  );
  // What was lost is heard of from the beginning; the edges come before the level.
  return defer(() => {
    if (found.refusal) lose(found.refusal);
    return merge(missed$, sense.edges$, back$);
  }).pipe(
    tap((edge) => {
      if (!lost) return tell(edge);
      back(edge.kind === 'hook' ? edge.hook : sense.hook());
      if (edge.kind !== 'hook') tell(edge);
    }),
    retry({
      delay: (error: unknown) => {
        if (!(error instanceof HalError)) throw error;
        if (!lost && ringing) tell({ kind: 'ring', ringing: false, atMs: clock.now() });
        lose(error);
        // Whatever it is: one octet that noise has changed may look as if nothing could ever help.
        return clock.after$(RETRY_MS);
      },
    }),
  );
}

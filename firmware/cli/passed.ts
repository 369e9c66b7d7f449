import type { Clock } from '../../hal/clock.js';

/** Resolves after `ms`, or at once when `over` is or becomes aborted. */
export function passed(clock: Pick<Clock, 'after$'>, ms: number, over: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const go = (): void => {
      waiting.unsubscribe();
      over.removeEventListener('abort', go);
      done();
    };
    const waiting = clock.after$(ms).subscribe({ complete: () => go() });
    over.addEventListener('abort', go);
    if (over.aborted) go();
  });
}

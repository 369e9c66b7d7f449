import { Observable, retry, Subscription } from 'rxjs';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Button } from '../../hal/panel.js';

/** How the one button was pressed: by how long it was held. */
export type PressLength = 'short' | 'long' | 'very-long';

export interface Press {
  readonly length: PressLength;
  /** When it was let go; for `very-long`, when it had been held long enough. */
  readonly atMs: MonotonicMs;
}

/** Held for less than this is short. */
const SHORT_UNDER_MS = 1000;
/** Let go after this, and before the next, is long. Between short and long nothing is meant: whoever was not sure sees nothing happen and presses again. */
export const LONG_FROM_MS = 2000;
/** Held for this long it counts, without waiting for the hand to let go. */
export const VERY_LONG_MS = 8000;
/** How long a lost button is left alone before it is tried again. */
const RETRY_MS = 1000;

/** What letting go after `heldMs` means; null: nothing. */
function pressLength(heldMs: number): PressLength | null {
  if (heldMs < SHORT_UNDER_MS) return 'short';
  if (heldMs >= VERY_LONG_MS) return 'very-long';
  return heldMs >= LONG_FROM_MS ? 'long' : null;
}

/**
 * Every press of `button` that means something. Cold. A button that is lost is tried again by itself, and what was being pressed then
 * is forgotten: it never errors.
 */
export function pressesOf(button: Button, clock: Clock): Observable<Press> {
  return new Observable<Press>((subscriber) => {
    let downMs: MonotonicMs | null = null;
    let held = new Subscription();
    const forget = (): void => {
      held.unsubscribe();
      downMs = null;
    };
    const edges = button.edges$.subscribe({
      next: ({ pressed, atMs }) => {
        const since = downMs;
        forget();
        if (pressed) {
          downMs = atMs;
          held = clock.after$(Math.max(0, atMs + VERY_LONG_MS - clock.now())).subscribe(() => {
            downMs = null;
            subscriber.next({ length: 'very-long', atMs: (atMs + VERY_LONG_MS) as MonotonicMs });
          });
          return;
        }
        // Let go after it has counted as very long, or never seen going down: nothing.
        const length = since === null ? null : pressLength(atMs - since);
        if (length !== null) subscriber.next({ length, atMs });
      },
      error: (error: unknown) => subscriber.error(error),
    });
    return () => {
      edges.unsubscribe();
      forget();
    };
  }).pipe(retry({ delay: () => clock.after$(RETRY_MS) }));
}

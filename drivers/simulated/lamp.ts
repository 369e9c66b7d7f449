import { BehaviorSubject, type Observable } from 'rxjs';
import type { Lamp, LampPattern } from '../../hal/panel.js';

/** What a lamp shows before anybody has told it anything. */
export const DARK: LampPattern = { colour: 'green', rhythmMs: [] };

/** A lamp that remembers. */
export class SimulatedLamp implements Lamp {
  readonly #shown$ = new BehaviorSubject<LampPattern>(DARK);

  /** Hot; begins with what is shown now. Never errors, never completes. */
  readonly shown$: Observable<LampPattern> = this.#shown$.asObservable();

  /** What is shown now. */
  get shown(): LampPattern {
    return this.#shown$.value;
  }

  show(pattern: LampPattern): void {
    this.#shown$.next(pattern);
  }
}

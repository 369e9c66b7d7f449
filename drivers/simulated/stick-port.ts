import { Observable, type Subscriber } from 'rxjs';
import type { StickEvent, StickPort, StickRefusal } from '../../hal/stick.js';
import type { SimulatedStick } from './stick.js';

/** A socket that sticks are plugged into by whoever holds this. */
export class SimulatedStickPort implements StickPort {
  readonly events$: Observable<StickEvent>;
  readonly #listeners = new Set<Subscriber<StickEvent>>();
  #stick: SimulatedStick | null = null;
  #refused = false;

  constructor() {
    this.events$ = new Observable((subscriber) => {
      this.#listeners.add(subscriber);
      if (this.#stick) subscriber.next({ kind: 'in', stick: this.#stick });
      return () => this.#listeners.delete(subscriber);
    });
  }

  plug(stick: SimulatedStick): void {
    this.pull();
    this.#stick = stick;
    stick.plugIn();
    stick.onPulled = () => {
      this.#stick = null;
      this.#say({ kind: 'out' });
    };
    this.#say({ kind: 'in', stick });
  }

  /** Something that is of no use is plugged in. */
  refuse(why: StickRefusal): void {
    this.pull();
    this.#refused = true;
    this.#say({ kind: 'refused', why, detail: 'simulated' });
  }

  pull(): void {
    if (this.#refused) this.#say({ kind: 'out' });
    this.#refused = false;
    this.#stick?.pull();
  }

  #say(event: StickEvent): void {
    for (const listener of this.#listeners) listener.next(event);
  }
}

import {
  catchError,
  concat,
  debounce,
  defer,
  EMPTY,
  merge,
  Observable,
  of,
  repeat,
  type Subscriber,
  share,
} from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { KeyPress, Keypad } from '../../hal/panel.js';
import { type Kernel, openKernel } from '../kernel/kernel.js';
import { changes$ } from './folder-watch.js';
import { KeyDevice } from './key-device.js';

const FOLDER = '/dev/input';
/** A device that was just plugged in gets its permissions a moment after its name. */
const SETTLE_MS = 200;
/** How often it is looked whether there is a folder to watch at all. */
const RETRY_MS = 5000;

/**
 * Every ten-key pad that is plugged in, by evdev: found by the keys it has, taken for ourselves so that its keys reach no
 * console, gone when it is pulled, back when it is plugged in again. Nothing runs while nothing happens.
 */
export class EvdevKeypad implements Keypad {
  readonly keys$: Observable<KeyPress>;
  readonly #clock: Clock;
  readonly #openKernel: () => Kernel;
  readonly #watch: (folder: string) => Observable<void>;

  /** Opens nothing yet. `open` and `watch` are the seams for a simulated kernel. Without koffi a pad is never there. */
  constructor(clock: Clock, open: () => Kernel = openKernel, watch: (folder: string) => Observable<void> = changes$) {
    this.#clock = clock;
    this.#openKernel = open;
    this.#watch = watch;
    this.keys$ = new Observable<KeyPress>((subscriber) => this.#run(subscriber)).pipe(share());
  }

  #run(subscriber: Subscriber<KeyPress>): (() => void) | undefined {
    let kernel: Kernel;
    try {
      kernel = this.#openKernel();
    } catch {
      return undefined;
    }
    const devices = new Map<string, KeyDevice>();
    const look = (): void => {
      for (const name of kernel.list(FOLDER)) {
        const path = `${FOLDER}/${name}`;
        if (!/^event\d+$/u.test(name) || devices.has(path)) continue;
        const device = KeyDevice.open(kernel, path, {
          press: (press) => subscriber.next(press),
          gone: () => devices.delete(path),
        });
        if (device !== null) devices.set(path, device);
      }
    };
    const looking = this.#occasions$().subscribe(look);
    return () => {
      looking.unsubscribe();
      for (const device of devices.values()) device.close();
    };
  }

  /** When to look: at once, some time after the folder last changed, and again and again where it cannot be watched. */
  #occasions$(): Observable<unknown> {
    const again$ = defer(() => this.#clock.after$(RETRY_MS));
    const watched$ = defer(() => this.#watch(FOLDER)).pipe(
      debounce(() => this.#clock.after$(SETTLE_MS)),
      catchError(() => EMPTY),
    );
    // A look when the watch has begun, for what came before it.
    return concat(merge(watched$, of(undefined)), again$).pipe(repeat());
  }
}

import { Observable, retry, type Subscriber, Subscription, share } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { Key, KeyPress, Keypad } from '../../hal/panel.js';
import type { EdgeSource } from './edge-source.js';
import { KeyMatrix } from './key-matrix.js';
import type { OutputLines } from './output-lines.js';

export interface GpioKeypadOptions {
  /** Offsets of the rows among the outputs: open-drain, active = driven low. */
  readonly rows: readonly number[];
  /** Offsets of the columns among the inputs: pulled up, active = low. */
  readonly columns: readonly number[];
  /** `keys[row][column]`; null where there is none. */
  readonly keys: readonly (readonly (Key | null)[])[];
  readonly clock: Clock;
}

const LOOK_MS = 10;
const RETRY_MS = 2000;

/**
 * A matrix of keys: rows out, columns in. At rest all rows are driven and nothing happens until a column says that some
 * key is down; then each row in turn, every 10 ms, until all keys are up. A matrix that fails is tried again every 2 s.
 */
export class GpioKeypad implements Keypad {
  readonly keys$: Observable<KeyPress>;
  readonly #outputs: OutputLines;
  readonly #inputs: EdgeSource;
  readonly #options: GpioKeypadOptions;

  constructor(outputs: OutputLines, inputs: EdgeSource, options: GpioKeypadOptions) {
    this.#outputs = outputs;
    this.#inputs = inputs;
    this.#options = options;
    this.keys$ = new Observable<KeyPress>((subscriber) => this.#watch(subscriber)).pipe(
      retry({
        delay: (error: unknown) => {
          if (!(error instanceof HalError)) throw error;
          return options.clock.after$(RETRY_MS);
        },
      }),
      share(),
    );
  }

  #watch(subscriber: Subscriber<KeyPress>): Subscription {
    const { rows, columns, clock, keys } = this.#options;
    const watching = new Subscription(() => this.#outputs.close());
    let matrix: KeyMatrix | undefined;
    const fails = (error: unknown): void => subscriber.error(error);
    const look = (): void => {
      try {
        matrix ??= new KeyMatrix(keys);
        const key = matrix.look(this.#closed());
        if (key !== undefined) subscriber.next({ key, atMs: clock.now() });
        if (matrix.atRest) {
          matrix = undefined;
          rest();
        } else watching.add(clock.after$(LOOK_MS).subscribe(look));
      } catch (error) {
        fails(error);
      }
    };
    const rest = (): void => {
      this.#outputs.write(rows);
      // A key that went down between the last look and now has made no edge.
      if (columns.some((column) => this.#inputs.active(column))) look();
    };
    try {
      rest();
      watching.add(
        this.#inputs.reports$.subscribe({
          // While rows are driven in turn, columns follow them: only the first edge says anything.
          next: () => {
            if (matrix === undefined) look();
          },
          error: fails,
        }),
      );
    } catch (error) {
      fails(error);
    }
    return watching;
  }

  #closed(): [number, number][] {
    const { rows, columns } = this.#options;
    const closed: [number, number][] = [];
    for (const [row, offset] of rows.entries()) {
      this.#outputs.write([offset]);
      for (const [column, input] of columns.entries()) if (this.#inputs.active(input)) closed.push([row, column]);
    }
    return closed;
  }
}

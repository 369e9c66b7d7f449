import { Observable, type Subscriber, share } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import { Errno } from '../kernel/errno.js';
import type { LinesOptions } from './character-device.js';
import type { EdgeReport, EdgeSource, InputLine } from './edge-source.js';
import { lostFault, takeFault } from './faults.js';
import { loadOnoff, type OnoffLibrary, type OnoffLine } from './onoff-library.js';
import type { OutputLine, OutputLines } from './output-lines.js';

interface Watched {
  readonly line: OnoffLine;
  /** The level told last. */
  told: boolean;
}

/**
 * Inputs by sysfs, through the package `onoff`: for kernels before 5.10, and no other. The level is read after the event:
 * an edge whose level has moved on is not seen, and shows as a `lost` when a level comes twice. Stamps are the clock's,
 * some 0.1 to 10 ms late. Neither bias nor debounce: a line that asks for one is refused.
 */
export class OnoffEdges implements EdgeSource {
  readonly reports$: Observable<EdgeReport>;
  readonly #options: LinesOptions<InputLine>;
  readonly #clock: Clock;
  readonly #device: string;
  readonly #load: () => OnoffLibrary;
  #taken: Map<number, Watched> | undefined;
  #sequence = 0;
  #subscriber: Subscriber<EdgeReport> | undefined;

  constructor(options: LinesOptions<InputLine> & { readonly clock: Clock }, load: () => OnoffLibrary = loadOnoff) {
    this.#options = options;
    this.#clock = options.clock;
    this.#device = `${options.role} (${options.chip} by sysfs)`;
    this.#load = load;
    this.reports$ = new Observable<EdgeReport>((subscriber) => this.#run(subscriber)).pipe(share());
  }

  active(offset: number): boolean {
    if (!this.#options.lines.some((line) => line.offset === offset)) {
      throw new RangeError(`${this.#device}: no line ${offset} among those taken`);
    }
    const line = this.#take().get(offset)?.line;
    try {
      return line?.readSync() === 1;
    } catch (error) {
      if (this.#subscriber === undefined) this.#release();
      throw lostFault(this.#device, errnoOf(error));
    }
  }

  #run(subscriber: Subscriber<EdgeReport>): (() => void) | undefined {
    let lines: Map<number, Watched>;
    try {
      lines = this.#take();
    } catch (error) {
      subscriber.error(error);
      return undefined;
    }
    this.#subscriber = subscriber;
    try {
      for (const [offset, watched] of lines) {
        watched.told = watched.line.readSync() === 1;
        watched.line.watch((error, value) => this.#heard(offset, watched, error, value === 1));
      }
    } catch (error) {
      this.#lose(errnoOf(error));
    }
    return () => this.#release();
  }

  #heard(offset: number, watched: Watched, error: Error | null | undefined, active: boolean): void {
    const subscriber = this.#subscriber;
    if (subscriber === undefined) return;
    if (error) {
      this.#lose(errnoOf(error));
      return;
    }
    const atMs = this.#clock.now();
    // There was an event, so there was a change; that it is not to be seen means that there was another.
    if (active === watched.told) {
      subscriber.next({ kind: 'lost', edges: null, atMs });
      subscriber.next({ kind: 'level', offset, active, atMs });
      return;
    }
    watched.told = active;
    this.#sequence += 1;
    subscriber.next({ kind: 'edge', offset, active, atMs, sequence: this.#sequence });
  }

  #take(): Map<number, Watched> {
    if (this.#taken !== undefined) return this.#taken;
    const { lines } = this.#options;
    const unable = lines.find((line) => line.bias !== undefined || line.debounceMs !== undefined);
    if (unable !== undefined) {
      const how = `have it set at boot (config.txt: gpio=${unable.offset}=pu) and leave it out in a board file`;
      const message = `sysfs sets neither bias nor debounce; line ${unable.offset} wants one: ${how}`;
      throw new HalError('FORMAT_REFUSED', this.#device, message);
    }
    const taken = new Map<number, Watched>();
    take(this.#load(), this.#options.chip, this.#device, lines, (library, line, number) => {
      const opened = library.open(number, 'in', 'both', line.activeLow ?? false);
      taken.set(line.offset, { line: opened, told: false });
      return opened;
    });
    this.#taken = taken;
    this.#sequence = 0;
    return taken;
  }

  #lose(error: number): void {
    const subscriber = this.#subscriber;
    this.#release();
    subscriber?.error(lostFault(this.#device, error));
  }

  #release(): void {
    for (const { line } of this.#taken?.values() ?? []) letGo(line);
    this.#taken = undefined;
    this.#subscriber = undefined;
  }
}

/** Outputs by sysfs: one after the other. They stay as they were when this process dies. */
export class OnoffOutputs implements OutputLines {
  readonly #options: LinesOptions<OutputLine>;
  readonly #device: string;
  readonly #load: () => OnoffLibrary;
  #taken: Map<number, OnoffLine> | undefined;

  constructor(options: LinesOptions<OutputLine>, load: () => OnoffLibrary = loadOnoff) {
    this.#options = options;
    this.#device = `${options.role} (${options.chip} by sysfs)`;
    this.#load = load;
  }

  write(active: readonly number[]): void {
    const { lines, chip } = this.#options;
    const stray = active.find((offset) => !lines.some((line) => line.offset === offset));
    if (stray !== undefined) throw new RangeError(`${this.#device}: no line ${stray} among those taken`);
    const unable = lines.find((line) => line.drive !== undefined && line.drive !== 'push-pull');
    if (unable !== undefined) {
      throw new HalError(
        'FORMAT_REFUSED',
        this.#device,
        `sysfs drives push-pull only; line ${unable.offset} wants more`,
      );
    }
    const taken = this.#taken ?? new Map<number, OnoffLine>();
    try {
      if (this.#taken === undefined) {
        take(this.#load(), chip, this.#device, lines, (library, line, number) => {
          // The voltage from the first moment on; sysfs does not turn this one round.
          const high = active.includes(line.offset) !== (line.activeLow ?? false);
          const opened = library.open(number, high ? 'high' : 'low', 'none', line.activeLow ?? false);
          taken.set(line.offset, opened);
          return opened;
        });
        this.#taken = taken;
      }
      for (const [offset, line] of taken) line.writeSync(active.includes(offset) ? 1 : 0);
    } catch (error) {
      this.close();
      throw error instanceof HalError ? error : lostFault(this.#device, errnoOf(error));
    }
  }

  close(): void {
    for (const line of this.#taken?.values() ?? []) letGo(line);
    this.#taken = undefined;
  }
}

/** Opens every line, or lets go of those that were opened and throws `HalError`. */
function take<Line extends { readonly offset: number }>(
  library: OnoffLibrary,
  chip: string,
  device: string,
  lines: readonly Line[],
  open: (library: OnoffLibrary, line: Line, number: number) => OnoffLine,
): void {
  const base = library.base(chip);
  if (base === undefined)
    throw new HalError(
      'DEVICE_MISSING',
      device,
      'sysfs knows no GPIO chip of this label; a kernel before 5.10 needs CONFIG_GPIO_SYSFS',
    );
  const opened: OnoffLine[] = [];
  try {
    for (const line of lines) opened.push(open(library, line, base + line.offset));
  } catch (error) {
    for (const line of opened) letGo(line);
    throw takeFault(device, errnoOf(error));
  }
}

/** Never throws: what is gone cannot be let go. */
function letGo(line: OnoffLine): void {
  try {
    line.unexport();
  } catch {
    // The chip is gone, and the export with it.
  }
}

const errnoOf = (error: unknown): number => (error as NodeJS.ErrnoException).errno ?? Errno.IO;

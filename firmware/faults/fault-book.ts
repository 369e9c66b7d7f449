import { type Observable, Subject } from 'rxjs';
import { z } from 'zod';
import type { Clock } from '../../hal/clock.js';
import type { Store } from '../../storage/store.js';
import {
  type BookInput,
  type BookState,
  bookState,
  entered,
  leftOpen,
  nextEntry,
  openFaults,
  step,
  type Told,
  tidied,
} from './book-state.js';
import { isFaultCode } from './catalogue.js';
import type { Fault, FaultCode, FaultSink } from './fault.js';

const SETTING = 'faults-open';
/** The setting fits into one page of the journal: the most urgent count. */
const LEFT_MAX_BYTES = 3000;
const LEFT_DETAIL_MAX_CHARS = 60;

const leftSchema = z.array(
  z.strictObject({
    code: z.custom<FaultCode>((value) => typeof value === 'string' && isFaultCode(value)),
    subject: z.string(),
    sinceWallMs: z.number(),
    times: z.int().positive(),
    detail: z.string(),
  }),
);

/**
 * The faults of a box: what is there, and what is over and waits for a person to take note of it. Each coming, going and taking note
 * is entered in the store's register, within limits (`book-state.ts`); what stays unacknowledged is in the store's settings, which
 * change only when such a fault comes or is taken note of. A medium that refuses this is asked again with the next change or `look`.
 */
export class FaultBook implements FaultSink {
  readonly #store: Store;
  readonly #clock: Pick<Clock, 'now' | 'wall'>;
  readonly #changes$ = new Subject<void>();
  #state: BookState;
  /** What the setting says, as far as it matters. */
  #kept: string;
  #writing: Promise<void> | undefined;
  /** Something changed while it was being written. */
  #again = false;

  private constructor(store: Store, clock: Pick<Clock, 'now' | 'wall'>, state: BookState) {
    this.#store = store;
    this.#clock = clock;
    this.#state = state;
    this.#kept = keysOf(leftOpen(state));
  }

  static async open(store: Store, clock: Pick<Clock, 'now' | 'wall'>): Promise<FaultBook> {
    // A setting of a later version is let be: its faults are in the register.
    const left = leftSchema.safeParse((await store.setting(SETTING)) ?? []);
    const faults = (left.success ? left.data : []).map((each) => ({ ...each, active: false, acknowledged: false }));
    const state = bookState(faults, await toldBefore(store, clock));
    return new FaultBook(store, clock, state);
  }

  /** Hot: something about the faults has changed. */
  get changes$(): Observable<void> {
    return this.#changes$;
  }

  /** What is to be shown, most urgent first. */
  get open(): readonly Fault[] {
    return openFaults(this.#state);
  }

  raise(code: FaultCode, subject: string, detail: string): void {
    this.#step({ kind: 'raise', code, subject, detail, wallMs: this.#clock.wall() });
  }

  clear(code: FaultCode, subject: string): void {
    this.#step({ kind: 'clear', code, subject, wallMs: this.#clock.wall() });
  }

  /** Somebody takes note, at `by`: a place (`button`, `console`), no name. Returns of how many faults nobody had. */
  acknowledge(which: (fault: Fault) => boolean, by: string): number {
    const noted = this.open.filter((fault) => !fault.acknowledged && which(fault)).length;
    this.#step({ kind: 'acknowledge', which, by, wallMs: this.#clock.wall() });
    return noted;
  }

  /** Once in a while: tells the register what had to wait. */
  look(): void {
    this.#state = tidied(this.#state, this.#clock.now());
    this.#write();
  }

  /** Resolves when what there was to write is written, or the medium has refused it. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #step(input: BookInput): void {
    const before = this.#state;
    this.#state = step(before, input);
    if (this.#state === before) return;
    this.#changes$.next();
    this.#write();
  }

  #write(): void {
    this.#again = this.#writing !== undefined;
    if (this.#writing) return;
    this.#writing = this.#writeAll()
      .catch(() => undefined) // that the medium refuses is a fault of its own, and others notice it
      .finally(() => {
        this.#writing = undefined;
        if (this.#again) this.#write();
      });
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const left = leftOpen(this.#state);
      const kept = keysOf(left);
      if (kept !== this.#kept) {
        await this.#store.putSetting(SETTING, fitting(left.map(plain)));
        this.#kept = kept;
      }
      const entry = nextEntry(this.#state, this.#clock.now());
      if (!entry) return;
      await this.#store.enter(entry.kind, { ...entry.detail });
      this.#state = entered(this.#state, entry, this.#clock.now());
    }
  }
}

/** What the register has been told of faults, in the clock's monotonic time: what lies in a future of the wall clock was just now. */
async function toldBefore(store: Store, clock: Pick<Clock, 'now' | 'wall'>): Promise<Told[]> {
  const { events } = await store.register();
  return events.flatMap(({ kind, detail, atWallMs }): Told[] => {
    if (kind !== 'fault-raised' && kind !== 'fault-cleared') return [];
    const agoMs = Math.max(0, clock.wall() - atWallMs);
    return [{ code: String(detail['code']), subject: String(detail['subject']), atMs: clock.now() - agoMs }];
  });
}

const plain = ({ code, subject, sinceWallMs, times, detail }: Fault) => ({
  code,
  subject,
  sinceWallMs,
  times,
  detail: detail.slice(0, LEFT_DETAIL_MAX_CHARS),
});

/** As many from the front as need no more than there is room for. */
function fitting<Value>(values: readonly Value[]): Value[] {
  const utf8 = new TextEncoder();
  let bytes = 0;
  return values.filter((value) => {
    bytes += utf8.encode(JSON.stringify(value)).length + 1;
    return bytes <= LEFT_MAX_BYTES;
  });
}

const keysOf = (faults: readonly Fault[]): string =>
  faults.map(({ code, subject, sinceWallMs }) => `${code} ${subject} ${sinceWallMs}`).join('\n');

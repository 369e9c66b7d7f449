import { type Observable, Subject } from 'rxjs';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Register } from '../../storage/register.js';
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
import type { Fault, FaultCode, FaultSink } from './fault.js';
import { keptFaults, leftFaults, settingOf, traceOf } from './left-faults.js';

const SETTING = 'faults-open';
/** What was there when the run before this one ended is waited for so long after the start: most of it is noticed in seconds. */
export const AWAITED_MS = 600_000;

/**
 * The faults of a box: what is there, and what is over and waits for a person to take note of it. Each coming, going and taking note
 * is entered in the store's register, within limits (`book-state.ts`); what stays unacknowledged, and what is there and known, is in a
 * setting of the store's, written after the register and no more often than that changes. A medium that refuses this is asked again
 * with the next change or `look`.
 */
export class FaultBook implements FaultSink {
  readonly #store: Store;
  readonly #clock: Pick<Clock, 'now' | 'wall'>;
  readonly #changes$ = new Subject<void>();
  readonly #openedMs: MonotonicMs;
  #state: BookState;
  /** What the setting says, as far as it matters. */
  #kept: string;
  #writing: Promise<void> | undefined;
  /** Something changed while it was being written. */
  #again = false;

  private constructor(store: Store, clock: Pick<Clock, 'now' | 'wall'>, state: BookState, kept: string) {
    this.#store = store;
    this.#clock = clock;
    this.#openedMs = clock.now();
    this.#state = state;
    this.#kept = kept;
  }

  static async open(store: Store, clock: Pick<Clock, 'now' | 'wall'>): Promise<FaultBook> {
    const register = await store.register();
    const kept = keptFaults(await store.setting(SETTING));
    const state = bookState(leftFaults(kept, register), toldBefore(register, clock));
    return new FaultBook(store, clock, state, traceOf(kept));
  }

  /** Hot: something about the faults has changed. */
  get changes$(): Observable<void> {
    return this.#changes$;
  }

  /** What is to be shown, most urgent first. */
  get open(): readonly Fault[] {
    return openFaults(this.#state);
  }

  raise(code: FaultCode, subject: string, detail: string, costly = false): void {
    this.#step({ kind: 'raise', code, subject, detail, costly, wallMs: this.#clock.wall() });
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

  /** Once in a while: tells the register what had to wait, and what has not been noticed again since the start. */
  look(): void {
    const nowMs = this.#clock.now();
    this.#state = tidied(this.#state, nowMs);
    if (nowMs - this.#openedMs >= AWAITED_MS) this.#step({ kind: 'give-up', wallMs: this.#clock.wall() });
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
      const entry = nextEntry(this.#state, this.#clock.now());
      if (entry) {
        await this.#store.enter(entry.kind, { ...entry.detail });
        this.#state = entered(this.#state, entry, this.#clock.now());
        continue;
      }
      // After the register: what a power cut keeps out of the setting is read there.
      const left = leftOpen(this.#state);
      const kept = traceOf(left);
      if (kept === this.#kept) return;
      await this.#store.putSetting(SETTING, settingOf(left));
      this.#kept = kept;
    }
  }
}

/** What the register has been told of faults, in the clock's monotonic time: what lies in a future of the wall clock was just now. */
function toldBefore({ events }: Register, clock: Pick<Clock, 'now' | 'wall'>): Told[] {
  return events.flatMap(({ kind, detail, atWallMs }): Told[] => {
    if (kind !== 'fault-raised' && kind !== 'fault-cleared') return [];
    const agoMs = Math.max(0, clock.wall() - atWallMs);
    return [{ code: String(detail['code']), subject: String(detail['subject']), atMs: clock.now() - agoMs }];
  });
}

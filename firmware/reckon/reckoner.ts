import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Store } from '../../storage/store.js';
import type { Keeper } from '../keeper.js';
import { JUMP_MS } from '../rules/clock-guard.js';
import { dayBounds, localDay } from '../rules/local-time.js';
import { officeRules } from '../rules/office.js';
import { type DayTally, type Unexplained, withRecord, withUnexplained, withWatched } from './day-tally.js';
import type { Judgement } from './line-watch.js';
import {
  countedTo,
  forgetOld,
  linesOf,
  putTally,
  readWritten,
  rememberLines,
  type Tallies,
  tallyOf,
  uncounted,
  withUncounted,
  writeTally,
} from './tallies.js';

/** A line's tally is written at most so often while things happen, and so often when nothing does. */
const WRITE_MS = 60_000;
const IDLE_WRITE_MS = 600_000;
/** While the clock is in doubt so much may be waiting to be booked; what is beyond is not. */
const WAITING_MAX = 10_000;

/** What a line tells of its watch and of its records. */
export interface LineAccount {
  judged(judgement: Judgement): void;
  /** A record was closed. */
  recorded(number: number, startMs: MonotonicMs, missed: boolean): void;
  /** Its detector is lost: from here on nobody watches. */
  lost(): void;
  /** It is there again: from here on somebody watches. */
  found(): void;
}

interface Written {
  changed: boolean;
  atMs: MonotonicMs;
}

/** Since when a line has been watched and it is not booked yet. `wallMs`: what the clock said then; null: nobody believed it. */
interface Since {
  readonly atMs: MonotonicMs;
  readonly wallMs: number | null;
}

/**
 * Keeps the books of a running recorder: what was seen on each line against what was put on record, day by day. While the clock is in
 * doubt nothing is booked: it waits in memory, and goes to the days that it belongs to once the clock is believed.
 */
export class Reckoner {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #keeper: Pick<Keeper, 'doubt'>;
  readonly #timeZone: string;
  readonly #tallies: Tallies;
  /** A line that is not watched is not in it. */
  readonly #watched = new Map<string, Since>();
  readonly #written = new Map<string, Written>();
  /** What is to be booked once the clock is believed. */
  #waiting: (() => void)[] = [];
  /** What earlier runs had counted, for what they did not live to count; null: that has been done. */
  #before: { readonly countedTo: ReadonlyMap<string, number>; readonly lastNumber: number } | null;

  private constructor(
    { store, clock, keeper }: { readonly store: Store; readonly clock: Clock; readonly keeper: Pick<Keeper, 'doubt'> },
    timeZone: string,
    tallies: Tallies,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#keeper = keeper;
    this.#timeZone = timeZone;
    this.#tallies = tallies;
    this.#before = { countedTo: countedTo(tallies), lastNumber: store.status.lastNumber };
  }

  /** `keeper`: says whether the clock is believed. */
  static async open(
    store: Store,
    clock: Clock,
    lines: readonly string[],
    keeper: Pick<Keeper, 'doubt'>,
  ): Promise<Reckoner> {
    const { timeZone } = await officeRules(store);
    const tallies = await readWritten(store, await linesOf(store, lines));
    const reckoner = new Reckoner({ store, clock, keeper }, timeZone, tallies);
    for (const line of lines) reckoner.#watched.set(line, reckoner.#since());
    reckoner.#watch();
    return reckoner;
  }

  /** As of now, or of when the clock was last believed. */
  get tallies(): Tallies {
    this.#watch();
    return this.#tallies;
  }

  line(line: string): LineAccount {
    return {
      judged: (judgement) => this.#judged(line, judgement),
      recorded: (number, startMs, missed) => this.#change(line, startMs, (tally) => withRecord(tally, number, missed)),
      lost: () => {
        const since = this.#watched.get(line);
        const toMs = this.#clock.now();
        this.#watched.delete(line);
        if (since) this.#book(() => this.#watchedFrom(line, since, toMs));
      },
      found: () => {
        this.#watched.set(line, this.#since());
        this.#watch();
      },
    };
  }

  /**
   * Writes what is worth writing; `all` of it at the end. While the clock is in doubt nothing is, but at the end. Rejects as the store
   * does; the next call tries again.
   */
  async save(all = false): Promise<void> {
    this.#watch();
    const doubted = this.#keeper.doubt() !== null;
    if (doubted && !all) return;
    if (!doubted) await this.#countTheRest();
    const nowMs = this.#clock.now();
    await rememberLines(this.#store, [...this.#tallies.keys()]);
    for (const [key, written] of this.#written) {
      const sinceMs = nowMs - written.atMs;
      if (!(all || sinceMs >= (written.changed ? WRITE_MS : IDLE_WRITE_MS))) continue;
      const [day = '', ...line] = key.split(' ');
      await writeTally(this.#store, line.join(' '), tallyOf(this.#tallies, line.join(' '), day));
      if (day === localDay(this.#clock.wall(), this.#timeZone)) this.#written.set(key, { changed: false, atMs: nowMs });
      else this.#written.delete(key);
    }
  }

  #judged(line: string, { kind, verdict, startMs, unexplained }: Judgement): void {
    this.#change(line, startMs, (tally) => {
      const isCall = kind === 'off-hook' && verdict !== 'number-fetched';
      const fetched = tally.fetched + (verdict === 'number-fetched' ? 1 : 0);
      const found = unexplained.map(
        (each): Unexplained => [kind === 'off-hook' ? 'o' : 'r', this.#wallOf(each.startMs), this.#wallOf(each.endMs)],
      );
      return withUnexplained({ ...tally, calls: tally.calls + (isCall ? 1 : 0), fetched }, found);
    });
  }

  /** What earlier runs kept and did not live to count. Their terms have been settled by now, so they have a day. */
  async #countTheRest(): Promise<void> {
    if (!this.#before) return;
    const among = { ...this.#before, timeZone: this.#timeZone, wallMs: this.#clock.wall() };
    const records = await uncounted(this.#store, among);
    this.#before = null;
    for (const record of records)
      this.#set(record.line, withUncounted(tallyOf(this.#tallies, record.line, record.day), record), true);
  }

  #wallOf(atMs: MonotonicMs): number {
    return Math.round(this.#clock.wall() - (this.#clock.now() - atMs));
  }

  #since(): Since {
    return { atMs: this.#clock.now(), wallMs: this.#keeper.doubt() === null ? this.#wallOf(this.#clock.now()) : null };
  }

  /** Now, or once the clock is believed. */
  #book(task: () => void): void {
    if (this.#keeper.doubt() === null) {
      this.#bookWaiting();
      task();
    } else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(task);
  }

  #bookWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const task of waiting) task();
  }

  /** Every line that is watched has been so until now. */
  #watch(): void {
    if (this.#keeper.doubt() !== null) return;
    this.#bookWaiting();
    for (const [line, since] of this.#watched) {
      forgetOld(this.#tallies, line, this.#clock.wall());
      this.#watched.set(line, this.#since());
      this.#watchedFrom(line, since, this.#clock.now());
    }
  }

  /** The line was watched from then to `toMs`, on as many days as that is by the clock that is believed now. */
  #watchedFrom(line: string, { atMs, wallMs }: Since, toMs: MonotonicMs): void {
    const toWallMs = this.#wallOf(toMs);
    const exactMs = this.#wallOf(atMs);
    // A step of the clock that is too small to be doubted is no pause.
    const isStep = wallMs === null || Math.abs(exactMs - wallMs) > JUMP_MS;
    let fromWallMs = Math.min(toWallMs, isStep ? exactMs : wallMs);
    for (;;) {
      const day = localDay(fromWallMs, this.#timeZone);
      const { toWallMs: midnightMs } = dayBounds(day, this.#timeZone);
      const untilMs = Math.min(midnightMs, toWallMs);
      this.#set(line, withWatched(tallyOf(this.#tallies, line, day), fromWallMs, untilMs), midnightMs <= toWallMs);
      if (untilMs === toWallMs) return;
      fromWallMs = untilMs;
    }
  }

  #change(line: string, startMs: MonotonicMs, change: (tally: DayTally) => DayTally): void {
    this.#book(() => {
      const day = localDay(this.#wallOf(startMs), this.#timeZone);
      this.#set(line, change(tallyOf(this.#tallies, line, day)), true);
    });
  }

  #set(line: string, tally: DayTally, changed: boolean): void {
    putTally(this.#tallies, line, tally);
    const key = `${tally.day} ${line}`;
    const written = this.#written.get(key);
    // A new day is written down soon: that the line is watched is news.
    if (!written) this.#written.set(key, { changed: true, atMs: this.#clock.now() });
    else if (changed) written.changed = true;
  }
}

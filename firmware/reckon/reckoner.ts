import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Store } from '../../storage/store.js';
import { dayBounds, localDay } from '../rules/local-time.js';
import { officeRules } from '../rules/office.js';
import { type DayTally, type Unexplained, withRecord, withUnexplained, withWatched } from './day-tally.js';
import type { Judgement } from './line-watch.js';
import {
  forgetOld,
  linesOf,
  putTally,
  readTallies,
  rememberLines,
  type Tallies,
  tallyOf,
  writeTally,
} from './tallies.js';

/** A line's tally is written at most so often while things happen, and so often when nothing does. */
const WRITE_MS = 60_000;
const IDLE_WRITE_MS = 600_000;

/** What a line tells of its watch and of its records. */
export interface LineAccount {
  judged(judgement: Judgement): void;
  /** A record was closed. */
  recorded(number: number, startedWallMs: number, missed: boolean): void;
  /** Its detector is lost: from here on nobody watches. */
  lost(): void;
  /** It is there again: from here on somebody watches. */
  found(): void;
}

interface Written {
  changed: boolean;
  atMs: MonotonicMs;
}

/** Keeps the books of a running recorder: what was seen on each line against what was put on record, day by day. */
export class Reckoner {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #timeZone: string;
  readonly #tallies: Tallies;
  /** Until when each line has been watched, wall; a line that is not watched is not in it. */
  readonly #watchedTo = new Map<string, number>();
  readonly #written = new Map<string, Written>();

  private constructor(store: Store, clock: Clock, timeZone: string, tallies: Tallies) {
    this.#store = store;
    this.#clock = clock;
    this.#timeZone = timeZone;
    this.#tallies = tallies;
  }

  static async open(store: Store, clock: Clock, lines: readonly string[]): Promise<Reckoner> {
    const { timeZone } = await officeRules(store);
    const tallies = await readTallies(store, await linesOf(store, lines), timeZone, clock.wall());
    const reckoner = new Reckoner(store, clock, timeZone, tallies);
    for (const line of lines) reckoner.#watchedTo.set(line, clock.wall());
    reckoner.#watch();
    return reckoner;
  }

  /** As of now. */
  get tallies(): Tallies {
    this.#watch();
    return this.#tallies;
  }

  line(line: string): LineAccount {
    return {
      judged: (judgement) => this.#judged(line, judgement),
      recorded: (number, startedWallMs, missed) =>
        this.#change(line, startedWallMs, (tally) => withRecord(tally, number, missed)),
      lost: () => {
        this.#watch();
        this.#watchedTo.delete(line);
      },
      found: () => {
        this.#watchedTo.set(line, this.#clock.wall());
        this.#watch();
      },
    };
  }

  /** Writes what is worth writing; `all` of it at the end. Rejects as the store does; the next call tries again. */
  async save(all = false): Promise<void> {
    this.#watch();
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

  #judged(line: string, judgement: Judgement): void {
    const { kind, verdict, startMs, unexplained } = judgement;
    const startedWallMs = this.#wallOf(startMs);
    const found = unexplained.map(
      (each): Unexplained => [kind === 'off-hook' ? 'o' : 'r', this.#wallOf(each.startMs), this.#wallOf(each.endMs)],
    );
    this.#change(line, startedWallMs, (tally) => {
      const isCall = kind === 'off-hook' && verdict !== 'number-fetched';
      const fetched = tally.fetched + (verdict === 'number-fetched' ? 1 : 0);
      return withUnexplained({ ...tally, calls: tally.calls + (isCall ? 1 : 0), fetched }, found);
    });
  }

  #wallOf(atMs: MonotonicMs): number {
    return Math.round(this.#clock.wall() - (this.#clock.now() - atMs));
  }

  /** Every line that is watched has been so until now. */
  #watch(): void {
    const wallMs = this.#clock.wall();
    const day = localDay(wallMs, this.#timeZone);
    const { fromWallMs } = dayBounds(day, this.#timeZone);
    for (const [line, toMs] of this.#watchedTo) {
      forgetOld(this.#tallies, line, wallMs);
      this.#watchedTo.set(line, wallMs);
      const before = localDay(toMs, this.#timeZone);
      if (before < day)
        this.#set(
          line,
          withWatched(tallyOf(this.#tallies, line, before), toMs, dayBounds(before, this.#timeZone).toWallMs),
          true,
        );
      // A clock that was set forward over days tells nothing of them; one that was set back begins anew.
      const fromMs = toMs > wallMs ? wallMs : Math.max(toMs, fromWallMs);
      this.#set(line, withWatched(tallyOf(this.#tallies, line, day), fromMs, wallMs), false);
    }
  }

  #change(line: string, wallMs: number, change: (tally: DayTally) => DayTally): void {
    const day = localDay(wallMs, this.#timeZone);
    this.#set(line, change(tallyOf(this.#tallies, line, day)), true);
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

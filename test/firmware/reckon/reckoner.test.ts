import assert from 'node:assert/strict';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { CallParticulars } from '../../../firmware/call/call-record.js';
import { Keeper } from '../../../firmware/keeper.js';
import { type DayTally, emptyTally, notWatched, withRecord } from '../../../firmware/reckon/day-tally.js';
import { Reckoner } from '../../../firmware/reckon/reckoner.js';
import { readTallies, writeTally } from '../../../firmware/reckon/tallies.js';
import { dayBounds } from '../../../firmware/rules/local-time.js';
import type { ClockTrust, MonotonicMs, WallMs } from '../../../hal/clock.js';
import { formatStore } from '../../../storage/format.js';
import { Store } from '../../../storage/store.js';
import { CrashDisk } from '../../power/crash-disk.js';
import { seededChance, seededRandom } from '../../support/chance.js';
import { MemoryMap } from '../../support/memory-map.js';

const TOKYO = 'Asia/Tokyo';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The day so many days before stands in the same place. */
const DAYS_KEPT = 40;
const LINE = 'line-1';
const at = (iso: string): number => Date.parse(iso);
const noon = (day: string): string => `${day}T12:00:00+09:00`;
const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);

/** A recorder's books on a store that stays. */
class Office {
  readonly store: Store;
  clock = new SimulatedClock(0 as WallMs);
  #keeper: Keeper | undefined;
  #reckoner: Reckoner | undefined;

  constructor(store: Store) {
    this.store = store;
  }

  get keeper(): Keeper {
    assert.ok(this.#keeper);
    return this.#keeper;
  }

  get reckoner(): Reckoner {
    assert.ok(this.#reckoner);
    return this.#reckoner;
  }

  async on(wall: string, trust: ClockTrust): Promise<void> {
    this.clock = new SimulatedClock(at(wall) as WallMs);
    this.clock.setTrust(trust);
    this.#keeper = await Keeper.open(this.store, this.clock);
    this.#reckoner = await Reckoner.open(this.store, this.clock, [LINE], this.keeper);
  }

  set(wall: string, trust: ClockTrust): void {
    this.clock.stepWall(at(wall) - this.clock.wall());
    this.clock.setTrust(trust);
  }

  /** Time passes, and it is looked every 30 s, as the recorder does. */
  async passes(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 30_000) {
      this.clock.advanceTo(this.clock.now() + Math.min(30_000, leftMs));
      await this.keeper.look();
      await this.reckoner.save();
    }
  }

  /** A call of a minute; `told`: the line lives to tell the reckoner. */
  async call(told = true): Promise<number> {
    const startMs = this.clock.now();
    const startedWallMs = this.clock.wall();
    const particulars: CallParticulars = {
      ...{ line: LINE, direction: 'inbound', outcome: 'answered', startedWallMs, durationMs: 60_000, ringMs: null },
      ...{ caller: null, dialled: null, flashes: [], gaps: [], clock: this.keeper.trust(), audio: null },
    };
    const writer = this.store.begin(particulars, startedWallMs);
    await this.passes(60_000);
    writer.close({ endedWallMs: startedWallMs + 60_000, party: null, particulars });
    await this.store.commit();
    if (!told) return writer.number;
    const account = this.reckoner.line(LINE);
    account.recorded(writer.number, startMs, false);
    account.judged({ kind: 'off-hook', verdict: 'call', startMs: startMs as MonotonicMs, unexplained: [] });
    return writer.number;
  }

  /** As it is written down. */
  async written(day: string): Promise<DayTally | undefined> {
    return (await readTallies(this.store, [LINE], TOKYO, at(noon(day)))).get(LINE)?.get(day);
  }
}

async function office(): Promise<Office> {
  const disk = new CrashDisk(seededRandom(1));
  await formatStore(disk, { capacityBytes: 5 << 20, eraseEverything: false, chance: seededChance(2), wallMs: 0 });
  const map = new MemoryMap();
  let opened: Office | undefined;
  const wall = () => opened?.clock.wall() ?? 0;
  opened = new Office(await Store.open({ disk, openMap: async () => map, chance: seededChance(3), wall }));
  return opened;
}

const unwatched = (tally: DayTally | undefined, day: string): string[] => {
  const { fromWallMs, toWallMs } = dayBounds(day, TOKYO);
  const time = (ms: number): string => new Date(ms + 9 * HOUR_MS).toISOString().slice(11, 19);
  return notWatched(tally, fromWallMs, toWallMs).map(([from, to]) => `${time(from)}-${time(to)}`);
};

describe('the books of a recorder whose clock is in doubt', () => {
  it('a clock that is not set writes nothing over a day that was', async () => {
    const box = await office();
    const image = '2026-05-01';
    const good = dayBefore(image, -5 * DAYS_KEPT); // in the same place
    await box.on(noon(good), 'synchronised');
    await box.call();
    await box.reckoner.save(true);
    const before = await box.written(good);
    assert.equal(before?.recordings, 1);
    await box.on(noon(image), 'unset');
    await box.passes(HOUR_MS);
    await box.reckoner.save(true);
    assert.deepEqual(await box.written(good), before);
    box.set(`${dayBefore(good, -1)}T09:00:00+09:00`, 'synchronised');
    await box.passes(HOUR_MS);
    await box.reckoner.save(true);
    assert.deepEqual(await box.written(good), before);
    await box.store.close();
  });

  it('what was seen before the clock is set goes to the days it belongs to', async () => {
    const box = await office();
    await box.on('2026-05-01T09:00:00+09:00', 'unset');
    await box.call();
    await box.passes(2 * HOUR_MS - 60_000);
    const startMs = box.clock.now();
    const unexplained = [{ startMs, endMs: (startMs + 5000) as MonotonicMs }];
    box.reckoner.line(LINE).judged({ kind: 'ringing', verdict: 'unexplained', startMs, unexplained });
    box.set('2026-11-24T01:00:00+09:00', 'synchronised');
    await box.passes(HOUR_MS);
    await box.reckoner.save(true);
    const [monday, tuesday] = [await box.written('2026-11-23'), await box.written('2026-11-24')];
    assert.deepEqual([monday?.calls, monday?.recordings, monday?.lastNumber], [1, 1, 1]);
    assert.deepEqual(unwatched(monday, '2026-11-23'), ['00:00:00-23:00:00']);
    assert.deepEqual([tuesday?.calls, tuesday?.recordings, tuesday?.unexplained.count], [0, 0, 1]);
    assert.equal(tuesday?.unexplained.listed[0]?.[1], at('2026-11-24T01:00:00+09:00'));
    assert.deepEqual(unwatched(tuesday, '2026-11-24'), ['02:00:00-00:00:00']);
    assert.equal(await box.written('2026-05-01'), undefined);
    await box.store.close();
  });

  it('a line that is lost and found in doubt was not watched in between', async () => {
    const box = await office();
    await box.on('2026-05-01T09:00:00+09:00', 'unset');
    await box.passes(HOUR_MS);
    box.reckoner.line(LINE).lost();
    await box.passes(HOUR_MS);
    box.reckoner.line(LINE).found();
    await box.passes(HOUR_MS);
    box.set('2026-11-24T12:00:00+09:00', 'synchronised');
    await box.passes(HOUR_MS);
    assert.deepEqual(unwatched(box.reckoner.tallies.get(LINE)?.get('2026-11-24'), '2026-11-24'), [
      '00:00:00-09:00:00',
      '10:00:00-11:00:00',
      '13:00:00-00:00:00',
    ]);
    await box.store.close();
  });

  it('after a jump ahead no day is said to have been watched to its end that was not', async () => {
    const box = await office();
    await box.on(noon('2026-11-20'), 'synchronised');
    await box.passes(HOUR_MS);
    box.clock.stepWall(3 * DAY_MS + 30_000);
    await box.passes(HOUR_MS);
    await box.reckoner.save(true);
    assert.equal(await box.written('2026-11-23'), undefined);
    box.keeper.confirm('A');
    box.keeper.confirm('B');
    await box.passes(HOUR_MS);
    await box.reckoner.save(true);
    assert.deepEqual(unwatched(await box.written('2026-11-20'), '2026-11-20'), [
      '00:00:00-12:00:00',
      '13:00:00-00:00:00',
    ]);
    assert.deepEqual(unwatched(await box.written('2026-11-23'), '2026-11-23'), [
      '00:00:00-13:00:30',
      '15:00:30-00:00:00',
    ]);
    await box.store.close();
  });

  it('a step that is too small to be doubted is no pause, either way', async () => {
    const box = await office();
    await box.on(noon('2026-11-20'), 'synchronised');
    await box.passes(HOUR_MS);
    box.clock.stepWall(120_000);
    await box.passes(HOUR_MS);
    box.clock.stepWall(-180_000);
    await box.passes(HOUR_MS);
    const tally = box.reckoner.tallies.get(LINE)?.get('2026-11-20');
    assert.deepEqual(unwatched(tally, '2026-11-20'), ['00:00:00-12:00:00', '14:59:00-00:00:00']);
    await box.store.close();
  });

  it('a start far ahead forgets nothing of the day that it comes back to', async () => {
    const box = await office();
    await box.on(noon('2026-11-20'), 'free-running');
    await box.call();
    await box.reckoner.save(true);
    await box.on(noon('2027-11-20'), 'free-running');
    await box.call();
    box.set('2026-11-20T14:00:00+09:00', 'free-running');
    box.keeper.confirm('A');
    box.keeper.confirm('B');
    await box.call();
    await box.reckoner.save(true);
    const tally = await box.written('2026-11-20');
    assert.deepEqual([tally?.calls, tally?.recordings, tally?.lastNumber], [3, 3, 3]);
    await box.store.close();
  });

  it('what an earlier run kept under a clock that was not set is counted on the day of its term, once', async () => {
    const box = await office();
    await box.on(noon('2026-11-20'), 'synchronised');
    await box.call();
    await box.reckoner.save(true);
    await box.on('2026-05-01T09:00:00+09:00', 'unset');
    await box.call(false);
    await box.on(noon('2026-11-21'), 'synchronised');
    await box.call();
    await box.reckoner.save(true);
    await box.on(noon('2026-11-22'), 'synchronised');
    await box.call();
    await box.reckoner.save(true);
    const counts = async (day: string) => (await box.written(day))?.recordings;
    assert.deepEqual([await counts('2026-11-20'), await counts('2026-11-21'), await counts('2026-11-22')], [1, 2, 1]);
    await box.store.close();
  });

  it('a tally is never written over a newer day', async () => {
    const box = await office();
    const old = dayBefore('2026-11-20', DAYS_KEPT);
    await writeTally(box.store, LINE, withRecord(emptyTally('2026-11-20'), 7, false));
    await writeTally(box.store, LINE, withRecord(emptyTally(old), 3, false));
    assert.equal((await box.written('2026-11-20'))?.recordings, 1);
    await box.store.close();
  });
});

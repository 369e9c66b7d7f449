import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { Keeper } from '../../firmware/keeper.js';
import { ClockGuard, JUMP_MS, OFF_MAX_MS } from '../../firmware/rules/clock-guard.js';
import { eraseDue } from '../../firmware/rules/expiry.js';
import { DEFAULT_RULES } from '../../firmware/rules/office.js';
import { isRetentionRule, keptUntilMs, OUT_OF_ORDER_MS, type RetentionRule } from '../../firmware/rules/retention.js';
import type { ClockTrust, MonotonicMs, WallMs } from '../../hal/clock.js';
import { formatStore } from '../../storage/format.js';
import { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';

const DAY_MS = 24 * 3_600_000;
const TOKYO = 'Asia/Tokyo';
const at = (iso: string): number => Date.parse(iso);
const until = (rule: string, endedAt: string, zone = TOKYO): string | null => {
  const ms = keptUntilMs(rule as RetentionRule, at(endedAt), zone);
  return ms === null ? null : new Date(ms).toISOString();
};

describe('retention rules', () => {
  it('counts from the end, from the day and from the day after, in the zone of the office', () => {
    assert.equal(until('kumamoto', '2026-11-24T09:00:05+09:00'), '2026-12-24T00:00:05.000Z');
    assert.equal(until('hokkaido', '2026-11-24T23:59:59+09:00'), '2026-12-08T15:00:00.000Z');
    assert.equal(until('hokkaido', '2026-11-25T00:00:00+09:00'), '2026-12-09T15:00:00.000Z');
    assert.equal(until('fukushima', '2026-12-31T12:00:00+09:00'), '2027-01-07T15:00:00.000Z');
    assert.equal(until('10d@day', '2026-11-24T09:00:00+09:00'), '2026-12-03T15:00:00.000Z');
  });
  it('counts calendar months as calendars do', () => {
    assert.equal(until('1mo', '2026-01-31T10:00:00+09:00'), '2026-02-28T01:00:00.000Z');
    assert.equal(until('3mo@next-day', '2026-11-30T10:00:00+09:00'), '2027-02-28T15:00:00.000Z');
  });
  it('counts local days, also of 23 and 25 hours', () => {
    assert.equal(until('1d', '2026-03-28T12:00:00+01:00', 'Europe/Berlin'), '2026-03-29T10:00:00.000Z');
    assert.equal(until('1d', '2026-10-24T12:00:00+02:00', 'Europe/Berlin'), '2026-10-25T11:00:00.000Z');
  });
  it('knows until-the-ring-is-full and refuses what is no rule', () => {
    assert.equal(until('capacity', '2026-11-24T09:00:00+09:00'), null);
    for (const text of ['', '0d', '30', '30 d', '1y', '30d@noon', 'constructor', '-1d', '99999d']) {
      assert.equal(isRetentionRule(text), false, text);
    }
  });
  it('never has a later recording due before an earlier one, but by what calendars leave out (property)', () => {
    const rule = fc.constantFrom('kumamoto', 'hokkaido', '10d@day', '1mo', '3mo@next-day');
    const zone = fc.constantFrom(TOKYO, 'Europe/Berlin', 'America/New_York');
    fc.assert(
      fc.property(rule, zone, fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 1e10 }), (r, z, t, more) => {
        const [first, second] = [keptUntilMs(r as RetentionRule, t, z), keptUntilMs(r as RetentionRule, t + more, z)];
        assert.ok((first ?? 0) <= (second ?? 0) + OUT_OF_ORDER_MS);
      }),
    );
  });
});

describe('clock guard', () => {
  const reading = (nowMs: number, wallMs: number, trust: ClockTrust = 'free-running') => ({
    nowMs: nowMs as MonotonicMs,
    wallMs,
    trust,
  });
  it('believes a clock that goes with the monotonic one, and drift', () => {
    const guard = new ClockGuard(undefined);
    let wallMs = 1e12;
    for (let nowMs = 0; nowMs < 400 * DAY_MS; nowMs += 3_600_000, wallMs += 3_600_000 * 1.0001) {
      assert.equal(guard.look(reading(nowMs, wallMs)), null);
    }
  });
  for (const step of [JUMP_MS + 1000, -JUMP_MS - 1000, 40 * DAY_MS]) {
    it(`doubts a jump of ${step / 1000} s until two people confirm it, and not the same one twice`, () => {
      const guard = new ClockGuard(undefined);
      guard.look(reading(0, 1e12));
      assert.equal(guard.look(reading(1000, 1e12 + 1000 + step)), 'jumped');
      assert.equal(guard.confirm('A', reading(2000, 1e12 + 2000 + step)), 1);
      assert.equal(guard.confirm(' a ', reading(2000, 1e12 + 2000 + step)), 1);
      assert.equal(guard.look(reading(3000, 1e12 + 3000 + step)), 'jumped');
      assert.equal(guard.confirm('B', reading(4000, 1e12 + 4000 + step)), 0);
      assert.equal(guard.look(reading(5000, 1e12 + 5000 + step)), null);
    });
  }
  it('stays in doubt when the clock jumps back by itself', () => {
    const guard = new ClockGuard(undefined);
    guard.look(reading(0, 1e12));
    assert.equal(guard.look(reading(1000, 1e12 + DAY_MS)), 'jumped');
    assert.equal(guard.look(reading(2000, 1e12 + 2000)), 'jumped');
  });
  it('adds up small steps that would creep', () => {
    const guard = new ClockGuard(undefined);
    let wallMs = 1e12;
    let doubt: string | null = null;
    for (let i = 1; i <= 10 && doubt === null; i += 1) {
      wallMs += 60_000 + 60_000; // a minute passes, the clock gains another
      doubt = guard.look(reading(i * 60_000, wallMs));
    }
    assert.equal(doubt, 'jumped');
  });
  it('doubts a clock that starts before what the store has seen, and a long time after it unless synchronised', () => {
    assert.equal(new ClockGuard(1e12).look(reading(0, 1e12 - JUMP_MS - 1)), 'jumped');
    assert.equal(new ClockGuard(1e12).look(reading(0, 1e12 + OFF_MAX_MS + 1)), 'unconfirmed');
    assert.equal(new ClockGuard(1e12).look(reading(0, 1e12 + OFF_MAX_MS + 1, 'synchronised')), null);
    assert.equal(new ClockGuard(1e12).look(reading(0, 1e12 + DAY_MS)), null);
    assert.equal(new ClockGuard(1e12).look(reading(0, 0, 'unset')), 'unset');
  });
});

async function storeWith(clock: SimulatedClock, ends: readonly number[]): Promise<Store> {
  const disk = new CrashDisk(seededRandom(1));
  await formatStore(disk, { capacityBytes: 5 << 20, eraseEverything: false, chance: seededChance(2), wallMs: 0 });
  const map = new MemoryMap();
  const store = await Store.open({ disk, openMap: async () => map, chance: seededChance(3), wall: () => clock.wall() });
  for (const endedWallMs of ends) {
    const writer = store.begin({}, endedWallMs - 1000);
    writer.append(Buffer.alloc(288));
    writer.close({ endedWallMs, party: null, particulars: {} });
  }
  await store.commit();
  return store;
}

async function numbers(store: Store): Promise<number[]> {
  const all: number[] = [];
  for await (const { row } of store.recordings()) all.push(row.n);
  return all.sort((a, b) => a - b);
}

describe('keeping', () => {
  const start = at('2026-11-24T09:00:00+09:00');
  it('erases what is due and nothing else, holds excepted, and leaves tombstones that say so', async () => {
    const clock = new SimulatedClock(start as WallMs);
    const store = await storeWith(clock, [start - 31 * DAY_MS, start - 30 * DAY_MS, start - 30 * DAY_MS + 1, start]);
    await store.hold(1, { by: 'x', reason: 'y' }, 0.5);
    assert.equal(await eraseDue(store, DEFAULT_RULES, clock.wall(), async () => true), 1);
    assert.deepEqual(await numbers(store), [1, 3, 4]);
    const rules: string[] = [];
    for await (const entry of store.tombstones()) if (entry.t === 'erased') rules.push(`${entry.n} ${entry.rule}`);
    assert.deepEqual(rules, ['2 expiry']);
    await store.release(1); // the normal rule counts again at once
    assert.equal(await eraseDue(store, DEFAULT_RULES, clock.wall(), async () => true), 1);
    assert.deepEqual(await numbers(store), [3, 4]);
    await store.close();
  });
  it('erases nothing on a clock that has jumped, and goes on once two people have confirmed it', async () => {
    const clock = new SimulatedClock(start as WallMs);
    const store = await storeWith(clock, [start - DAY_MS, start]);
    const keeper = await Keeper.open(store, clock);
    assert.equal(await keeper.look(), 0);
    clock.stepWall(60 * DAY_MS);
    assert.equal(keeper.doubt(), 'jumped');
    assert.equal(await keeper.look(), 0);
    assert.deepEqual(await numbers(store), [1, 2]);
    assert.equal(keeper.confirm('A'), 1);
    assert.equal(await keeper.look(), 0);
    assert.equal(keeper.confirm('B'), 0);
    assert.equal(await keeper.look(), 2);
    await store.close();
  });
  it('remembers the time over a restart', async () => {
    const clock = new SimulatedClock(start as WallMs);
    const store = await storeWith(clock, [start - 20 * DAY_MS]);
    await (await Keeper.open(store, clock)).look();
    const set = new SimulatedClock((start - DAY_MS) as WallMs);
    assert.equal((await Keeper.open(store, set)).doubt(), 'jumped');
    await store.close();
  });
  it('a recording does not wait for one that ended before it and is due after it', async () => {
    const clock = new SimulatedClock(at('2026-02-28T10:00:00+09:00') as WallMs);
    const store = await storeWith(clock, [at('2026-01-30T12:00:00+09:00'), at('2026-01-31T09:00:00+09:00')]);
    const rules = { ...DEFAULT_RULES, retention: '1mo' as RetentionRule };
    assert.equal(await eraseDue(store, rules, clock.wall(), async () => true), 1);
    assert.deepEqual(await numbers(store), [1]);
    await store.close();
  });
  it('under `capacity` nothing is ever due', async () => {
    const clock = new SimulatedClock(start as WallMs);
    const store = await storeWith(clock, [start - 4000 * DAY_MS]);
    const rules = { ...DEFAULT_RULES, retention: 'capacity' as RetentionRule };
    assert.equal(await eraseDue(store, rules, clock.wall(), async () => true), 0);
    await store.close();
  });
});

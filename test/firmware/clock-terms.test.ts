import assert from 'node:assert/strict';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { callRecordOf } from '../../firmware/call/call-record.js';
import { Keeper } from '../../firmware/keeper.js';
import { DEFAULT_RULES, decideRules } from '../../firmware/rules/office.js';
import type { RetentionRule } from '../../firmware/rules/retention.js';
import type { ClockTrust, WallMs } from '../../hal/clock.js';
import { formatStore } from '../../storage/format.js';
import type { Row } from '../../storage/row.js';
import { Store } from '../../storage/store.js';
import { CrashDisk, Mains } from '../power/crash-disk.js';
import { assertClean } from '../storage/support/office.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NEVER_SET = '2026-05-01T09:00:00+09:00';
const at = (iso: string): number => Date.parse(iso);

/** A box: its medium stays, it is switched on again and again. */
class Box {
  readonly disk = new CrashDisk(seededRandom(1));
  map = new MemoryMap();
  clock = new SimulatedClock(0 as WallMs);
  #opened = 0;
  #store: Store | undefined;
  #keeper: Keeper | undefined;

  static async format(): Promise<Box> {
    const box = new Box();
    const chance = seededChance(2);
    await formatStore(box.disk, { capacityBytes: 5 << 20, eraseEverything: false, chance, wallMs: 0 });
    return box;
  }

  get store(): Store {
    assert.ok(this.#store);
    return this.#store;
  }

  get keeper(): Keeper {
    assert.ok(this.#keeper);
    return this.#keeper;
  }

  async on(wall: string, trust: ClockTrust): Promise<void> {
    this.clock = new SimulatedClock(at(wall) as WallMs);
    this.clock.setTrust(trust);
    this.#opened += 1;
    const openMap = async () => this.map;
    const chance = seededChance(this.#opened + 2);
    this.#store = await Store.open({ disk: this.disk, openMap, chance, wall: () => this.clock.wall() });
    this.#keeper = await Keeper.open(this.store, this.clock);
  }

  async off(): Promise<void> {
    await assertClean(this.store);
    await this.store.close();
  }

  /** The power fails: what no sync has put on the medium is gone, and perhaps the index. */
  cut(indexStays = true): void {
    this.disk.reboot();
    if (!indexStays) this.map = new MemoryMap();
  }

  /** A call begins, as the recorder has it. Returns what ends it. */
  begin(): () => Promise<number> {
    const { clock, keeper, store } = this;
    const startMs = clock.now();
    const startedWallMs = clock.wall();
    const particulars = { clock: keeper.trust() };
    const writer = store.begin(particulars, startedWallMs);
    return async () => {
      writer.append(Buffer.alloc(288));
      writer.close({ endedWallMs: startedWallMs + clock.now() - startMs, party: null, particulars });
      await store.commit();
      return writer.number;
    };
  }

  call(): Promise<number> {
    const end = this.begin();
    this.passes(60_000);
    return end();
  }

  /** Time passes; it is looked in between, as the recorder does, but for what would go. */
  passes(ms: number): void {
    for (let leftMs = ms; leftMs > 0; leftMs -= HOUR_MS) {
      this.clock.advanceTo(this.clock.now() + Math.min(HOUR_MS, leftMs));
      this.keeper.doubt();
    }
  }

  set(wall: string, trust: ClockTrust): void {
    this.clock.stepWall(at(wall) - this.clock.wall());
    this.clock.setTrust(trust);
  }

  async row(n: number): Promise<Row> {
    return (await this.store.recording(n)).row;
  }

  /** When its term began to be counted, to the second. */
  async counted(n: number): Promise<string> {
    const { endedWallMs, countedWallMs } = await this.row(n);
    return new Date(Math.round((countedWallMs ?? endedWallMs ?? 0) / 1000) * 1000).toISOString();
  }

  async numbers(): Promise<number[]> {
    const all: number[] = [];
    for await (const { row } of this.store.recordings()) all.push(row.n);
    return all.sort((a, b) => a - b);
  }
}

describe('terms of calls that a doubtful clock has dated', () => {
  it('a call under a clock that is not set is kept for its term from when it ended, once the clock is set', async () => {
    const box = await Box.format();
    await box.on('2026-11-20T09:00:00+09:00', 'synchronised');
    await box.call();
    await box.keeper.look();
    await box.off();
    await box.on(NEVER_SET, 'unset');
    const n = await box.call();
    assert.equal(await box.keeper.look(), 0);
    box.passes(2 * HOUR_MS);
    box.set('2026-11-24T09:00:00+09:00', 'synchronised');
    assert.equal(box.keeper.doubt(), null);
    assert.equal(await box.keeper.look(), 0);
    assert.deepEqual(await box.numbers(), [1, n]);
    assert.equal(await box.counted(n), '2026-11-23T22:00:00.000Z');
    box.passes(30 * DAY_MS - 2 * HOUR_MS - 1);
    await box.keeper.look();
    assert.deepEqual(await box.numbers(), [n]);
    box.passes(1);
    assert.equal(await box.keeper.look(), 1);
    assert.deepEqual(await box.numbers(), []);
    await box.off();
  });

  it('so it is where two people confirm the clock', async () => {
    const box = await Box.format();
    await box.on('2026-11-20T09:00:00+09:00', 'synchronised');
    await box.call();
    await box.keeper.look();
    await box.off();
    await box.on(NEVER_SET, 'unset');
    const n = await box.call();
    box.set('2026-12-24T09:00:00+09:00', 'free-running');
    assert.equal(box.keeper.doubt(), 'unconfirmed');
    assert.equal(await box.keeper.look(), 0);
    assert.equal(box.keeper.confirm('A'), 1);
    assert.equal(box.keeper.confirm('B'), 0);
    assert.equal(await box.keeper.look(), 1);
    assert.deepEqual(await box.numbers(), [n]);
    assert.equal(await box.counted(n), '2026-12-24T00:00:00.000Z');
    await box.off();
  });

  for (const indexStays of [true, false]) {
    it(`of an earlier run its term is counted from when the clock is believed${indexStays ? '' : ', index lost'}`, async () => {
      const box = await Box.format();
      await box.on(NEVER_SET, 'unset');
      for (let i = 0; i < 3; i += 1) await box.call();
      box.cut(indexStays);
      await box.on(NEVER_SET, 'unset');
      const last = await box.call();
      assert.equal(await box.keeper.look(), 0);
      box.cut(indexStays);
      await box.on('2026-11-24T09:00:00+09:00', 'synchronised');
      assert.equal(await box.keeper.look(), 0);
      for (let n = 1; n <= last; n += 1) assert.equal(await box.counted(n), '2026-11-24T00:00:00.000Z');
      box.cut(indexStays);
      await box.on('2026-12-23T09:00:00+09:00', 'synchronised');
      assert.equal(await box.keeper.look(), 0);
      assert.equal(await box.counted(last), '2026-11-24T00:00:00.000Z');
      await assertClean(box.store);
      box.passes(DAY_MS);
      assert.equal(await box.keeper.look(), 4);
      await box.off();
    });
  }

  it('a power cut between belief and journal, at every step: none goes early, and all have their terms at the next look', async () => {
    for (let step = 0, cut = true; cut; step += 1) {
      const box = await Box.format();
      await box.on(NEVER_SET, 'unset');
      for (let i = 0; i < 3; i += 1) await box.call();
      box.set('2026-11-24T09:00:00+09:00', 'synchronised');
      box.disk.mains = new Mains(step);
      cut = await box.keeper.look().then(
        () => false,
        () => true,
      );
      box.cut(step % 2 === 0);
      await box.on('2026-11-25T09:00:00+09:00', 'synchronised');
      assert.equal(await box.keeper.look(), 0);
      assert.deepEqual(await box.numbers(), [1, 2, 3]);
      for (const n of [1, 2, 3]) assert.match(await box.counted(n), /^2026-11-2[345]/, `step ${step}`);
      await box.off();
    }
  });

  it('a call in progress while the clock is set is counted from its very end', async () => {
    const box = await Box.format();
    await box.on(NEVER_SET, 'unset');
    const end = box.begin();
    box.passes(HOUR_MS);
    box.set('2026-11-24T09:00:00+09:00', 'synchronised');
    assert.equal(await box.keeper.look(), 0);
    box.passes(HOUR_MS);
    const n = await end();
    assert.deepEqual(await box.numbers(), [n]);
    assert.equal(await box.keeper.look(), 0);
    assert.equal(await box.counted(n), '2026-11-24T01:00:00.000Z');
    await box.off();
  });

  it('a call that ends between two looks does not go by the date that it was given', async () => {
    const box = await Box.format();
    await box.on(NEVER_SET, 'unset');
    const end = box.begin();
    const other = box.begin();
    box.set('2026-11-24T09:00:00+09:00', 'synchronised');
    await box.keeper.look();
    const looked = box.keeper.look(); // and meanwhile it ends
    await end();
    assert.equal(await looked, 0);
    assert.equal(await box.keeper.look(), 0);
    await other();
    assert.equal(await box.keeper.look(), 0);
    assert.deepEqual(await box.numbers(), [1, 2]);
    await box.off();
  });

  it('a call under a clock that has jumped forward is kept no longer once that is set back, whatever is held', async () => {
    const box = await Box.format();
    await box.on('2026-11-24T09:00:00+09:00', 'synchronised');
    await box.keeper.look();
    box.clock.stepWall(365 * DAY_MS);
    assert.equal(box.keeper.doubt(), 'jumped');
    const [jumped, held] = [await box.call(), await box.call()];
    assert.equal((await box.store.recording(jumped)).particulars['clock'], 'doubtful');
    await box.store.hold(held, { reason: 'x' }, 0.5);
    box.clock.stepWall(-365 * DAY_MS);
    assert.equal(box.keeper.confirm('A'), 1);
    assert.equal(box.keeper.confirm('B'), 0);
    await box.keeper.look();
    assert.equal(await box.counted(jumped), '2026-11-24T00:01:00.000Z');
    const after = await box.call();
    box.passes(30 * DAY_MS - 60_000);
    assert.equal(await box.keeper.look(), 1);
    assert.deepEqual(await box.numbers(), [held, after]);
    await box.store.release(held);
    box.passes(120_000);
    assert.equal(await box.keeper.look(), 2);
    await box.off();
  });

  for (const indexStays of [true, false]) {
    it(`so it is where the box was switched off before that was set back${indexStays ? '' : ', index lost'}`, async () => {
      const box = await Box.format();
      await box.on('2026-11-24T09:00:00+09:00', 'synchronised');
      await box.keeper.look();
      box.clock.stepWall(365 * DAY_MS);
      const [jumped, held] = [await box.call(), await box.call()];
      await box.store.hold(held, { reason: 'x' }, 0.5);
      box.cut(indexStays);
      await box.on('2026-11-24T10:00:00+09:00', 'synchronised');
      await box.keeper.look();
      assert.equal(await box.counted(jumped), '2026-11-24T01:00:00.000Z');
      assert.equal(await box.counted(held), '2026-11-24T01:00:00.000Z');
      await box.store.release(held);
      box.passes(30 * DAY_MS);
      assert.equal(await box.keeper.look(), 2);
      await box.off();
    });
  }

  it('a call under a clock that was set back, and is then found out, does not go early', async () => {
    const box = await Box.format();
    await box.on('2026-11-24T09:00:00+09:00', 'free-running');
    await box.keeper.look();
    box.clock.stepWall(-100 * DAY_MS);
    const first = await box.call();
    box.cut();
    await box.on('2026-08-16T10:00:00+09:00', 'free-running');
    const second = await box.call();
    box.clock.stepWall(100 * DAY_MS);
    assert.equal(box.keeper.doubt(), 'jumped');
    box.keeper.confirm('A');
    box.keeper.confirm('B');
    assert.equal(await box.keeper.look(), 0);
    assert.deepEqual(await box.numbers(), [first, second]);
    await box.off();
  });

  it('a clock that two people have set forward lets nothing of this run go early', async () => {
    const box = await Box.format();
    await box.on('2026-10-01T09:00:00+09:00', 'free-running');
    const n = await box.call();
    await box.keeper.look(); // believed, and wrong by forty days
    box.passes(DAY_MS);
    box.clock.stepWall(40 * DAY_MS);
    assert.equal(box.keeper.doubt(), 'jumped');
    box.keeper.confirm('A');
    box.keeper.confirm('B');
    assert.equal(await box.keeper.look(), 0);
    assert.deepEqual(await box.numbers(), [n]);
    box.passes(29 * DAY_MS);
    assert.equal(await box.keeper.look(), 1);
    await box.off();
  });

  it('none goes by a date that nobody believed, whatever has been said to be looked at', async () => {
    const box = await Box.format();
    await box.on(NEVER_SET, 'unset');
    for (let i = 0; i < 3; i += 1) await box.call();
    await box.store.putSetting('terms-settled', 3);
    box.cut(false);
    await box.on('2026-11-24T09:00:00+09:00', 'synchronised');
    assert.equal(await box.keeper.look(), 0);
    assert.equal(await box.keeper.look(), 0);
    for (const n of [1, 2, 3]) assert.equal(await box.counted(n), '2026-11-24T00:00:00.000Z');
    await box.off();
  });

  it('an old doubt does not come back with every start', async () => {
    const box = await Box.format();
    await box.on('2026-11-24T09:00:00+09:00', 'free-running');
    await box.keeper.look();
    box.clock.stepWall(300 * DAY_MS);
    await box.call();
    box.clock.stepWall(-300 * DAY_MS);
    box.keeper.confirm('A');
    box.keeper.confirm('B');
    await box.keeper.look();
    await box.off();
    await box.on('2026-11-24T12:00:00+09:00', 'free-running');
    assert.equal(box.keeper.doubt(), null);
    await box.off();
  });

  it('thousands take a few entries of the journal, and it turns over without losing them', async () => {
    const box = await Box.format();
    await box.on(NEVER_SET, 'unset');
    const count = 130;
    for (let i = 0; i < count; i += 1) await box.call();
    const [oldest] = await box.numbers();
    box.set('2026-11-24T09:00:00+09:00', 'synchronised');
    await box.keeper.look();
    const entries = () => box.store.inspect(({ parts }) => parts.journal.entriesAfter(0));
    assert.equal((await entries()).filter(({ t }) => t === 'term').length, 1);
    for (let i = 0; i < 200; i += 1) await box.store.putSetting('x', 'y'.repeat(2000));
    assert.equal((await entries()).filter(({ t }) => t === 'term').length, 1);
    box.cut(false);
    await box.on('2026-11-25T09:00:00+09:00', 'synchronised');
    await box.keeper.look();
    assert.ok(oldest !== undefined);
    assert.match(await box.counted(oldest), /^2026-11-2[123]/);
    box.passes(31 * DAY_MS);
    assert.ok((await box.keeper.look()) > 0);
    assert.deepEqual(await box.numbers(), []);
    for (let i = 0; i < 200; i += 1) await box.store.putSetting('x', 'y'.repeat(2000));
    assert.equal((await entries()).filter(({ t }) => t === 'term').length, 0);
    await box.off();
  });

  it('days are counted from the term; under `capacity` nothing goes by time', async () => {
    const box = await Box.format();
    await box.on(NEVER_SET, 'unset');
    await decideRules(box.store, { ...DEFAULT_RULES, retention: '14d@next-day' as RetentionRule });
    const n = await box.call();
    const until = async (rules = DEFAULT_RULES) =>
      callRecordOf(await box.store.recording(n), { ...rules, retention: '14d@next-day' as RetentionRule }).retention
        .until;
    assert.equal(await until(), null, 'nobody can tell');
    box.set('2026-11-24T09:00:00+09:00', 'synchronised');
    await box.keeper.look();
    // Of the times of its record none has changed.
    assert.equal((await box.row(n)).endedWallMs, at(NEVER_SET) + 60_000);
    const { startedWallMs } = await box.row(n);
    assert.equal(startedWallMs, at(NEVER_SET));
    await decideRules(box.store, { ...DEFAULT_RULES, retention: 'capacity' as RetentionRule });
    box.passes(400 * DAY_MS);
    assert.equal(await box.keeper.look(), 0);
    await decideRules(box.store, { ...DEFAULT_RULES, retention: '14d@next-day' as RetentionRule });
    assert.equal(await box.keeper.look(), 1);
    for await (const entry of box.store.tombstones())
      if (entry.t === 'erased') assert.equal(entry.countedWallMs, at('2026-11-24T09:00:00+09:00'));
    await box.off();
  });

  it('a clock that is not set cannot be confirmed: it is to be set first', async () => {
    const box = await Box.format();
    await box.on(NEVER_SET, 'unset');
    assert.equal(box.keeper.doubt(), 'unset');
    assert.throws(() => box.keeper.confirm('A'), { code: 'CLOCK_UNSET' });
    assert.equal(box.keeper.doubt(), 'unset');
    await box.off();
  });
});

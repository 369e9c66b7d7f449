import assert from 'node:assert/strict';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { AWAITED_MS, FaultBook } from '../../../firmware/faults/fault-book.js';
import type { WallMs } from '../../../hal/clock.js';
import { formatStore } from '../../../storage/format.js';
import { Store } from '../../../storage/store.js';
import { CrashDisk, Mains } from '../../power/crash-disk.js';
import { FaultyDisk } from '../../storage/support/faulty-disk.js';
import { seededChance, seededRandom } from '../../support/chance.js';
import { MemoryMap } from '../../support/memory-map.js';

describe('fault book in a store', () => {
  let disk: FaultyDisk;
  let map: MemoryMap;
  let store: Store;
  let clock: SimulatedClock;
  let book: FaultBook;
  const openStore = async (): Promise<void> => {
    store = await Store.open({ disk, openMap: async () => map, chance: seededChance(3), wall: () => clock.wall() });
    book = await FaultBook.open(store, clock);
  };
  beforeEach(async () => {
    disk = new FaultyDisk(new CrashDisk(seededRandom(1)));
    map = new MemoryMap();
    clock = new SimulatedClock(1_800_000_000_000 as WallMs);
    await formatStore(disk, { capacityBytes: 5 << 20, eraseEverything: false, chance: seededChance(2), wallMs: 0 });
    await openStore();
  });
  afterEach(() => store.close());

  const events = async (): Promise<string[]> =>
    (await store.register()).events.map(({ kind, detail }) => `${kind} ${detail['code']} ${detail['subject']}`);
  /** Writes to the medium that `task` takes. */
  const writes = async (task: () => void): Promise<number> => {
    let count = 0;
    disk.errors = (call) => {
      if (call === 'write') count += 1;
      return undefined;
    };
    task();
    await book.settled();
    return count;
  };

  it('enters each coming, going and taking note in the register', async () => {
    book.raise('LID_OPENED', 'lid', 'open');
    book.clear('LID_OPENED', 'lid');
    assert.equal(
      book.acknowledge(() => true, 'console'),
      1,
    );
    assert.equal(
      book.acknowledge(() => true, 'console'),
      0,
    );
    await book.settled();
    const { events: entries } = await store.register();
    assert.deepEqual(
      entries.map(({ kind, detail }) => [kind, detail]),
      [
        ['fault-raised', { code: 'LID_OPENED', subject: 'lid', detail: 'open', atWallMs: 1_800_000_000_000 }],
        ['fault-cleared', { code: 'LID_OPENED', subject: 'lid', atWallMs: 1_800_000_000_000 }],
        ['fault-acknowledged', { code: 'LID_OPENED', subject: 'lid', by: 'console', atWallMs: 1_800_000_000_000 }],
      ],
    );
  });

  it('has after a restart what nobody had taken note of, and nothing else', async () => {
    book.raise('LID_OPENED', 'lid', 'open');
    book.raise('CAPTURE_LOST', 'line-1', 'gone');
    book.raise('RETENTION_CUT', 'ring', 'early');
    await book.settled();
    book.acknowledge(({ code }) => code === 'RETENTION_CUT', 'button');
    await book.settled();
    await store.close();
    await openStore();
    assert.deepEqual(
      book.open.map(({ code, subject, detail, active, sinceWallMs }) => [code, subject, detail, active, sinceWallMs]),
      [['LID_OPENED', 'lid', 'open', false, 1_800_000_000_000]],
    );
    book.acknowledge(() => true, 'button');
    await book.settled();
    await store.close();
    await openStore();
    assert.deepEqual(book.open, []);
  });

  it('knows after a restart what somebody has taken note of, raises nothing anew that is still there, and ends what is not', async () => {
    book.raise('SENSE_LOST', 'line-1', 'gone');
    book.raise('LINE_DEAD', 'line-1', 'no voltage');
    book.raise('STORAGE_WORN', 'medium', '80 %');
    book.acknowledge(() => true, 'button');
    for (let run = 0; run < 3; run += 1) {
      await book.settled();
      await store.close();
      clock.advanceTo(clock.now() + 3_600_000);
      await openStore();
      book.clear('LINE_DEAD', 'line-1'); // its voltage is there
      book.raise('STORAGE_WORN', 'medium', '80 %');
      assert.deepEqual(
        book.open.map(({ code, active, acknowledged }) => [code, active, acknowledged]),
        [['STORAGE_WORN', true, true]],
      );
      book.look();
      clock.advanceTo(clock.now() + AWAITED_MS);
      book.look(); // nobody says any more that the detector is lost
    }
    await book.settled();
    const all = ['SENSE_LOST line-1', 'LINE_DEAD line-1', 'STORAGE_WORN medium'];
    assert.deepEqual((await events()).sort(), [
      ...[...all].sort().map((each) => `fault-acknowledged ${each}`),
      ...['LINE_DEAD line-1', 'SENSE_LOST line-1'].map((each) => `fault-cleared ${each}`),
      ...[...all].sort().map((each) => `fault-raised ${each}`),
    ]);
  });

  it('has what is the case in the register after a power cut at any step, and no note that is not entered', async () => {
    const cut = disk.inner as CrashDisk;
    let steps = 0;
    for (let at = 0; at === 0 || steps >= at; at += 1) {
      const subject = `part-${at}`; // each time anew
      const mains = new Mains(at);
      cut.mains = mains;
      book.raise('LID_OPENED', subject, 'open');
      book.raise('MODEM_LOST', subject, 'gone');
      book.acknowledge(() => true, 'button');
      await book.settled();
      book.clear('MODEM_LOST', subject);
      await book.settled();
      steps = mains.steps;
      cut.reboot();
      clock.advanceTo(clock.now() + 24 * 3_600_000); // the register may be told again
      await openStore();
      book.clear('MODEM_LOST', subject);
      book.raise('LID_OPENED', subject, 'open');
      await book.settled();
      const told = (await events()).filter((each) => each.endsWith(` ${subject}`));
      const ends = ['LID_OPENED', 'MODEM_LOST'].map((code) =>
        told.filter((each) => new RegExp(`(raised|cleared) ${code}`).test(each)).at(-1),
      );
      assert.equal(ends[0], `fault-raised LID_OPENED ${subject}`);
      assert.notEqual(ends[1], `fault-raised MODEM_LOST ${subject}`);
      const [lid] = book.open;
      assert.deepEqual([lid?.active, lid?.acknowledged], [true, told.some((each) => /acknowledged LID/.test(each))]);
      book.acknowledge(() => true, 'button');
      book.clear('LID_OPENED', subject);
      await book.settled();
    }
    assert.ok(steps > 10, `${steps}`);
  });

  it('writes its setting once for a fault that comes and goes, and nothing once the register may be told no more', async () => {
    for (let i = 0; i < 10; i += 1) {
      book.raise('LID_OPENED', 'lid', 'open');
      book.clear('LID_OPENED', 'lid');
      await book.settled();
    }
    const later = await writes(() => {
      for (let i = 0; i < 100; i += 1) {
        book.raise('LID_OPENED', 'lid', 'open');
        book.clear('LID_OPENED', 'lid');
      }
    });
    assert.equal(later, 0);
    assert.equal((await events()).length, 6);
  });

  it('has no more of the register for a process that dies again and again', async () => {
    for (let i = 0; i < 20; i += 1) {
      book.raise('PROCESS_STALLED', 'run', 'died');
      book.clear('PROCESS_STALLED', 'run');
      await book.settled();
      await store.close();
      clock.advanceTo(clock.now() + 60_000);
      await openStore();
    }
    assert.equal((await events()).length, 6);
    assert.equal(book.open[0]?.code, 'PROCESS_STALLED');
    clock.advanceTo(clock.now() + 7 * 3_600_000);
    clock.stepWall(-24 * 3_600_000); // a clock that was set back gives nothing away, and takes nothing for ever
    await store.close();
    await openStore();
    book.raise('PROCESS_STALLED', 'run', 'died');
    await book.settled();
    assert.equal((await events()).length, 6);
    clock.advanceTo(clock.now() + 3_600_000);
    book.look();
    await book.settled();
    assert.equal((await events()).length, 7);
  });

  it('catches up once a medium that refused everything takes it again', async () => {
    disk.errors = (call) => (call === 'read' ? undefined : 'EIO');
    book.raise('STORAGE_FAILING', 'store', 'EIO');
    book.raise('LID_OPENED', 'lid', 'open');
    await book.settled();
    assert.deepEqual(
      book.open.map(({ code }) => code),
      ['STORAGE_FAILING', 'LID_OPENED'],
    );
    disk.errors = () => undefined;
    assert.deepEqual(await events(), []);
    book.look();
    await book.settled();
    assert.deepEqual(await events(), ['fault-raised STORAGE_FAILING store', 'fault-raised LID_OPENED lid']);
    await store.close();
    await openStore();
    assert.deepEqual(
      book.open.map(({ code }) => code),
      ['LID_OPENED'],
    );
  });

  it('holds as many as there may be in a page of the journal, whatever they say', async () => {
    for (let i = 0; i < 100; i += 1) book.raise('STICK_PULLED', `${i} ${'字'.repeat(100)}`, '字'.repeat(500));
    await book.settled();
    const { earlier, events: kept } = await store.register();
    assert.equal((earlier?.count ?? 0) + kept.length, 60);
    await store.close();
    await openStore();
    assert.ok(book.open.length >= 5 && book.open.length < 100, `${book.open.length}`);
  });
});

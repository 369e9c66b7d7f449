import assert from 'node:assert/strict';
import { NEVER, Subject } from 'rxjs';
import { openBoardData } from '../../boards/open.js';
import { board as tapHat } from '../../boards/tap-hat/board.js';
import type { EdgeReport } from '../../drivers/gpio/edge-source.js';
import { openMp3Codec } from '../../drivers/lame/codec.js';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { FaultBook } from '../../firmware/faults/fault-book.js';
import { Keeper } from '../../firmware/keeper.js';
import { Reckoner } from '../../firmware/reckon/reckoner.js';
import { Recorder } from '../../firmware/recorder.js';
import { OpenRecordings } from '../../firmware/recordings.js';
import { DEFAULT_SETTINGS } from '../../firmware/settings.js';
import type { Board } from '../../hal/board.js';
import type { WallMs } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import { formatStore } from '../../storage/format.js';
import { Store } from '../../storage/store.js';
import { MemoryFiles } from '../drivers/health/memory-files.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { PaperPins } from './support/paper-pins.js';

const [LINE] = tapHat.lines;
const [VOLTAGE, LID] = [LINE?.lineVoltage?.offset ?? -1, tapHat.lid?.offset ?? -1];

/** What a board's pins and its machine's files say becomes the faults of a recorder that runs on it. */
describe('the tap HAT, from its pins and the kernel to the book of faults', () => {
  let pins: PaperPins;
  let files: MemoryFiles;
  let clock: SimulatedClock;
  let faults: FaultBook;
  let recorder: Recorder;
  let store: Store;

  beforeEach(async () => {
    pins = new PaperPins();
    pins.active.add(VOLTAGE);
    files = new MemoryFiles();
    files.put('sys/class/hwmon/hwmon1/name', 'rpi_volt');
    files.put('sys/class/hwmon/hwmon1/in0_lcrit_alarm', '0');
    files.put('sys/class/thermal/thermal_zone0/temp', '50000');
    files.put('sys/block/mmcblk0/device/life_time', '0x01 0x01');
    clock = new SimulatedClock(Date.parse('2026-11-24T09:00:00+09:00') as WallMs);
    const data = { ...tapHat, evdevKeypads: false, sticks: false };
    const opened = openBoardData({ data, clock, pi: null, pins, files });
    // No sound card here: its losses are the ALSA driver's to tell.
    const lines = opened.lines.map((port) => ({ ...port, audio: { sampleRateHz: 8000, blocks$: NEVER } }));
    const board: Board = { ...opened, lines };
    const disk = new CrashDisk(seededRandom(1));
    await formatStore(disk, { capacityBytes: 5 << 20, eraseEverything: false, chance: seededChance(2), wallMs: 0 });
    const map = new MemoryMap();
    store = await Store.open({ disk, openMap: async () => map, chance: seededChance(3), wall: () => clock.wall() });
    faults = await FaultBook.open(store, clock);
    const keeper = await Keeper.open(store, clock);
    const reckoner = await Reckoner.open(store, clock, ['line-1'], keeper);
    const codec = await openMp3Codec();
    recorder = new Recorder({ board, store, codec, keeper, reckoner, settings: DEFAULT_SETTINGS, faults });
    recorder.start();
    await pass(3000);
  });
  afterEach(async () => {
    await recorder.stop();
    await store.close();
  });

  /** Time goes by, and what was asked of the machine's files meanwhile is answered. */
  async function pass(ms: number): Promise<void> {
    for (const endMs = clock.now() + ms; clock.now() < endMs; ) {
      clock.advanceTo(Math.min(endMs, clock.now() + 500));
      await new Promise(setImmediate);
    }
  }
  let sequence = 0;
  const drive = (role: string, offset: number, active: boolean): void => {
    if (active) pins.active.add(offset);
    else pins.active.delete(offset);
    sequence += 1;
    pins.reports.get(role)?.next({ kind: 'edge', offset, active, atMs: clock.now(), sequence });
  };
  const open = (): string[] =>
    faults.open.filter(({ active }) => active).map(({ code, subject }) => `${code} ${subject}`);

  it('tells nothing where all is well', () => assert.deepEqual(faults.open, []));

  for (const [fault, begin, end, waitMs] of [
    ['LID_OPENED lid', () => drive('lid', LID, true), () => drive('lid', LID, false), 1000],
    [
      'LINE_DEAD line-1',
      () => drive('line-1-voltage', VOLTAGE, false),
      () => drive('line-1-voltage', VOLTAGE, true),
      20_000,
    ],
    [
      'UNDER_VOLTAGE supply',
      () => files.put('sys/class/hwmon/hwmon1/in0_lcrit_alarm', '1'),
      () => files.put('sys/class/hwmon/hwmon1/in0_lcrit_alarm', '0'),
      3000,
    ],
    [
      'OVER_TEMPERATURE board',
      () => files.put('sys/class/thermal/thermal_zone0/temp', '85000'),
      () => files.put('sys/class/thermal/thermal_zone0/temp', '60000'),
      16_000,
    ],
    [
      'STORAGE_WORN medium',
      () => files.put('sys/block/mmcblk0/device/life_time', '0x0a 0x01'),
      () => files.put('sys/block/mmcblk0/device/life_time', '0x01 0x01'),
      6 * 3_600_000 + 1000,
    ],
    [
      'EDGES_LOST line-1',
      () => pins.reports.get('line-1')?.next({ kind: 'lost', edges: 7, atMs: clock.now() }),
      () => undefined,
      500,
    ],
    [
      'SENSE_FALSE line-1-hook',
      () => {
        for (let half = 0; half < 100; half += 1) {
          drive('line-1', LINE?.hook?.offset ?? -1, half % 2 === 0);
          clock.advanceTo(clock.now() + 8);
        }
      },
      () => undefined,
      500,
    ],
    [
      'SENSE_LOST line-1',
      () => {
        const lost = pins.reports.get('line-1');
        pins.reports.set('line-1', new Subject<EdgeReport>());
        lost?.error(new HalError('DEVICE_GONE', 'line-1', 'the lines are gone'));
      },
      () => undefined,
      500,
    ],
  ] as const) {
    it(`${fault}, there and over`, async () => {
      begin();
      await pass(waitMs);
      assert.deepEqual(open(), [fault]);
      end();
      await pass(Math.max(waitMs, 62_000));
      assert.deepEqual(open(), []);
    });
  }

  it('does not take the current of a bell that rings for a handset that was lifted', async () => {
    const [hook, ring] = [LINE?.hook?.offset ?? -1, LINE?.ring?.offset ?? -1];
    for (let burst = 0; burst < 3; burst += 1) {
      drive('line-1', hook, true);
      clock.advanceTo(clock.now() + 3);
      drive('line-1', ring, true);
      for (let half = 0; half < 32; half += 1) {
        clock.advanceTo(clock.now() + 25);
        drive('line-1', hook, false);
        clock.advanceTo(clock.now() + 6);
        drive('line-1', hook, true);
      }
      drive('line-1', hook, false);
      clock.advanceTo(clock.now() + 70);
      drive('line-1', ring, false);
      await pass(1900);
    }
    await pass(20_000);
    await recorder.settled();
    const calls = [];
    for await (const call of new OpenRecordings(store, () => clock.wall()).calls({})) calls.push(call);
    assert.deepEqual(
      calls.map(({ outcome, direction }) => [outcome, direction]),
      [['missed', 'inbound']],
    );
  });

  it('does not take a long call, which takes the voltage away, for a dead line', async () => {
    drive('line-1', LINE?.hook?.offset ?? -1, true);
    drive('line-1-voltage', VOLTAGE, false);
    await pass(120_000);
    assert.deepEqual(open(), []);
    drive('line-1', LINE?.hook?.offset ?? -1, false);
    drive('line-1-voltage', VOLTAGE, true);
    await pass(60_000);
    assert.deepEqual(open(), []);
  });
});

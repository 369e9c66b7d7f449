import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Subscription } from 'rxjs';
import { KernelFiles } from '../../../drivers/health/kernel-files.js';
import { openHealthSenses } from '../../../drivers/health/senses.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';
import type { HealthReading } from '../../../hal/health.js';
import { MemoryFiles } from './memory-files.js';

const HWMON = 'sys/class/hwmon/hwmon3';
const THROTTLED = 'sys/devices/platform/soc/soc:firmware/get_throttled';
const ZONE = 'sys/class/thermal/thermal_zone';

describe('senses of the box', () => {
  let files = new MemoryFiles();
  let clock: SimulatedClock;
  let told: HealthReading[] = [];
  let over: string[] = [];
  let listening: Subscription[] = [];
  beforeEach(() => {
    files = new MemoryFiles();
    clock = new SimulatedClock(0 as WallMs);
    told = [];
    over = [];
  });
  afterEach(() => {
    for (const each of listening) each.unsubscribe();
  });

  const put = (name: string, text: string): void => files.put(name, text);
  const listen = async (): Promise<void> => {
    listening = openHealthSenses(clock, files).map(({ name, readings$ }) =>
      readings$.subscribe({ next: (reading) => told.push(reading), complete: () => over.push(name) }),
    );
    await setImmediate();
  };
  const pass = async (ms: number): Promise<HealthReading[]> => {
    told = [];
    for (const endMs = clock.now() + ms; clock.now() < endMs; ) {
      clock.advanceTo(Math.min(endMs, clock.now() + 1000));
      await setImmediate();
    }
    return told;
  };

  it('are silent on a machine that has none of it', async () => {
    await listen();
    assert.deepEqual(told, []);
    assert.deepEqual(over, ['machine-start']);
    assert.deepEqual(await pass(11 * 60_000), []);
    assert.deepEqual(over.sort(), ['machine-start', 'medium-life', 'supply', 'temperature']);
  });

  it('are found where their driver comes some time after the start', async () => {
    await listen();
    put(`${HWMON}/name`, 'rpi_volt');
    put(`${HWMON}/in0_lcrit_alarm`, '1');
    assert.deepEqual(await pass(10_000), [{ kind: 'supply', underVoltage: true }]);
    put(`${HWMON}/in0_lcrit_alarm`, '0');
    assert.deepEqual(await pass(2000), [{ kind: 'supply', underVoltage: false }]);
  });

  it('tell under-voltage from the firmware of a Pi 5, whose bus has an address', async () => {
    put('sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled', '1');
    await listen();
    assert.deepEqual(told, [{ kind: 'supply', underVoltage: true }]);
  });

  it('tell under-voltage from the alarm of rpi_volt alone, when it comes and when it goes', async () => {
    put('sys/class/hwmon/hwmon0/name', 'cpu_thermal');
    put('sys/class/hwmon/hwmon0/in0_lcrit_alarm', '1');
    put(`${HWMON}/name`, 'rpi_volt');
    put(`${HWMON}/in0_lcrit_alarm`, '0');
    put(THROTTLED, '50005');
    await listen();
    assert.deepEqual(told, [{ kind: 'supply', underVoltage: false }]);
    put(`${HWMON}/in0_lcrit_alarm`, '1');
    assert.deepEqual(await pass(2000), [{ kind: 'supply', underVoltage: true }]);
    assert.deepEqual(await pass(6000), []);
    put(`${HWMON}/in0_lcrit_alarm`, '0');
    assert.deepEqual(await pass(2000), [{ kind: 'supply', underVoltage: false }]);
  });

  it('tell under-voltage from the firmware, that which was before once', async () => {
    put(THROTTLED, '50000');
    await listen();
    assert.deepEqual(told, [{ kind: 'supply', underVoltage: true }]);
    assert.deepEqual(await pass(4000), [{ kind: 'supply', underVoltage: false }]);
    put(THROTTLED, '0x50001');
    assert.deepEqual(await pass(2000), [{ kind: 'supply', underVoltage: true }]);
  });

  it('tell the hottest zone, and no change of less than two degrees', async () => {
    put(`${ZONE}0/temp`, '48312');
    put(`${ZONE}1/temp`, '51000');
    put(`${ZONE}2/temp`, 'N/A');
    await listen();
    assert.deepEqual(told, [{ kind: 'temperature', celsius: 51 }]);
    put(`${ZONE}1/temp`, '52900');
    assert.deepEqual(await pass(15_000), []);
    put(`${ZONE}0/temp`, '83000');
    assert.deepEqual(await pass(15_000), [{ kind: 'temperature', celsius: 83 }]);
  });

  it('go on where a file cannot be read for a while', async () => {
    put(`${ZONE}0/temp`, '48000');
    await listen();
    put(`${ZONE}0/temp`, '');
    assert.deepEqual(await pass(30_000), []);
    put(`${ZONE}0/temp`, '60000');
    assert.deepEqual(await pass(15_000), [{ kind: 'temperature', celsius: 60 }]);
    assert.ok(!over.includes('temperature'));
  });

  const life = (a: number, b: number, eol: number, block = 'mmcblk0'): void => {
    put(`sys/block/${block}/device/life_time`, `0x0${a.toString(16)} 0x0${b.toString(16)}`);
    put(`sys/block/${block}/device/pre_eol_info`, `0x0${eol}`);
  };
  for (const [a, b, eol, usedPercent, endOfLife] of [
    [1, 1, 1, 10, false],
    [2, 9, 1, 90, false],
    [0xb, 3, 1, 110, true],
    [3, 4, 2, 40, true],
    [3, 4, 3, 40, true],
    [0, 0, 3, 0, true],
  ] as const) {
    it(`read the life of an eMMC that says 0x0${a.toString(16)} 0x0${b} 0x0${eol}`, async () => {
      life(a, b, eol);
      await listen();
      assert.deepEqual(told, [{ kind: 'medium-life', usedPercent, endOfLife }]);
    });
  }
  it('take the worst of several media, boot partitions left aside, and look again after hours', async () => {
    life(1, 1, 1);
    life(5, 2, 1, 'mmcblk1');
    life(9, 9, 3, 'mmcblk0boot0');
    await listen();
    assert.deepEqual(told, [{ kind: 'medium-life', usedPercent: 50, endOfLife: false }]);
    told = [];
    life(8, 2, 1, 'mmcblk1');
    clock.advanceTo(clock.now() + 6 * 3_600_000);
    await setImmediate();
    assert.deepEqual(told, [{ kind: 'medium-life', usedPercent: 80, endOfLife: false }]);
  });
  it('have nothing to say of an SD card', async () => {
    put('sys/block/mmcblk0/device/name', 'SD64G');
    await listen();
    assert.deepEqual(await pass(11 * 60_000), []);
    assert.ok(over.includes('medium-life'));
  });

  for (const [status, byWatchdog] of [
    ['0', false],
    ['32', true],
    ['33', true],
    ['1', false],
  ] as const) {
    it(`tell the start of the machine once, with a watchdog that says ${status}`, async () => {
      put('proc/sys/kernel/random/boot_id', '5b2f6c0e-0f4e-4a6e-9c85-3b1f8d9d7a11');
      put('sys/class/watchdog/watchdog0/bootstatus', status);
      await listen();
      assert.deepEqual(told, [{ kind: 'machine-start', bootId: '5b2f6c0e-0f4e-4a6e-9c85-3b1f8d9d7a11', byWatchdog }]);
      assert.ok(over.includes('machine-start'));
    });
  }
});

describe('senses of devices that a board says it has', () => {
  const WALL_MS = Date.UTC(2026, 10, 24, 0, 0, 30) as WallMs;
  const told = async (files: MemoryFiles): Promise<HealthReading[]> => {
    const readings: HealthReading[] = [];
    const devices = { rtc: '/dev/rtc0', watchdog: '/dev/watchdog0' };
    const listening = openHealthSenses(new SimulatedClock(WALL_MS), files, devices).map(({ readings$ }) =>
      readings$.subscribe((reading) => readings.push(reading)),
    );
    await setImmediate();
    for (const each of listening) each.unsubscribe();
    return readings.sort((a, b) => (a.kind < b.kind ? -1 : 1));
  };
  const withFiles = (texts: Readonly<Record<string, string>>): MemoryFiles => {
    const files = new MemoryFiles();
    for (const [name, text] of Object.entries(texts)) files.put(`sys/class/${name}`, text);
    return files;
  };

  it('say of each that it is missing', async () => {
    assert.deepEqual(await told(new MemoryFiles()), [
      { kind: 'battery-clock', state: 'missing', offMs: null },
      { kind: 'watchdog', state: 'missing', timeoutS: null },
    ]);
  });
  for (const [what, epoch, state, offMs] of [
    ['a time', String(Date.UTC(2026, 10, 24) / 1000), 'kept', -30_000],
    ['a time of the factory', String(Date.UTC(2000, 0, 1) / 1000), 'lost', null],
    ['no time, because it had stopped', undefined, 'lost', null],
  ] as const) {
    it(`read a clock with a battery that tells ${what}`, async () => {
      const files = withFiles({
        'rtc/rtc0/name': 'rtc-ds1307 1-006f',
        ...(epoch && { 'rtc/rtc0/since_epoch': epoch }),
      });
      assert.deepEqual((await told(files))[0], { kind: 'battery-clock', state, offMs });
    });
  }
  for (const [state, timeout, said, timeoutS] of [
    ['active', '14', 'active', 14],
    ['inactive', '60', 'inactive', 60],
    [undefined, undefined, 'unknown', null],
  ] as const) {
    it(`read a watchdog that says ${state ?? 'nothing'}`, async () => {
      const files = withFiles({
        'watchdog/watchdog0/identity': 'Broadcom BCM2835 Watchdog timer',
        'watchdog/watchdog1/state': 'active',
        ...(state && { 'watchdog/watchdog0/state': state }),
        ...(timeout && { 'watchdog/watchdog0/timeout': timeout }),
      });
      assert.deepEqual((await told(files))[1], { kind: 'watchdog', state: said, timeoutS });
    });
  }
});

describe('kernel files', () => {
  let root = '';
  before(() => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-health-'));
    for (const zone of ['thermal_zone10', 'thermal_zone2', 'cooling_device0']) {
      mkdirSync(path.join(root, 'thermal', zone), { recursive: true });
      writeFileSync(path.join(root, 'thermal', zone, 'temp'), ' 48312\n');
    }
    writeFileSync(path.join(root, 'flags'), '0x1F\n');
    writeFileSync(path.join(root, 'words'), 'not a number');
  });
  after(() => rmSync(root, { recursive: true }));

  it('are read as text, as numbers and by the folder', async () => {
    const files = new KernelFiles(root);
    assert.deepEqual(await files.like('thermal', /^thermal_zone\d+$/), [
      'thermal/thermal_zone10',
      'thermal/thermal_zone2',
    ]);
    assert.equal(await files.text('thermal/thermal_zone2/temp'), '48312');
    assert.equal(await files.number('thermal/thermal_zone2/temp'), 48_312);
    assert.equal(await files.number('flags'), 31);
  });

  it('that are not there, or are no numbers, are undefined', async () => {
    const files = new KernelFiles(root);
    assert.equal(await files.text('nothing'), undefined);
    assert.equal(await files.text('thermal'), undefined);
    assert.equal(await files.number('words'), undefined);
    assert.deepEqual(await files.like('nothing', /./), []);
  });
});

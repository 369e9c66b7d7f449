import assert from 'node:assert/strict';
import { devicesInUse } from '../../../drivers/usb/mounts.js';
import { holds, SimulatedSockets, Slot } from './simulated-sockets.js';

const DISK = new Slot('a');
const STICK = new Slot('b');
const SWAPS =
  'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/sda3                               partition\t102396\t\t0\t\t-2\n';

const mounted = (numbers: string, folder: string, source: string, fileSystem = 'ext4'): string =>
  `36 35 ${numbers} / ${folder} rw,noatime shared:1 - ${fileSystem} ${source} rw,errors=continue\n`;

describe('what the machine lives on', () => {
  it('is what is mounted and what is swap', () => {
    const text =
      mounted('8:2', '/', '/dev/root') +
      mounted('0:25', '/data', '/dev/sdc1', 'btrfs') +
      mounted('0:5', '/dev', 'none');
    const expected = ['8:2', '/dev/root', '0:25', '/dev/sdc1', '0:5', '/dev/sda3'];
    assert.deepEqual([...devicesInUse(text, SWAPS)], expected);
  });

  it('is not what is mounted for being a stick', () => {
    const folders = ['/run/kikitome-stick', '/run/kikitome/stick', '/media/pi/OFFICE', '/run/media/pi/OFFICE'];
    const text = folders.map((folder) => mounted('8:17', folder, '/dev/sdb1', 'vfat')).join('');
    assert.deepEqual([...devicesInUse(text, '')], []);
  });

  it('is not known where nothing can be read', () => {
    assert.deepEqual([...devicesInUse('', '')], []);
    assert.deepEqual([...devicesInUse('36 35\n - \n', 'nonsense\n')], []);
  });
});

describe('a box that runs from a USB disk', () => {
  let sockets: SimulatedSockets;
  beforeEach(() => {
    sockets = new SimulatedSockets();
  });
  afterEach(() => sockets.close());

  const table = { ID_PART_TABLE_TYPE: 'dos' };
  const itsDisk = [
    DISK.disk('add', table),
    DISK.partition('add', 1, holds('vfat')),
    DISK.partition('add', 2, holds('ext4', '0000-0002')),
  ];

  for (const [how, arrange] of [
    ['by its numbers', () => sockets.processes.set('self/mountinfo', mounted('8:2', '/', '/dev/root'))],
    ['by its name', () => sockets.processes.set('self/mountinfo', mounted('0:25', '/', '/dev/sda2', 'btrfs'))],
    ['for its swap', () => sockets.processes.set('swaps', SWAPS.replace('sda3', 'sda2'))],
    ['for what it is part of', () => sockets.folders.set(`${DISK.volume(2)}/holders`, ['dm-0'])],
  ] as const) {
    it(`knows it ${how}: it is neither a stick nor refused, and a stick counts beside it`, async () => {
      arrange();
      await sockets.hears(...itsDisk);
      assert.deepEqual(sockets.told(), []);
      await sockets.hears(STICK.disk('add', holds('vfat')));
      assert.deepEqual(sockets.told(), ['in SLOT-b vfat']);
    });
  }

  it('does not take it for a stick later on either', async () => {
    sockets.processes.set('self/mountinfo', mounted('8:1', '/boot/firmware', '/dev/sda1', 'vfat'));
    await sockets.hears(...itsDisk);
    sockets.processes.clear();
    await sockets.hears(DISK.partition('change', 1, holds('vfat')));
    assert.deepEqual(sockets.told(), []);
  });

  it('takes a stick for one that a killed recorder has left mounted', async () => {
    sockets.processes.set('self/mountinfo', mounted('8:17', '/run/kikitome-stick', '/dev/sdb1', 'vfat'));
    await sockets.hears(STICK.disk('add', table), STICK.partition('add', 1, holds('vfat')));
    assert.deepEqual(sockets.told(), ['in SLOT-b vfat']);
  });
});

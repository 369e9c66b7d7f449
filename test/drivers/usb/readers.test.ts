import assert from 'node:assert/strict';
import { holds, SimulatedSockets, Slot, udev } from './simulated-sockets.js';

const FIRST = new Slot('a');
const SECOND = new Slot('b');
const TABLE = { ID_PART_TABLE_TYPE: 'dos' };

const DONGLE = '/devices/pci0000:00/usb1/1-3';
const dongle = (action: string): string =>
  udev(action, DONGLE, { SUBSYSTEM: 'usb', DEVTYPE: 'usb_device', ID_USB_INTERFACES: ':e00101:' });

describe('card readers, and more than one thing at a time', () => {
  let sockets: SimulatedSockets;
  beforeEach(() => {
    sockets = new SimulatedSockets();
  });
  afterEach(() => sockets.close());

  it('the first slot is empty, the second one has a card', async () => {
    sockets.sectors(FIRST, 0);
    await sockets.hears(FIRST.disk('add'), SECOND.disk('add', TABLE), SECOND.partition('add', 1, holds('vfat')));
    assert.deepEqual(sockets.told(), ['in SLOT-b vfat']);
  });

  it('the first slot is empty, the second one has a card of no use, which is what is told', async () => {
    sockets.sectors(FIRST, 0);
    await sockets.hears(FIRST.disk('add'), SECOND.disk('add', holds('ntfs')));
    assert.deepEqual(sockets.told(), ['refused file-system']);
  });

  it('a stick that brings a CD-ROM along, which comes first', async () => {
    const more = {
      SUBSYSTEM: 'block',
      DEVTYPE: 'disk',
      DEVNAME: '/dev/sr0',
      ID_BUS: 'usb',
      ID_USB_INTERFACES: ':080650:',
    };
    const disc = udev('add', '/devices/pci0000:00/usb1/1-1/block/sr0', { ...more, ...holds('iso9660') });
    await sockets.hears(disc);
    assert.deepEqual(sockets.told(), []);
    await sockets.hears(SECOND.disk('add', holds('exfat')));
    assert.deepEqual(sockets.told(), ['in SLOT-b exfat']);
  });

  it('two of no use: the first one’s refusal is told, once', async () => {
    const other = SECOND.disk('add', holds('ntfs'));
    await sockets.hears(FIRST.disk('add', TABLE), FIRST.partition('add', 1, holds('btrfs')), other);
    await sockets.hears(SECOND.disk('change', holds('ntfs')));
    const [event] = sockets.events;
    assert.ok(event?.kind === 'refused' && event.detail.startsWith('btrfs'));
    assert.deepEqual(sockets.told(), ['refused file-system']);
  });

  it('one of no use is there, and is told; a good stick takes its place', async () => {
    await sockets.hears(FIRST.disk('add', holds('ntfs')));
    await sockets.hears(SECOND.disk('add', holds('vfat')));
    assert.deepEqual(sockets.told(), ['refused file-system', 'out', 'in SLOT-b vfat']);
    await sockets.hears(FIRST.disk('remove'));
    assert.deepEqual(sockets.told(), [], 'it does not count any more');
    await sockets.hears(SECOND.disk('remove'));
    assert.deepEqual(sockets.told(), ['out']);
  });

  it('the first keeps its place while udev is slow with it, and not for ever', async () => {
    sockets.folders.set(FIRST.devpath, ['sda1']);
    await sockets.hears(FIRST.disk('add', TABLE), SECOND.disk('add', holds('vfat', '0000-0002')));
    assert.deepEqual(sockets.told(), []);
    await sockets.hears(FIRST.partition('add', 1, holds('exfat')));
    assert.deepEqual(sockets.told(), ['in SLOT-a exfat']);
    await sockets.hears(FIRST.partition('remove', 1), FIRST.disk('remove'));
    assert.deepEqual(sockets.told(), ['out', 'in SLOT-b vfat']);
    await sockets.hears(SECOND.disk('remove'), FIRST.disk('add', TABLE), SECOND.disk('add', holds('vfat')));
    for (let second = 0; second < 28; second += 1) await sockets.hears();
    assert.deepEqual(sockets.told(), ['out']);
    for (let second = 0; second < 2; second += 1) await sockets.hears();
    assert.deepEqual(sockets.told(), ['in SLOT-b vfat']);
  });

  it('a card taken out of its reader, and another one put in', async () => {
    sockets.sectors(FIRST, 1000);
    await sockets.hears(FIRST.disk('add', TABLE), FIRST.partition('add', 1, holds('vfat')));
    assert.deepEqual(sockets.told(), ['in SLOT-a vfat']);
    sockets.sectors(FIRST, 0);
    await sockets.hears(FIRST.partition('remove', 1), FIRST.disk('change'));
    assert.deepEqual(sockets.told(), ['out'], 'the reader alone is nothing to complain of');
    sockets.sectors(FIRST, 1000);
    await sockets.hears(FIRST.disk('change', TABLE), FIRST.partition('add', 1, holds('exfat', '0000-0002')));
    assert.deepEqual(sockets.told(), ['in SLOT-a exfat']);
    await sockets.hears(FIRST.partition('remove', 1), FIRST.disk('remove'));
    assert.deepEqual(sockets.told(), ['out']);
  });

  it('a card whose partitions the kernel keeps, taken out of its reader', async () => {
    sockets.sectors(FIRST, 1000);
    await sockets.hears(FIRST.disk('add', TABLE), FIRST.partition('add', 1, holds('vfat')));
    await sockets.hears(FIRST.disk('change', TABLE));
    assert.deepEqual(sockets.told(), ['in SLOT-a vfat']);
    sockets.sectors(FIRST, 0);
    await sockets.hears(FIRST.disk('change'));
    assert.deepEqual(sockets.told(), ['out']);
  });

  it('a card of no use taken out of its reader', async () => {
    sockets.sectors(FIRST, 1000);
    await sockets.hears(FIRST.disk('add', TABLE), FIRST.partition('add', 1, holds('ntfs')));
    sockets.sectors(FIRST, 0);
    await sockets.hears(FIRST.partition('remove', 1), FIRST.disk('change'));
    assert.deepEqual(sockets.told(), ['refused file-system', 'out']);
  });

  it('a card without partitions changed for another one between two looks', async () => {
    await sockets.hears(FIRST.disk('add', holds('vfat', '0000-0001')));
    await sockets.hears(FIRST.disk('change', holds('vfat', '0000-0001')));
    assert.deepEqual(sockets.told(), ['in SLOT-a vfat'], 'said again, it is the same');
    await sockets.hears(FIRST.disk('change', holds('vfat', '0000-0002')));
    assert.deepEqual(sockets.told(), ['out', 'in SLOT-a vfat']);
    await sockets.hears(FIRST.disk('change', holds('ext4', '0000-0002')));
    assert.deepEqual(sockets.told(), ['out', 'in SLOT-a ext4']);
    sockets.sectors(FIRST, 0);
    await sockets.hears(FIRST.disk('change'));
    assert.deepEqual(sockets.told(), ['out']);
  });

  it('a reader that has never had a card in it is told to be of no use', async () => {
    sockets.sectors(FIRST, 0);
    await sockets.hears(FIRST.disk('add'));
    assert.deepEqual(sockets.told(), ['refused no-volume']);
  });

  it('a stick counts although something else that is none is in', async () => {
    await sockets.hears(dongle('add'));
    await sockets.hears(FIRST.disk('add', holds('ntfs')));
    assert.deepEqual(sockets.told(), ['refused not-storage'], 'one complaint at a time');
    await sockets.hears(SECOND.disk('add', holds('vfat')));
    assert.deepEqual(sockets.told(), ['out', 'in SLOT-b vfat']);
    await sockets.hears(dongle('remove'));
    assert.deepEqual(sockets.told(), []);
    await sockets.hears(SECOND.disk('remove'));
    assert.deepEqual(sockets.told(), ['out', 'refused file-system']);
  });
});

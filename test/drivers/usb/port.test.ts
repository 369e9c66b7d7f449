import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Subscription } from 'rxjs';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { UsbStickPort } from '../../../drivers/usb/port.js';
import { readDatabase, UeventReader } from '../../../drivers/usb/uevent.js';
import type { WallMs } from '../../../hal/clock.js';
import { HalError } from '../../../hal/errors.js';
import type { StickEvent } from '../../../hal/stick.js';
import { Chance } from '../../support/chance.js';
import { FolderMounter, fixture, SimulatedRunner } from './simulated-machine.js';

const DISK =
  '/devices/platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0/usb1/1-1/1-1.2/1-1.2:1.0/host0/target0:0:0/0:0:0:0/block/sda';

describe('sticks through udev', () => {
  let root = '';
  const kernel = new Map<string, string>();
  /** What is in the disk's folder of sysfs. */
  let inKernel: string[] = [];
  let running: Subscription | undefined;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-volume-'));
    kernel.clear();
    inKernel = [];
  });
  afterEach(() => {
    running?.unsubscribe();
    rmSync(root, { recursive: true });
  });

  const says = (devpath: string, name: string, value: string): void => {
    kernel.set(path.join(devpath, name), `${value}\n`);
  };
  const readSys = async (file: string): Promise<string> =>
    kernel.get(file) ?? Promise.reject(new Error('no such file'));

  /** A port that is being listened to, and the means to make things happen. */
  const listen = () => {
    const runner = new SimulatedRunner();
    const clock = new SimulatedClock(0 as WallMs);
    const mounter = new FolderMounter(root);
    const events: StickEvent[] = [];
    const errors: unknown[] = [];
    const listSys = async (folder: string) => (folder === `/sys${DISK}` ? inKernel : []);
    const port = new UsbStickPort({ runner, mounter, clock, readSys, listSys, readProc: async () => '' });
    running = port.events$.subscribe({ next: (event) => events.push(event), error: (error) => errors.push(error) });
    const turns = async () => {
      for (let i = 0; i < 20; i += 1) await setImmediate();
    };
    const settle = async () => {
      await turns();
      clock.advanceTo(clock.now() + 1000);
      await turns();
    };
    const told = () => events.map((event) => (event.kind === 'refused' ? `refused ${event.why}` : event.kind));
    return { runner, clock, mounter, events, errors, settle, told };
  };

  it('a stick plugged in and pulled', async () => {
    says(`${DISK}/sda1`, 'size', '30297856');
    says(DISK, 'ro', '0');
    const { runner, mounter, events, settle, told } = listen();
    const [inside = '', out = ''] = fixture('stick-in-and-out.txt').split(/(?=^UDEV {2}\[[\d.]+\] remove)/m);
    runner.prints(inside);
    await settle();
    assert.deepEqual(told(), ['in']);
    const [event] = events;
    assert.ok(event?.kind === 'in');
    assert.deepEqual(event.stick.info, {
      serial: '60A44C413FAEF260A9A70056',
      vendor: 'Kingston',
      product: 'DataTraveler_3.0',
      fileSystem: 'vfat',
      capacityBytes: 30_297_856 * 512,
    });
    const volume = await event.stick.open();
    assert.equal(await volume.makeFolder('ours'), true);
    await volume.seal();
    await volume.close();
    await volume.close();
    assert.deepEqual(mounter.did, ['mount /dev/sda1', 'seal /dev/sda1', 'release /dev/sda1']);
    runner.prints(out);
    runner.prints(fixture('stick-in-and-out.txt').slice(inside.length + out.length));
    await settle();
    assert.deepEqual(told(), ['in', 'out']);
  });

  it('waits for partitions that the kernel has and udev has not told yet, but not for ever', async () => {
    for (const [seconds, expected] of [
      [20, ['in']],
      [40, ['refused no-volume', 'out', 'in']],
    ] as const) {
      const { runner, settle, told } = listen();
      runner.answers.set('blkid', { exit: 2 });
      const [disk = '', partition = ''] = fixture('stick-in-and-out.txt').split(/(?=^UDEV .* (?:add .*sda1|remove) )/m);
      inKernel = ['uevent', 'sda1', 'queue'];
      runner.prints(disk);
      for (let second = 0; second < seconds; second += 1) await settle();
      runner.prints(partition);
      await settle();
      assert.deepEqual(told(), expected);
      running?.unsubscribe();
    }
  });

  it('one that is in at the start, and nothing of the machine itself', async () => {
    const { runner, settle, told, events } = listen();
    runner.answers.set('udevadm info', { out: fixture('database.txt') });
    runner.prints('monitor will print the received events for:');
    await settle();
    assert.deepEqual(told(), ['in']);
    assert.ok(events[0]?.kind === 'in' && events[0].stick.info.serial === '60A44C413FAEF260A9A70056');
    assert.ok(runner.ran.every((line) => line.startsWith('udevadm ')));
  });

  it('as udev itself said it: two sticks, one after the other', async () => {
    const { runner, settle, told, events } = listen();
    // Where nothing was said for a second and more: before each pull, and before the second stick.
    const parts = fixture('recorded-vfat-then-ext4.txt').split(
      /(?=^UDEV .* (?:remove .*sda1 \(block\)|add .*2-2 \(usb\))$)/m,
    );
    assert.equal(parts.length, 4);
    for (const part of parts) {
      runner.prints(part);
      await settle();
    }
    assert.deepEqual(told(), ['in', 'out', 'in', 'out']);
    const sticks = events.flatMap((event) => (event.kind === 'in' ? event.stick.info : []));
    const common = { vendor: 'QEMU', product: 'QEMU_HARDDISK', capacityBytes: 0 };
    assert.deepEqual(sticks, [
      { ...common, serial: '4C530001230217', fileSystem: 'vfat' },
      { ...common, serial: '4C530001230218', fileSystem: 'ext4' },
    ]);
  });

  it('as udev itself lists it', async () => {
    const { runner, settle, told, events } = listen();
    runner.answers.set('udevadm info', { out: fixture('recorded-database.txt') });
    runner.prints('monitor will print the received events for:');
    await settle();
    assert.deepEqual(told(), ['in']);
    assert.ok(events[0]?.kind === 'in' && events[0].stick.info.serial === '4C530001230217');
  });

  for (const [file, expected] of [
    ['stick-and-keyboard.txt', ['refused not-storage']],
    ['phone.txt', ['refused not-storage', 'out']],
    ['ntfs-then-exfat.txt', ['in']],
    ['nothing-on-it.txt', ['refused no-volume']],
  ] as const) {
    it(`${file}: ${expected.join(', ')}`, async () => {
      const { runner, settle, told } = listen();
      runner.answers.set('blkid', { exit: 2 });
      runner.prints(fixture(file));
      await settle();
      assert.deepEqual(told(), expected);
    });
  }

  it('asks blkid where udev names no file system', async () => {
    for (const [out, expected] of [
      ['DEVNAME=/dev/sda\nUUID=1\nTYPE=ext4\nUSAGE=filesystem\n', 'in'],
      ['DEVNAME=/dev/sda\nUUID=1\nTYPE=ntfs\nUSAGE=filesystem\n', 'refused file-system'],
      ['DEVNAME=/dev/sda\nTYPE=LVM2_member\nUSAGE=raid\n', 'refused no-volume'],
      ['DEVNAME=/dev/sda\nTYPE=vfat\nUSAGE=filesystem\nPART_ENTRY_TYPE=0xef\n', 'refused no-volume'],
    ] as const) {
      const { runner, settle, told } = listen();
      runner.answers.set('blkid -p -o export /dev/sda', { out });
      runner.prints(fixture('nothing-on-it.txt'));
      await settle();
      assert.deepEqual(told(), [expected]);
      running?.unsubscribe();
    }
  });

  it('refuses one that is write-protected', async () => {
    says(DISK, 'ro', '1');
    const { runner, settle, told } = listen();
    runner.prints(fixture('stick-in-and-out.txt').split(/(?=^UDEV {2}\[[\d.]+\] remove)/m)[0] ?? '');
    await settle();
    assert.deepEqual(told(), ['refused write-protected']);
  });

  it('is not led astray by what a stick says of itself', async () => {
    const { runner, settle, events, told } = listen();
    runner.prints(fixture('hostile.txt'));
    await settle();
    assert.deepEqual(told(), ['in']);
    const [event] = events;
    assert.ok(event?.kind === 'in');
    const { serial, vendor } = event.stick.info;
    assert.equal(serial, '', 'a serial number with a sign that does not print is none');
    assert.match(vendor, /^[\x20-\x7e]{1,64}$/);
  });

  it('partitions that come late: what was refused is in after all', async () => {
    const { runner, settle, told } = listen();
    const blocks = fixture('stick-in-and-out.txt').split(/(?=^UDEV {2}\[)/m);
    const isLate = (block: string) => /DEVTYPE=partition/.test(block);
    const before = blocks.findIndex(isLate);
    runner.prints(blocks.slice(0, before).join(''));
    await settle();
    assert.deepEqual(told(), ['refused no-volume']);
    runner.prints(blocks[before] ?? '');
    await settle();
    assert.deepEqual(told(), ['refused no-volume', 'out', 'in']);
  });

  it('pulled before anything could be said of it: nothing is', async () => {
    const { runner, settle, told } = listen();
    runner.prints(fixture('stick-in-and-out.txt'));
    await settle();
    await settle();
    assert.deepEqual(told(), []);
  });

  it('one at a time, the first counts; the next when it is gone', async () => {
    const { runner, settle, told, events } = listen();
    const [inside = ''] = fixture('stick-in-and-out.txt').split(/(?=^UDEV {2}\[[\d.]+\] remove)/m);
    const second = inside
      .replaceAll('1-1.2', '1-1.3')
      .replaceAll('block/sda', 'block/sdb')
      .replaceAll('/dev/sda', '/dev/sdb');
    runner.prints(inside);
    await settle();
    runner.prints(second.replaceAll('60A44C413FAEF260A9A70056', 'SECOND').replaceAll('/sda1', '/sdb1'));
    await settle();
    assert.deepEqual(told(), ['in']);
    runner.prints(fixture('stick-in-and-out.txt').slice(inside.length));
    await settle();
    assert.deepEqual(told(), ['in', 'out', 'in']);
    assert.ok(events[2]?.kind === 'in' && events[2].stick.info.serial === 'SECOND');
  });

  it('errors where the socket cannot be watched, and lets the monitor go', async () => {
    const { runner, errors } = listen();
    assert.equal(runner.watched, 1);
    runner.fails(new HalError('DEVICE_GONE', 'udevadm', 'ended (1)'));
    assert.deepEqual(
      errors.map((error) => (error as HalError).code),
      ['DEVICE_GONE'],
    );
    assert.equal(runner.watched, 0);
  });
});

describe('what udev prints, read', () => {
  it('every line of a transcript in its block', () => {
    const reader = new UeventReader();
    const events = fixture('stick-in-and-out.txt')
      .split('\n')
      .flatMap((line) => reader.line(line) ?? []);
    assert.deepEqual(
      events.map(({ action, properties }) => `${action} ${properties.get('DEVTYPE')}`),
      [
        'add usb_device',
        'add usb_interface',
        'bind usb_device',
        'add disk',
        'add partition',
        'bind usb_interface',
        'remove partition',
        'remove disk',
        'unbind usb_interface',
        'unbind usb_device',
        'remove usb_device',
      ],
    );
    assert.equal(events[4]?.properties.get('ID_FS_TYPE'), 'vfat');
  });

  for (let seed = 1; seed <= 5; seed += 1) {
    it(`torn and garbled it makes no event that names another device than its own (seed ${seed})`, () => {
      const chance = new Chance(seed);
      const text = fixture('stick-in-and-out.txt') + fixture('hostile.txt');
      for (let round = 0; round < 200; round += 1) {
        const reader = new UeventReader();
        const lines = text.split('\n').filter(() => !chance.happens(0.05));
        for (const line of lines) {
          const at = chance.integer(0, line.length);
          const event = reader.line(chance.happens(0.05) ? `${line.slice(0, at)}\u0000${line.slice(at + 1)}` : line);
          if (event) assert.equal(event.properties.get('DEVPATH'), event.devpath);
        }
      }
      assert.ok(readDatabase(text.slice(chance.integer(0, text.length))).length === 0);
    });
  }
});

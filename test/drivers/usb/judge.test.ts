import assert from 'node:assert/strict';
import { judge, type Probed } from '../../../drivers/usb/judge.js';
import type { Uevent } from '../../../drivers/usb/uevent.js';

const DISK = '/devices/x/block/sda';
const ESP = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b';
const BASIC_DATA = 'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7';
const LINUX = '0fc63daf-8483-4772-8e79-3d69d8477de4';

type Partition = readonly [fileSystem: string, type: string];

const told = (devpath: string, properties: Record<string, string>): [string, Uevent] => [
  devpath,
  { action: 'add', devpath, properties: new Map(Object.entries(properties)) },
];

/** A stick with these partitions, as udev tells it; what is left empty is not told. */
function stick(partitions: readonly Partition[]): Map<string, Uevent> {
  const parts = partitions.map(([fileSystem, type], index) => {
    const number = index + 1;
    const properties = { DEVNAME: `/dev/sda${number}`, DEVTYPE: 'partition', PARTN: String(number) };
    const named = fileSystem === '' ? {} : { ID_FS_USAGE: 'filesystem', ID_FS_TYPE: fileSystem };
    return told(`${DISK}/sda${number}`, {
      ...properties,
      ...named,
      ...(type === '' ? {} : { ID_PART_ENTRY_TYPE: type }),
    });
  });
  const disk = { DEVNAME: '/dev/sda', DEVTYPE: 'disk', ID_USB_INTERFACES: ':080650:', ID_PART_TABLE_TYPE: 'gpt' };
  return new Map([told(DISK, disk), ...parts]);
}

/** What is made of it. */
function verdict(partitions: readonly Partition[], probed: ReadonlyMap<string, Probed> = new Map()): string {
  const judgement = judge(DISK, stick(partitions), probed);
  if (judgement.kind === 'refused') return `${judgement.why}: ${judgement.detail}`;
  return judgement.volume.device;
}

describe('which volume of a stick counts', () => {
  const cases: Readonly<Record<string, readonly [expected: string, ...Partition[]]>> = {
    'as a Mac makes it: what comes in front is for EFI': ['/dev/sda2', ['vfat', ESP], ['exfat', BASIC_DATA]],
    'the same in an MBR': ['/dev/sda2', ['vfat', '0xef'], ['vfat', '0xc']],
    'behind what Windows keeps for itself': [
      '/dev/sda3',
      ['vfat', 'de94bba4-06d1-4d40-a16a-bfd50179d6ac'],
      ['vfat', 'e3c9e316-0b5c-4db8-817d-f92df00215ae'],
      ['vfat', BASIC_DATA],
    ],
    'what any PC shows before what only Linux does': ['/dev/sda2', ['ext4', LINUX], ['vfat', BASIC_DATA]],
    'what only Linux shows, where there is nothing else': ['/dev/sda2', ['vfat', ESP], ['ext4', LINUX]],
    'of two that any PC shows the first': ['/dev/sda1', ['vfat', '0xb'], ['exfat', '0x7']],
    'of two that nobody knows the types of the first': ['/dev/sda1', ['vfat', ''], ['ext4', '']],
    'a hidden one and one that cannot be used': [
      'file-system: ntfs; format it as FAT32, exFAT or ext4',
      ['vfat', '0x1b'],
      ['ntfs', '0x7'],
    ],
    'nothing but one for EFI': ['no-volume: there is only a system partition on it, which no PC shows', ['vfat', ESP]],
    'none that is formatted': ['no-volume: there is no file system on it', ['', BASIC_DATA]],
  };
  for (const [what, [expected, ...partitions]] of Object.entries(cases)) {
    it(what, () => assert.equal(verdict(partitions), expected));
  }

  it('by what blkid says where udev says nothing', () => {
    const probed = new Map([
      ['/dev/sda1', { fileSystem: 'vfat', partitionType: ESP }],
      ['/dev/sda2', { fileSystem: 'exfat', partitionType: BASIC_DATA }],
    ]);
    assert.equal(
      verdict(
        [
          ['', ''],
          ['', ''],
        ],
        probed,
      ),
      '/dev/sda2',
    );
  });
});

import { STICK_FILE_SYSTEMS, type StickFileSystem, type StickRefusal } from '../../hal/stick.js';
import { isShownType, isSystemType } from './partition-types.js';
import type { Uevent } from './uevent.js';

/** What udev knows now, by devpath. */
export type Devices = ReadonlyMap<string, Uevent>;

/** A volume that could be mounted. */
export interface Candidate {
  readonly devpath: string;
  /** `/dev/sda1`. */
  readonly device: string;
  readonly fileSystem: StickFileSystem;
}

/** What `blkid` says of a device of which udev says nothing. */
export interface Probed {
  readonly fileSystem: string;
  /** As in `ID_PART_ENTRY_TYPE`; empty where it is no partition. */
  readonly partitionType: string;
}

/** What a USB disk is good for. */
export type Judgement =
  | {
      readonly kind: 'candidate';
      readonly volume: Candidate;
      readonly serial: string;
      readonly vendor: string;
      readonly product: string;
    }
  | { readonly kind: 'refused'; readonly why: StickRefusal; readonly detail: string };

const DISK = /^\/dev\/sd[a-z]{1,3}$/;
const DEVICE = /^\/dev\/sd[a-z]{1,3}\d{0,3}$/;
const TEXT_MAX = 64;
const MASS_STORAGE = '08';
/** What a box may have of its own on USB: audio, modem, keypad, hub, and what names no class. Not sticks, and no reason to complain. */
const OWN_CLASSES = new Set(['01', '02', '03', '09', '0a', 'ff']);

/** Disks on USB, the one that was there first in front. A stick may bring a CD-ROM along, which is none. */
export function usbDisks(devices: Devices): string[] {
  return [...devices.values()]
    .filter(({ properties }) => properties.get('SUBSYSTEM') === 'block' && properties.get('DEVTYPE') === 'disk')
    .filter(({ properties }) => DISK.test(properties.get('DEVNAME') ?? ''))
    .filter(({ properties }) => properties.get('ID_BUS') === 'usb' || properties.has('ID_USB_INTERFACES'))
    .map(({ devpath }) => devpath);
}

/**
 * Judges a disk by what udev says of it and its partitions; nothing on it has been read by us. Of several volumes the first
 * that can be used and that any PC shows counts, else the first that can be used; what belongs to a system never does.
 * `probed`: what is known of a device where udev does not say.
 */
export function judge(disk: string, devices: Devices, probed: ReadonlyMap<string, Probed>): Judgement {
  const properties = devices.get(disk)?.properties ?? new Map<string, string>();
  const refused = (why: StickRefusal, detail: string): Judgement => ({ kind: 'refused', why, detail });
  const classes = interfaceClasses(properties);
  if (classes.length === 0 || classes.some((each) => each !== MASS_STORAGE)) {
    return refused('not-storage', `USB interfaces of class ${classes.join(', ') || 'unknown'}; a stick has 08 alone`);
  }
  const all = volumesOf(disk, devices, probed);
  if (all.length === 0) return refused('no-volume', 'there is no file system on it');
  const volumes = all.filter(({ partitionType }) => !isSystemType(partitionType));
  if (volumes.length === 0) return refused('no-volume', 'there is only a system partition on it, which no PC shows');
  const usable = volumes.filter(isUsable);
  const best = usable.find(({ partitionType }) => isShownType(partitionType)) ?? usable[0];
  if (!best) return refused('file-system', `${plain(volumes[0]?.fileSystem)}; format it as FAT32, exFAT or ext4`);
  const { devpath, device, fileSystem } = best;
  const serial = properties.get('ID_SERIAL_SHORT') ?? properties.get('ID_USB_SERIAL_SHORT') ?? '';
  return {
    kind: 'candidate',
    volume: { devpath, device, fileSystem },
    serial: /^[\x21-\x7e]{1,64}$/.test(serial) ? serial : '',
    vendor: plain(properties.get('ID_VENDOR')),
    product: plain(properties.get('ID_MODEL')),
  };
}

/** Devices of a disk of which udev names no file system, for somebody to ask `blkid`. */
export function unnamedVolumes(disk: string, devices: Devices): string[] {
  return partsOf(disk, devices)
    .filter(({ properties }) => !properties.has('ID_FS_USAGE') && !properties.has('ID_PART_TABLE_TYPE'))
    .flatMap(({ properties }) => properties.get('DEVNAME') ?? [])
    .filter((device) => DEVICE.test(device));
}

/** Why a USB device that has just been plugged in, and is no disk, is of no use; null: it is none of our business. */
export function strangerOf({ properties }: Uevent): string | null {
  if (properties.get('SUBSYSTEM') !== 'usb' || properties.get('DEVTYPE') !== 'usb_device') return null;
  const classes = interfaceClasses(properties);
  const strange =
    classes.length > 0 && !classes.includes(MASS_STORAGE) && classes.some((each) => !OWN_CLASSES.has(each));
  return strange ? `USB interfaces of class ${classes.join(', ')}` : null;
}

/** What a volume holds, told from what another card in the same slot does; empty where udev does not say or it holds nothing. */
export function contentOf(event: Uevent | undefined): string {
  const [fileSystem, number] = ['ID_FS_TYPE', 'ID_FS_UUID'].map((name) => event?.properties.get(name) ?? '');
  return fileSystem === '' ? '' : `${fileSystem} ${number}`;
}

interface Volume extends Probed {
  readonly devpath: string;
  readonly device: string;
}

function volumesOf(disk: string, devices: Devices, probed: ReadonlyMap<string, Probed>): Volume[] {
  return partsOf(disk, devices).flatMap(({ devpath, properties }) => {
    const device = properties.get('DEVNAME') ?? '';
    const told = properties.get('ID_FS_USAGE') === 'filesystem' ? properties.get('ID_FS_TYPE') : undefined;
    const fileSystem = told ?? probed.get(device)?.fileSystem;
    const partitionType = properties.get('ID_PART_ENTRY_TYPE') ?? probed.get(device)?.partitionType ?? '';
    return DEVICE.test(device) && fileSystem !== undefined ? [{ devpath, device, fileSystem, partitionType }] : [];
  });
}

/** The disk itself and its partitions, in order. */
export function partsOf(disk: string, devices: Devices): Uevent[] {
  const number = ({ properties }: Uevent): number => Number(properties.get('PARTN') ?? 0);
  return [...devices.values()]
    .filter(({ devpath, properties }) => {
      return devpath === disk || (devpath.startsWith(`${disk}/`) && properties.get('DEVTYPE') === 'partition');
    })
    .sort((a, b) => number(a) - number(b));
}

/** `:080650:030101:` -> `08`, `03`. */
function interfaceClasses(properties: ReadonlyMap<string, string>): string[] {
  const text = properties.get('ID_USB_INTERFACES') ?? '';
  if (!/^(:[0-9a-f]{6})+:$/.test(text)) return [];
  return text
    .split(':')
    .filter(Boolean)
    .map((each) => each.slice(0, 2));
}

const isUsable = (volume: Volume): volume is Volume & Candidate =>
  STICK_FILE_SYSTEMS.some((each) => each === volume.fileSystem);

/** Printable ASCII, nothing else, and not much of it. */
const plain = (text = ''): string =>
  text
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, TEXT_MAX);

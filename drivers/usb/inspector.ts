import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { StickEvent } from '../../hal/stick.js';
import { type Devices, judge, type Probed, partsOf, unnamedVolumes } from './judge.js';
import { devicesInUse } from './mounts.js';
import type { UsbStickPortOptions } from './port.js';
import { UsbVolume } from './volume.js';

const SECTOR_BYTES = 512;

/** What is to be said of a disk. */
export interface Verdict {
  readonly disk: string;
  readonly event: Extract<StickEvent, { readonly kind: 'in' | 'refused' }>;
  /** Devpath of the volume that counts; null: none does. */
  readonly volume: string | null;
}

/** Finds out what a disk is good for, asking the kernel and `blkid` what udev has not told. Remembers nothing. */
export class Inspector {
  readonly #options: UsbStickPortOptions;

  constructor(options: UsbStickPortOptions) {
    this.#options = options;
  }

  /** Whether udev has told every partition that the kernel has found on a disk: it finds them all before it tells of the disk. */
  async isComplete(disk: string, devices: Devices): Promise<boolean> {
    const names = await this.#sysNames(disk);
    return names.every((name) => !/^sd[a-z]{1,3}\d{1,3}$/.test(name) || devices.has(`${disk}/${name}`));
  }

  /** Whether it is a slot that nothing is in. */
  async isEmpty(disk: string): Promise<boolean> {
    return (await this.#sysNumber(disk, 'size')) === 0;
  }

  /** Whether the machine lives on it: something of it is mounted, is swap, or is part of another device (LVM, RAID, encryption). */
  async isInUse(disk: string, devices: Devices): Promise<boolean> {
    const { readProc = (file: string) => readFile(path.join('/proc', file), 'utf8') } = this.#options;
    const read = (file: string) => readProc(file).catch(() => '');
    const inUse = devicesInUse(await read('self/mountinfo'), await read('swaps'));
    for (const { devpath, properties } of partsOf(disk, devices)) {
      const numbers = `${properties.get('MAJOR')}:${properties.get('MINOR')}`;
      if (inUse.has(numbers) || inUse.has(properties.get('DEVNAME') ?? '')) return true;
      if ((await this.#sysNames(path.join(devpath, 'holders'))).length > 0) return true;
    }
    return false;
  }

  async verdictOf(disk: string, devices: Devices): Promise<Verdict> {
    const judgement = judge(disk, devices, await this.#probed(disk, devices));
    if (judgement.kind === 'refused') return { disk, event: judgement, volume: null };
    const { volume, serial, vendor, product } = judgement;
    const protectedBy =
      (await this.#sysNumber(disk, 'ro')) === 1 || (await this.#sysNumber(volume.devpath, 'ro')) === 1;
    if (protectedBy) {
      const event = { kind: 'refused', why: 'write-protected', detail: 'it says that it is read-only' } as const;
      return { disk, event, volume: null };
    }
    const capacityBytes = ((await this.#sysNumber(volume.devpath, 'size')) ?? 0) * SECTOR_BYTES;
    const info = { serial, vendor, product, fileSystem: volume.fileSystem, capacityBytes };
    const open = () => UsbVolume.open(volume, this.#options.mounter);
    return { disk, event: { kind: 'in', stick: { info, open } }, volume: volume.devpath };
  }

  /** udev asks libblkid itself, unless its rules were left out: then it is asked here. */
  async #probed(disk: string, devices: Devices): Promise<Map<string, Probed>> {
    const found = new Map<string, Probed>();
    for (const device of unnamedVolumes(disk, devices)) {
      const { exit, out } = await this.#options.runner.run('blkid', ['-p', '-o', 'export', device]);
      const [, fileSystem] = /^TYPE=([\w-]{1,32})$/m.exec(out) ?? [];
      const [, partitionType = ''] = /^PART_ENTRY_TYPE=([\w-]{1,40})$/m.exec(out) ?? [];
      if (exit !== 0 || fileSystem === undefined || !/^USAGE=filesystem$/m.test(out)) continue;
      found.set(device, { fileSystem, partitionType });
    }
    return found;
  }

  async #sysNames(devpath: string): Promise<readonly string[]> {
    const { listSys = (folder: string) => readdir(folder) } = this.#options;
    return listSys(path.join('/sys', path.normalize(devpath))).catch(() => []);
  }

  async #sysNumber(devpath: string, name: 'ro' | 'size'): Promise<number | null> {
    const { readSys = (file: string) => readFile(path.join('/sys', file), 'utf8') } = this.#options;
    const text = await readSys(path.join(path.normalize(devpath), name)).catch(() => '');
    return /^\d{1,15}\s*$/.test(text) ? Number(text) : null;
  }
}

import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { UsbStickPort } from '../../../drivers/usb/port.js';
import type { WallMs } from '../../../hal/clock.js';
import type { StickEvent } from '../../../hal/stick.js';
import { FolderMounter, SimulatedRunner } from './simulated-machine.js';

type Properties = Readonly<Record<string, string>>;

const HUB = '/devices/pci0000:00/usb1/1-1';

/** What udev prints of a device. */
export function udev(action: string, devpath: string, properties: Properties): string {
  const all = { ACTION: action, DEVPATH: devpath, ...properties };
  const lines = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  return [`UDEV  [1.000000] ${action}      ${devpath} (${properties['SUBSYSTEM']})`, ...lines, '', ''].join('\n');
}

/** A slot of a device on USB, as the kernel and udev have it: by its letter. */
export class Slot {
  readonly devpath: string;
  readonly #letter: string;

  constructor(letter: string) {
    this.#letter = letter;
    this.devpath = `${HUB}/1-1.2/host0/target0:0:0/0:0:0:${letter.charCodeAt(0) - 97}/block/sd${letter}`;
  }

  volume(number: number): string {
    return `${this.devpath}/sd${this.#letter}${number}`;
  }

  disk(action: string, more: Properties = {}): string {
    return udev(action, this.devpath, { ...this.#common('disk', ''), MINOR: String(this.#minor), ...more });
  }

  partition(action: string, number: number, more: Properties = {}): string {
    const properties = { ...this.#common('partition', String(number)), MINOR: String(this.#minor + number) };
    return udev(action, this.volume(number), { ...properties, PARTN: String(number), ...more });
  }

  get #minor(): number {
    return (this.#letter.charCodeAt(0) - 97) * 16;
  }

  #common(type: string, suffix: string): Properties {
    const name = { SUBSYSTEM: 'block', DEVNAME: `/dev/sd${this.#letter}${suffix}`, DEVTYPE: type, MAJOR: '8' };
    return { ...name, ID_BUS: 'usb', ID_USB_INTERFACES: ':080650:', ID_SERIAL_SHORT: `SLOT-${this.#letter}` };
  }
}

/** What udev says of a volume with a file system. */
export const holds = (fileSystem: string, number = '1A2B-3C4D'): Properties => ({
  ID_FS_USAGE: 'filesystem',
  ID_FS_TYPE: fileSystem,
  ID_FS_UUID: number,
});

/** A port that is being listened to, and the means to make things happen. */
export class SimulatedSockets {
  readonly runner = new SimulatedRunner();
  readonly events: StickEvent[] = [];
  /** Files of sysfs, by their path without `/sys`. */
  readonly kernel = new Map<string, string>();
  /** Names in folders of sysfs: the partitions of a disk, likewise. */
  readonly folders = new Map<string, readonly string[]>();
  /** Files of procfs, by their path without `/proc`. */
  readonly processes = new Map<string, string>();
  readonly #clock = new SimulatedClock(0 as WallMs);
  readonly #running: { unsubscribe(): void };

  constructor() {
    this.runner.answers.set('blkid', { exit: 2 });
    const port = new UsbStickPort({
      runner: this.runner,
      mounter: new FolderMounter('/nowhere'),
      clock: this.#clock,
      readSys: async (file) => this.kernel.get(file) ?? Promise.reject(new Error('no such file')),
      listSys: async (folder) => this.folders.get(folder.slice('/sys'.length)) ?? [],
      readProc: async (file) => this.processes.get(file) ?? '',
    });
    this.#running = port.events$.subscribe((event) => this.events.push(event));
    this.runner.prints('monitor will print the received events for:');
  }

  close(): void {
    this.#running.unsubscribe();
  }

  /** Of a disk; 0: nothing is in there. */
  sectors(slot: Slot, sectors: number): void {
    this.kernel.set(path.join(slot.devpath, 'size'), `${sectors}\n`);
  }

  /** These events, and a second in which nothing happens. */
  async hears(...blocks: readonly string[]): Promise<void> {
    for (const block of blocks) this.runner.prints(block);
    await this.#turns();
    this.#clock.advanceTo(this.#clock.now() + 1000);
    await this.#turns();
  }

  /** What was told since it was asked last: a stick by its serial number. */
  told(): string[] {
    return this.events.splice(0).map((event) => {
      if (event.kind === 'in') return `in ${event.stick.info.serial} ${event.stick.info.fileSystem}`;
      return event.kind === 'refused' ? `refused ${event.why}` : 'out';
    });
  }

  async #turns(): Promise<void> {
    for (let i = 0; i < 20; i += 1) await setImmediate();
  }
}

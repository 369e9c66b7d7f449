import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Observable, Subject, switchMap } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { StickEvent, StickPort } from '../../hal/stick.js';
import { judge, type Probed, strangerOf, unnamedVolumes, usbDisks } from './judge.js';
import type { Mounter } from './mounter.js';
import type { Runner } from './runner.js';
import { readDatabase, type Uevent, UeventReader } from './uevent.js';
import { UsbVolume } from './volume.js';

/** A disk is judged once udev has said nothing new of disks for so long: its partitions are told one by one. */
const SETTLE_MS = 1000;
/** What the kernel has of a disk and udev has not told yet is waited for, so many times `SETTLE_MS`: reading a slow stick takes its time. */
const PATIENCE = 30;
const SECTOR_BYTES = 512;
const MONITOR = ['monitor', '--udev', '--property', '--subsystem-match=block', '--subsystem-match=usb'];

export interface UsbStickPortOptions {
  readonly runner: Runner;
  readonly mounter: Mounter;
  readonly clock: Clock;
  /** Reads a file of sysfs, given from `/sys` on; the machine's own by default. */
  readonly readSys?: (file: string) => Promise<string>;
  /** Names in a folder of sysfs, likewise. */
  readonly listSys?: (folder: string) => Promise<readonly string[]>;
}

/** The machine's USB sockets, through udev. What is not a plain mass-storage stick is refused. */
export class UsbStickPort implements StickPort {
  readonly events$: Observable<StickEvent>;

  constructor(options: UsbStickPortOptions) {
    this.events$ = new Observable((subscriber) => {
      const watch = new Watch(options, (event) => subscriber.next(event));
      const settled = watch.changed$
        .pipe(switchMap(() => options.clock.after$(SETTLE_MS)))
        .subscribe(() => void watch.judge().catch((error) => subscriber.error(error)));
      const reader = new UeventReader();
      let begun = false;
      const lines = options.runner.lines$('udevadm', MONITOR).subscribe({
        next: (line) => {
          // It listens from its first line on: what is there already is asked for now, so that nothing falls in between.
          if (!begun) void watch.begin().catch((error) => subscriber.error(error));
          begun = true;
          const event = reader.line(line);
          if (event) watch.hear(event);
        },
        error: (error) => subscriber.error(error),
      });
      return () => {
        lines.unsubscribe();
        settled.unsubscribe();
      };
    });
  }
}

/** What is plugged in, and which of it counts. */
class Watch {
  readonly changed$ = new Subject<void>();
  readonly #options: UsbStickPortOptions;
  readonly #say: (event: StickEvent) => void;
  readonly #devices = new Map<string, Uevent>();
  /** What counts, and is still there; and what was said of it, if anything yet. */
  #current: { readonly devpath: string; said: 'in' | 'refused' | null; waited: number } | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: UsbStickPortOptions, say: (event: StickEvent) => void) {
    this.#options = options;
    this.#say = say;
  }

  async begin(): Promise<void> {
    const { out } = await this.#options.runner.run('udevadm', ['info', '--export-db']);
    for (const event of readDatabase(out)) {
      const isBlock = event.properties.get('SUBSYSTEM') === 'block';
      if (isBlock && !this.#devices.has(event.devpath)) this.#devices.set(event.devpath, event);
    }
    await this.judge();
  }

  hear(event: Uevent): void {
    const { action, devpath, properties } = event;
    if (action === 'remove') {
      this.#devices.delete(devpath);
      if (devpath !== this.#current?.devpath) return;
      const { said } = this.#current;
      this.#current = null;
      if (said !== null) this.#say({ kind: 'out' });
      this.changed$.next();
      return;
    }
    if (properties.get('SUBSYSTEM') === 'block') {
      this.#devices.set(devpath, event);
      this.changed$.next();
      return;
    }
    const stranger = action === 'add' && this.#current === null ? strangerOf(event) : null;
    if (stranger === null) return;
    this.#current = { devpath, said: 'refused', waited: 0 };
    this.#say({ kind: 'refused', why: 'not-storage', detail: stranger });
  }

  /** Says what counts, where nothing does yet, or what was refused is of use after all: its partitions came late. */
  judge(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#judge());
    return this.#turn;
  }

  async #judge(): Promise<void> {
    if (this.#current?.said === 'in') return;
    const disks = usbDisks(this.#devices);
    const devpath = this.#current?.devpath ?? disks[0];
    if (devpath === undefined || !disks.includes(devpath)) return;
    const current = this.#current ?? { devpath, said: null, waited: 0 };
    this.#current = current;
    if (current.waited < PATIENCE && !(await this.#isComplete(devpath))) {
      current.waited += 1;
      this.changed$.next(); // asked again, whether or not anything is told
      return;
    }
    const event = await this.#eventOf(devpath);
    if (this.#current !== current || event.kind === current.said || event.kind === 'out') return;
    if (current.said !== null) this.#say({ kind: 'out' });
    current.said = event.kind;
    this.#say(event);
  }

  async #eventOf(disk: string): Promise<StickEvent> {
    const judgement = judge(disk, this.#devices, await this.#probed(disk));
    if (judgement.kind === 'refused') return judgement;
    const { volume, serial, vendor, product } = judgement;
    const protectedBy =
      (await this.#sysNumber(disk, 'ro')) === 1 || (await this.#sysNumber(volume.devpath, 'ro')) === 1;
    if (protectedBy) return { kind: 'refused', why: 'write-protected', detail: 'it says that it is read-only' };
    const capacityBytes = ((await this.#sysNumber(volume.devpath, 'size')) ?? 0) * SECTOR_BYTES;
    const info = { serial, vendor, product, fileSystem: volume.fileSystem, capacityBytes };
    return { kind: 'in', stick: { info, open: () => UsbVolume.open(volume, this.#options.mounter) } };
  }

  /** Whether udev has told every partition that the kernel has found on a disk: it finds them all before it tells of the disk. */
  async #isComplete(disk: string): Promise<boolean> {
    const { listSys = (folder: string) => readdir(folder) } = this.#options;
    const names = await listSys(path.join('/sys', path.normalize(disk))).catch(() => []);
    return names.every((name) => !/^sd[a-z]{1,3}\d{1,3}$/.test(name) || this.#devices.has(`${disk}/${name}`));
  }

  /** udev asks libblkid itself, unless its rules were left out: then it is asked here. */
  async #probed(disk: string): Promise<Map<string, Probed>> {
    const found = new Map<string, Probed>();
    for (const device of unnamedVolumes(disk, this.#devices)) {
      const { exit, out } = await this.#options.runner.run('blkid', ['-p', '-o', 'export', device]);
      const [, fileSystem] = /^TYPE=([\w-]{1,32})$/m.exec(out) ?? [];
      const [, partitionType = ''] = /^PART_ENTRY_TYPE=([\w-]{1,40})$/m.exec(out) ?? [];
      if (exit !== 0 || fileSystem === undefined || !/^USAGE=filesystem$/m.test(out)) continue;
      found.set(device, { fileSystem, partitionType });
    }
    return found;
  }

  async #sysNumber(devpath: string, name: 'ro' | 'size'): Promise<number | null> {
    const { readSys = (file: string) => readFile(path.join('/sys', file), 'utf8') } = this.#options;
    const text = await readSys(path.join(path.normalize(devpath), name)).catch(() => '');
    return /^\d{1,15}\s*$/.test(text) ? Number(text) : null;
  }
}

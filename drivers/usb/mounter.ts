import { mkdir, readFile } from 'node:fs/promises';
import { HalError } from '../../hal/errors.js';
import type { Candidate } from './judge.js';
import { STICK_FOLDERS } from './mounts.js';
import type { Ran, Runner } from './runner.js';

/** How the machine mounts a stick. One volume at a time. Rejects with `HalError` `DEVICE_FAILED`. */
export interface Mounter {
  /**
   * Mounts it for writing; returns the folder. `DEVICE_REFUSED`: it is there and can be read, and is not mounted all the same; one that
   * was pulled or cannot be read is `DEVICE_FAILED`.
   */
  mount(volume: Candidate): Promise<string>;
  /** Unmounts it, which puts everything on the medium and forgets what the machine knew, and mounts it again read-only. */
  seal(volume: Candidate): Promise<void>;
  /** Lets it go, whether or not it is still there. Never rejects. */
  release(volume: Candidate): Promise<void>;
}

/** Nothing on a stick runs, is a device, lends rights, or leads anywhere else. */
const SAFE = ['nosuid', 'nodev', 'noexec', 'noatime'];
/** Kernels before 5.10 and mount before 2.38 do not know it. */
const NO_FOLLOWING = 'nosymfollow';
const OF_FILE_SYSTEM = {
  vfat: ['fmask=0177', 'dmask=0077', 'utf8', 'errors=remount-ro'],
  exfat: ['fmask=0177', 'dmask=0077', 'errors=remount-ro'],
  ext4: ['errors=remount-ro'],
} as const;

/** What `mount` says where the stick could not be read. */
const UNREADABLE = /can't read superblock|input\/output error/i;

/** Mounts that may lie over each other where killed recorders have left them. */
const LEFT_MAX = 8;

/** Runs `mount` and `umount` itself: for a recorder that is root. */
export class CommandMounter implements Mounter {
  readonly #runner: Runner;
  readonly #folder: string;

  /** `folder`: where sticks are mounted, such as `/run/kikitome/stick`; made where it is missing. */
  constructor(runner: Runner, folder: string) {
    this.#runner = runner;
    this.#folder = folder;
  }

  async mount(volume: Candidate): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // A recorder that was killed has left its stick there, and the kernel mounts nothing twice in one place.
    for (let left = LEFT_MAX; left > 0; left -= 1) {
      if ((await this.#runner.run('umount', [this.#folder])).exit !== 0) break;
    }
    const ran = await this.#mount(volume, 'rw');
    if (await this.#isRefused(volume, ran)) throw refused(volume, ran.complaint);
    must(volume, ran);
    return this.#folder;
  }

  async seal(volume: Candidate): Promise<void> {
    must(volume, await this.#runner.run('umount', [this.#folder]));
    must(volume, await this.#mount(volume, 'ro'));
  }

  async release(): Promise<void> {
    const { exit } = await this.#runner.run('umount', [this.#folder]);
    if (exit !== 0) await this.#runner.run('umount', ['--lazy', this.#folder]);
  }

  /** What a pull or a broken sector has failed is not refused: then the stick cannot be read either, past all that is remembered of it. */
  async #isRefused({ device }: Candidate, { exit, complaint }: Ran): Promise<boolean> {
    if (exit === 0 || exit === null || UNREADABLE.test(complaint)) return false;
    const first = [`if=${device}`, 'of=/dev/null', 'bs=4096', 'count=1', 'iflag=direct'];
    return (await this.#runner.run('dd', first)).exit === 0;
  }

  async #mount(volume: Candidate, how: 'rw' | 'ro'): Promise<Ran> {
    const { device, fileSystem } = volume;
    const options = [how, ...SAFE, ...OF_FILE_SYSTEM[fileSystem]];
    const args = (more: readonly string[]) => [
      '-t',
      fileSystem,
      '-o',
      [...options, ...more].join(','),
      device,
      this.#folder,
    ];
    const ran = await this.#runner.run('mount', args([NO_FOLLOWING]));
    return ran.exit === 0 ? ran : this.#runner.run('mount', args([]));
  }
}

/**
 * Starts fixed systemd units: for a recorder that is nobody special. The units are the appliance's
 * (`scripts/appliance/stick/`), a polkit rule lets this user start and stop them and nothing else.
 */
export class UnitMounter implements Mounter {
  readonly #runner: Runner;
  readonly #folder: string;

  /** `folder`: where the units mount. */
  constructor(runner: Runner, folder: string = STICK_FOLDERS.units) {
    this.#runner = runner;
    this.#folder = folder;
  }

  async mount(volume: Candidate): Promise<string> {
    // A recorder that was killed has left one of them started, perhaps the one that is read-only.
    await this.release(volume);
    const ran = await this.#systemctl(volume, 'start', 'kikitome-stick');
    const refusal = await this.#refusal(ran);
    if (refusal !== null) throw refused(volume, refusal);
    must(volume, ran);
    return this.#folder;
  }

  async seal(volume: Candidate): Promise<void> {
    must(volume, await this.#systemctl(volume, 'stop', 'kikitome-stick'));
    must(volume, await this.#systemctl(volume, 'start', 'kikitome-stick-sealed'));
  }

  async release(volume: Candidate): Promise<void> {
    const units = ['kikitome-stick', 'kikitome-stick-sealed'].map((unit) => unitName(unit, volume));
    await this.#runner.run('systemctl', ['--no-ask-password', 'stop', ...units]);
  }

  #systemctl(volume: Candidate, verb: 'start' | 'stop', unit: string): Promise<Ran> {
    return this.#runner.run('systemctl', ['--no-ask-password', verb, unitName(unit, volume)]);
  }

  /**
   * Why it was refused, by systemd itself or by `stick-mount`, which leaves its words beside the folder: they are this start's only where
   * the unit has run and has failed. Null: not refused; a stick that is pulled takes the unit's job with it.
   */
  async #refusal({ exit, complaint }: Ran): Promise<string | null> {
    if (exit === 0 || exit === null) return null;
    if (!/\bjob for /i.test(complaint)) return complaint;
    if (!/exited with error code/.test(complaint)) return null;
    const words = await readFile(`${this.#folder}.refused`, 'latin1').catch(() => '');
    const printable = words.replace(/[^\x21-\x7e]+/g, ' ').trim();
    return printable === '' ? null : printable.slice(0, 300);
  }
}

const unitName = (unit: string, { device }: Candidate): string => `${unit}@${device.slice('/dev/'.length)}.service`;

function must({ device }: Candidate, { exit, complaint }: Ran): void {
  if (exit !== 0) throw new HalError('DEVICE_FAILED', device, complaint || `mounting ended with ${exit}`);
}

const refused = ({ device }: Candidate, why: string): HalError =>
  new HalError('DEVICE_REFUSED', device, why || 'it is not mounted');

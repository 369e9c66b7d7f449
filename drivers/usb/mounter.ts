import { mkdir } from 'node:fs/promises';
import { HalError } from '../../hal/errors.js';
import type { Candidate } from './judge.js';
import type { Ran, Runner } from './runner.js';

/** How the machine mounts a stick. One volume at a time. Rejects with `HalError` `DEVICE_FAILED`. */
export interface Mounter {
  /** Mounts it for writing; returns the folder. */
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
    await this.#mount(volume, 'rw');
    return this.#folder;
  }

  async seal(volume: Candidate): Promise<void> {
    must(volume, await this.#runner.run('umount', [this.#folder]));
    await this.#mount(volume, 'ro');
  }

  async release(): Promise<void> {
    const { exit } = await this.#runner.run('umount', [this.#folder]);
    if (exit !== 0) await this.#runner.run('umount', ['--lazy', this.#folder]);
  }

  async #mount(volume: Candidate, how: 'rw' | 'ro'): Promise<void> {
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
    const { exit } = await this.#runner.run('mount', args([NO_FOLLOWING]));
    if (exit !== 0) must(volume, await this.#runner.run('mount', args([])));
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
  constructor(runner: Runner, folder = '/run/kikitome-stick') {
    this.#runner = runner;
    this.#folder = folder;
  }

  async mount(volume: Candidate): Promise<string> {
    // A recorder that was killed has left one of them started, perhaps the one that is read-only.
    await this.release(volume);
    await this.#systemctl(volume, 'start', 'kikitome-stick');
    return this.#folder;
  }

  async seal(volume: Candidate): Promise<void> {
    await this.#systemctl(volume, 'stop', 'kikitome-stick');
    await this.#systemctl(volume, 'start', 'kikitome-stick-sealed');
  }

  async release(volume: Candidate): Promise<void> {
    const units = ['kikitome-stick', 'kikitome-stick-sealed'].map((unit) => unitName(unit, volume));
    await this.#runner.run('systemctl', ['--no-ask-password', 'stop', ...units]);
  }

  async #systemctl(volume: Candidate, verb: 'start' | 'stop', unit: string): Promise<void> {
    must(volume, await this.#runner.run('systemctl', ['--no-ask-password', verb, unitName(unit, volume)]));
  }
}

const unitName = (unit: string, { device }: Candidate): string => `${unit}@${device.slice('/dev/'.length)}.service`;

function must({ device }: Candidate, { exit, complaint }: Ran): void {
  if (exit !== 0) throw new HalError('DEVICE_FAILED', device, complaint || `mounting ended with ${exit}`);
}

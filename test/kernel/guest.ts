import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('virtual-board', import.meta.url));

export interface GuestOptions {
  /** For sockets and logs. Created. */
  readonly folder: string;
  readonly app: string;
  readonly share: string;
  readonly disk?: string;
  /** More of the script's own options. */
  readonly more?: readonly string[];
}

/** The image of the guest, made now if there is none. Takes half a minute then. */
export const buildGuest = (): void => void execFileSync(SCRIPT, ['build'], { stdio: ['ignore', 'ignore', 'inherit'] });

/** A virtual board that is switched on and runs one script. What the script has said is there at any time. */
export class Guest {
  out = '';
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #folder: string;
  readonly #ended: Promise<unknown>;

  constructor(script: string, { folder, app, share, disk, more = [] }: GuestOptions) {
    mkdirSync(folder, { recursive: true });
    mkdirSync(share, { recursive: true });
    this.#folder = folder;
    const disks = disk === undefined ? [] : ['--disk', disk];
    const options = ['--run', path.join(folder, 'run'), '--app', app, '--share', share, ...disks, ...more];
    const command = `. /app/test/kernel/guest/session.sh\n${script}`;
    this.#child = spawn(SCRIPT, ['run', '--timeout', '3600', ...options, '--', command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.out += text;
        appendFileSync(path.join(folder, 'said'), text); // for whoever watches
      });
    }
    this.#ended = once(this.#child, 'close');
    // Whoever ends this program in the middle of a scenario leaves no machine running.
    const cut = (): void => void spawnSync(SCRIPT, ['cut', path.join(folder, 'run')]);
    process.prependOnceListener('exit', cut); // before the folder is taken away
    void this.#ended.then(() => process.off('exit', cut));
  }

  /** Resolves when `pattern` has been said, after so many characters. Rejects if the guest ends first. */
  async says(pattern: RegExp, after = 0): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.out.slice(after));
      if (found !== null) return found;
      if (this.#child.exitCode !== null) throw new Error(`ended without ${pattern}: ${this.out}`);
      await Promise.race([once(this.#child.stdout, 'data'), this.#ended]);
    }
  }

  /** Exit status of the script; 137 = power was cut. */
  async end(): Promise<number> {
    await this.#ended;
    return this.#child.exitCode ?? -1;
  }

  /** One more command in the running guest. Returns what it said. */
  sh(command: string): string {
    return this.#script('sh', command);
  }

  press(...keys: string[]): void {
    this.#script('key', ...keys);
  }

  /** Cuts the power. Resolves when the guest is no more. */
  async cut(): Promise<void> {
    this.#script('cut');
    await this.#ended;
  }

  /** Whatever it is at: it is off when this resolves. */
  async switchOff(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    await this.#ended;
  }

  #script(verb: string, ...words: string[]): string {
    const { stdout, stderr, status } = spawnSync(SCRIPT, [verb, path.join(this.#folder, 'run'), ...words], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${verb} ${words.join(' ')}: ${status} ${stdout}${stderr}`);
    return stdout;
  }
}

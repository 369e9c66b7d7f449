import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { HOME } from './world.js';

const BUILT = path.join(HOME, 'dist/firmware/main.js');

/** Arguments of `node` that start the program: the build where it is newer than every source, else the sources themselves. */
export const PROGRAM: readonly string[] = isFresh(path.join(HOME, 'dist/.built'))
  ? [BUILT]
  : ['--import', 'tsx', path.join(HOME, 'firmware/main.ts')];

function isFresh(stamp: string): boolean {
  if (!existsSync(stamp) || !existsSync(BUILT)) return false;
  const builtMs = statSync(stamp).mtimeMs;
  return ['hal', 'drivers', 'boards', 'storage', 'firmware'].every((layer) =>
    readdirSync(path.join(HOME, layer), { recursive: true })
      .filter((file) => String(file).endsWith('.ts'))
      .every((file) => statSync(path.join(HOME, layer, String(file))).mtimeMs <= builtMs),
  );
}

/** A kikitome of its own process. What it has said is there at any time. */
export class Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  out = '';
  err = '';
  readonly #ended: Promise<unknown>;

  constructor(argv: readonly string[], wrapped: readonly string[] = []) {
    const [command = '', ...rest] = [...wrapped, process.execPath, ...PROGRAM, ...argv];
    const env = { ...process.env, LANG: 'C.UTF-8', LC_ALL: '', LC_MESSAGES: '' };
    this.child = spawn(command, rest, { cwd: HOME, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.#ended = once(this.child, 'close');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves when `pattern` has been said. Rejects if the process ends first. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.out)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        await this.#ended;
        if (pattern.test(this.out)) return;
        throw new Error(`ended without ${pattern}: ${this.out} ${this.err}`);
      }
      await Promise.race([once(this.child.stdout, 'data'), this.#ended]);
    }
  }

  /** Its exit code, once it has ended and all it said has been read; null where a signal ended it. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.child.exitCode;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** The same as socat's, for machines that have Python: two terminals, what goes into one comes out of the other. */
const PYTHON = `
import os, pty, select, sys, tty
ends = []
for link in sys.argv[1:3]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    if os.path.lexists(link): os.unlink(link)
    os.symlink(os.ttyname(slave), link)
    ends.append((master, slave))
print('ready', file=sys.stderr, flush=True)
masters = [m for m, _ in ends]
while True:
    for m in select.select(masters, [], [])[0]:
        os.write(masters[1 - masters.index(m)], os.read(m, 4096))
`;

const has = (program: string): boolean => spawnSync(program, ['-V'], { stdio: 'ignore' }).status === 0;

/** Why there can be no pair of pseudo terminals here, or null. */
export const noPtyPair = (): string | null =>
  has('socat') || has('python3') ? null : 'neither socat nor python3 is installed';

/** Two serial ports with a cable between them. */
export class PtyPair {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Settles when both links can be opened. */
  static async open(a: string, b: string, program = has('socat') ? 'socat' : 'python3'): Promise<PtyPair> {
    const end = (link: string): string => `pty,raw,echo=0,link=${link}`;
    const args = program === 'socat' ? ['-d', '-d', end(a), end(b)] : ['-c', PYTHON, a, b];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      // Read to its end: a program that cannot say what it has to say may die of it.
      child.stderr?.on('data', (text) => {
        said += String(text);
        if (/starting data transfer loop|ready/.test(said)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${program}: ${said}`)));
    });
    return new PtyPair(child);
  }

  /** Both ports vanish, as when a stick is pulled out. */
  async pull(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

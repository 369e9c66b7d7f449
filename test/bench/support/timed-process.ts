import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What the kernel charged a finished process, threads and waited-for children included (`getrusage`, by GNU time). */
export interface Charge {
  readonly userS: number;
  readonly systemS: number;
  /** User and system: 10 ms steps. */
  readonly cpuS: number;
  readonly wallS: number;
  readonly peakMiB: number;
  readonly switches: number;
}

/**
 * Runs a command to its end under `/usr/bin/time`, from outside and the same way for every program. Rejects with its
 * standard error where it fails.
 */
export async function timedProcess(command: string, args: readonly string[]): Promise<Charge> {
  const report = path.join(tmpdir(), `kikitome-bench-${process.pid}.time`);
  try {
    await run('/usr/bin/time', ['-q', '-o', report, '-f', '%U %S %e %M %w', command, ...args]);
    const [userS = 0, systemS = 0, wallS = 0, peakKiB = 0, switches = 0] = readFileSync(report, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    return { userS, systemS, cpuS: userS + systemS, wallS, peakMiB: peakKiB / 1024, switches };
  } finally {
    rmSync(report, { force: true });
  }
}

/** Runs a command and gives what it printed. Rejects with its standard error where it fails. */
export function run(command: string, args: readonly string[], cwd?: string): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
    child.on('error', failed);
    child.on('close', (code) => {
      if (code === 0) done(Buffer.concat(out).toString('utf8'));
      else failed(new Error(`${command} ${args.join(' ')}: exit code ${code}\n${Buffer.concat(err).toString('utf8')}`));
    });
  });
}

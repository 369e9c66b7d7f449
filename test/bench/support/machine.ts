import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** What a figure was measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly kernel: string;
  readonly node: string;
  /** Type and source of the file system that the bench wrote to. */
  readonly medium: string;
  /** One-minute load average when the bench began: other people's work on the same cores. */
  readonly loadBefore: number;
}

/** The machine now; `folder` is where the bench writes. */
export function machineOf(folder: string): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryMiB: Math.round(os.totalmem() / 2 ** 20),
    kernel: os.release(),
    node: process.version,
    medium: execFileSync('findmnt', ['-no', 'FSTYPE,SOURCE', '-T', folder], { encoding: 'utf8' })
      .trim()
      .replace(/\s+/g, ' '),
    loadBefore: os.loadavg()[0] ?? 0,
  };
}

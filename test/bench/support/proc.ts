import { readdirSync, readFileSync } from 'node:fs';

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const TICKS_PER_S = 100;
/** Fields of `/proc/PID/stat` after the name: user and system time (14 and 15 of proc(5)). */
const [UTIME, STIME] = [11, 12];

/** How a process stands. */
export interface Standing {
  readonly atMs: number;
  /** User and system, all threads, in steps of 10 ms. */
  readonly cpuS: number;
  readonly residentMiB: number;
  /** How often any of its threads has gone to sleep of its own accord. */
  readonly sleeps: number;
}

export function look(pid: number): Standing {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const sleeps = readdirSync(`/proc/${pid}/task`)
    .map((thread) => numberIn(`/proc/${pid}/task/${thread}/status`, 'voluntary_ctxt_switches'))
    .reduce((sum, each) => sum + each, 0);
  return {
    atMs: performance.now(),
    cpuS: ((fields[UTIME] ?? 0) + (fields[STIME] ?? 0)) / TICKS_PER_S,
    residentMiB: numberIn(`/proc/${pid}/status`, 'VmRSS') / 1024,
    sleeps,
  };
}

/** What happened between two looks. Every sleep ends with a wake-up. */
export function spent(before: Standing, now: Standing): { cpuPercent: number; wakeUpsPerS: number } {
  const elapsedS = (now.atMs - before.atMs) / 1000;
  return {
    cpuPercent: ((now.cpuS - before.cpuS) / elapsedS) * 100,
    wakeUpsPerS: (now.sleeps - before.sleeps) / elapsedS,
  };
}

function numberIn(file: string, field: string): number {
  const [, value] = new RegExp(`^${field}:\\s*(\\d+)`, 'mu').exec(readFileSync(file, 'utf8')) ?? [];
  if (value === undefined) throw new Error(`${file} has no ${field}`);
  return Number(value);
}

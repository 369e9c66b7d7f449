import { readdirSync, readFileSync } from 'node:fs';

/** How a process stands. */
export interface Standing {
  readonly atMs: number;
  /** User and system of all threads that live, to the nanosecond (`schedstat`). */
  readonly cpuS: number;
  readonly residentMiB: number;
  /** How often any of its threads has gone to sleep of its own accord. */
  readonly sleeps: number;
}

export function look(pid: number): Standing {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  const sum = (of: (thread: string) => number): number => threads.reduce((before, thread) => before + of(thread), 0);
  return {
    atMs: performance.now(),
    cpuS: sum((thread) => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0])) / 1e9,
    residentMiB: numberIn(`/proc/${pid}/status`, 'VmRSS') / 1024,
    sleeps: sum((thread) => numberIn(`${thread}/status`, 'voluntary_ctxt_switches')),
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

/**
 * What a box costs while nobody calls: the real recorder at speed 1 on idle lines of the virtual board, looked at from
 * outside through /proc once it has settled, with one line and with more; and how soon it is armed again after a restart.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, rounded } from './support/figures.js';
import { makeHour } from './support/hour.js';
import { look, spent } from './support/proc.js';
import { check, Report, ROOT, type Target } from './support/report.js';
import { scratchFolder } from './support/scratch.js';
import { table } from './support/table.js';
import { run } from './support/timed-process.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '60' },
    lines: { type: 'string', default: '4' },
    folder: { type: 'string', default: tmpdir() },
    check: { type: 'boolean', default: false },
  },
});
const [rounds, seconds, lines] = [Number(values.rounds), Number(values.seconds), Number(values.lines)];
/** What a start costs, and the compiling of what runs often, is not what a box at rest costs: on a line at rest that goes on for a minute. */
const SETTLE_S = 60;
const folder = scratchFolder(values.folder);
const kikitome = path.join(ROOT, 'dist/firmware/main.js');
const minutes = Math.ceil((seconds + SETTLE_S + 10) / 60);
const hours = Array.from({ length: lines }, (_, i) =>
  makeHour(path.join(folder, `idle-${i + 1}`), { minutes, busy: false, line: `line-${i + 1}`, seed: i + 1 }),
);
const data = path.join(folder, 'data');
mkdirSync(data);
await run(process.execPath, [kikitome, 'format', '--data', data, '--capacity', '32MiB']);

/** A recorder that has just said that it records. */
async function armed(count: number): Promise<{ child: ChildProcess; pid: number; cpuS: number; wallMs: number }> {
  const traces = hours.slice(0, count).flatMap(({ dir }) => ['--trace', dir]);
  const startedMs = performance.now();
  const args = [kikitome, 'run', '--data', data, ...traces, '--speed', '1', '--lang', 'en'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((said, failed) => {
    child.stdout?.once('data', () => said());
    child.once('exit', (code) => failed(new Error(`the recorder ended with ${code} before it recorded`)));
  });
  const wallMs = performance.now() - startedMs;
  const pid = child.pid ?? 0;
  return { child, pid, wallMs, cpuS: look(pid).cpuS };
}

async function over(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await ended;
}

async function measure(count: number) {
  const { child, pid, cpuS, wallMs } = await armed(count);
  try {
    await wait(SETTLE_S * 1000);
    const before = look(pid);
    await wait(seconds * 1000);
    const { cpuPercent, wakeUpsPerS } = spent(before, look(pid));
    return { cpuPercent, wakeUpsPerS, residentMiB: look(pid).residentMiB, armedCpuS: cpuS, armedWallMs: wallMs };
  } finally {
    await over(child);
  }
}

const report = new Report({ name: 'box', folder, options: { rounds, seconds, lines } });
const counts = lines > 1 ? [1, lines] : [1];
const runs = new Map(counts.map((count) => [count, [] as Awaited<ReturnType<typeof measure>>[]]));
for (let round = 1; round <= rounds; round += 1) {
  for (const count of counts) {
    process.stderr.write(`round ${round} of ${rounds}: ${count} idle line(s), ${seconds} s\n`);
    runs.get(count)?.push(await measure(count));
  }
}

const mediansOf = (count: number) => {
  const of = (pick: (figures: Awaited<ReturnType<typeof measure>>) => number) =>
    rounded(median((runs.get(count) ?? []).map(pick)));
  return {
    cpuPercent: of((figures) => figures.cpuPercent),
    wakeUpsPerS: of((figures) => figures.wakeUpsPerS),
    residentMiB: of((figures) => figures.residentMiB),
    armedCpuS: of((figures) => figures.armedCpuS),
    armedWallMs: of((figures) => figures.armedWallMs),
  };
};
const one = mediansOf(1);
const several = mediansOf(counts.at(-1) ?? 1);
const further =
  lines > 1
    ? {
        cpuPercent: rounded((several.cpuPercent - one.cpuPercent) / (lines - 1)),
        wakeUpsPerS: rounded((several.wakeUpsPerS - one.wakeUpsPerS) / (lines - 1)),
        residentMiB: rounded((several.residentMiB - one.residentMiB) / (lines - 1)),
      }
    : null;
const targets: Target[] = [
  { what: 'CPU at rest, one idle line', atMost: 2, actual: one.cpuPercent, unit: '% of a core' },
  { what: 'restart to armed, process time', atMost: 2, actual: one.armedCpuS, unit: 's' },
];
const rowOf = (
  name: string,
  { cpuPercent, wakeUpsPerS, residentMiB }: Omit<typeof one, 'armedCpuS' | 'armedWallMs'>,
) => [name, cpuPercent, wakeUpsPerS, residentMiB];
const rows = [
  rowOf('one idle line', one),
  ...(further ? [rowOf(`${lines} idle lines`, several), rowOf('a further line', further)] : []),
];
process.stdout.write(`${table(['at rest', 'CPU %', 'wake-ups/s', 'resident MiB'], rows)}\n`);
process.stdout.write(`Restart to armed: ${one.armedCpuS} s of CPU, ${one.armedWallMs} ms by the clock.\n`);
process.stdout.write(`Medians of ${rounds} rounds in turn, ${seconds} s each.\n`);
if (values.check) check(targets);
const medians = { oneLine: one, [`lines${lines}`]: several, furtherLine: further };
const file = report.write({ runs: Object.fromEntries(runs), medians, targets });
process.stdout.write(`Raw figures: ${file}\n`);

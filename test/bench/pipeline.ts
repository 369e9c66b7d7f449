/**
 * What an hour of line audio costs: our whole pipeline (line trace, tracking, pre-roll, encoding, sealing, ring store with
 * a sync a second) against the `lame` command on the same WAV. Every program is a child process and is measured from
 * outside in the same way; the programs take turns, so that a noisy machine is noisy for all.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, rounded } from './support/figures.js';
import { type LineHour, makeHour } from './support/hour.js';
import { check, Report, ROOT, type Target } from './support/report.js';
import { scratchFolder } from './support/scratch.js';
import { table } from './support/table.js';
import { type Charge, run, timedProcess } from './support/timed-process.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '60' },
    lines: { type: 'string', default: '4' },
    folder: { type: 'string', default: tmpdir() },
    check: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const minutes = Number(values.minutes);
const lines = Number(values.lines);

/** One program that takes its turn. */
interface Subject {
  readonly name: string;
  /** Seconds of line audio in one run. */
  readonly audioS: number;
  readonly measure: () => Promise<Charge>;
}

const folder = scratchFolder(values.folder);
const kikitome = path.join(ROOT, 'dist/firmware/main.js');

/** Our recorder on these traces, in a store made beforehand; refuses a result that is not all kept. */
function ours(name: string, hours: readonly LineHour[]): Subject {
  const data = path.join(folder, 'data');
  const traces = hours.flatMap(({ dir }) => ['--trace', dir]);
  const audioS = hours.reduce((sum, { seconds }) => sum + seconds, 0);
  const capacity = `${16 + Math.ceil(audioS / 3600) * 24}MiB`;
  const measure = async () => {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data);
    await run(process.execPath, [kikitome, 'format', '--data', data, '--capacity', capacity]);
    const charge = await timedProcess(process.execPath, [kikitome, 'run', '--data', data, ...traces, '--speed', 'max']);
    await requireKept(data, hours);
    return charge;
  };
  return { name, audioS, measure };
}

async function requireKept(data: string, hours: readonly LineHour[]): Promise<void> {
  const json = await run(process.execPath, [kikitome, 'calls', '--data', data, '--json', '--limit', '1000']);
  const calls = JSON.parse(json) as { readonly state: string; readonly durationMs: number; readonly gaps: unknown[] }[];
  const keptS = calls.reduce((sum, { durationMs }) => sum + durationMs / 1000, 0);
  const expectedS = hours.reduce((sum, { callSeconds }) => sum + callSeconds, 0);
  const whole = calls.every(({ state, gaps }) => state === 'kept' && gaps.length === 0);
  if (Math.abs(keptS - expectedS) > 1 || !whole)
    throw new Error(`${keptS} s kept of ${expectedS} s: no fair comparison`);
}

function lame(name: string, { wav, seconds }: LineHour, ...settings: string[]): Subject {
  const out = path.join(folder, 'out.mp3');
  return { name, audioS: seconds, measure: () => timedProcess('lame', ['--quiet', ...settings, wav, out]) };
}

const OURS = 'kikitome run';
const SAME = 'lame -m m -b 32 --nores';
const IDLE = 'kikitome run, idle line';
const SEVERAL = `kikitome run, ${lines} lines`;

const busy = Array.from({ length: lines }, (_, i) =>
  makeHour(path.join(folder, `busy-${i + 1}`), { minutes, busy: true, line: `line-${i + 1}`, seed: i + 1 }),
);
const [hour] = busy;
if (hour === undefined) throw new RangeError('--lines: at least one');
const idle = makeHour(path.join(folder, 'idle'), { minutes, busy: false, line: 'line-1', seed: 1 });
const subjects = [
  ours(OURS, [hour]),
  lame(SAME, hour, '-m', 'm', '-b', '32', '--nores'),
  lame('lame -b 32', hour, '-b', '32'),
  lame('… --nores --noreplaygain -t', hour, '-m', 'm', '-b', '32', '--nores', '--noreplaygain', '-t'),
  ours(IDLE, [idle]),
  ours(SEVERAL, busy),
];

const report = new Report({ name: 'pipeline', folder, options: { rounds, minutes, lines } });
const runs = new Map(subjects.map(({ name }) => [name, [] as Charge[]]));
for (let round = 1; round <= rounds; round += 1) {
  for (const { name, measure } of subjects) {
    process.stderr.write(`round ${round} of ${rounds}: ${name}\n`);
    runs.get(name)?.push(await measure());
  }
}

/** Medians of one subject, a line-hour's worth. */
function mediansOf({ name, audioS }: Subject) {
  const charges = runs.get(name) ?? [];
  const of = (pick: (charge: Charge) => number) => rounded(median(charges.map(pick)));
  const perHour = 3600 / audioS;
  return {
    cpuS: rounded(of(({ cpuS }) => cpuS) * perHour),
    userS: rounded(of(({ userS }) => userS) * perHour),
    systemS: rounded(of(({ systemS }) => systemS) * perHour),
    peakMiB: of(({ peakMiB }) => peakMiB),
    linesPerCore: rounded(audioS / of(({ cpuS }) => cpuS)),
  };
}

const medians = Object.fromEntries(subjects.map((subject) => [subject.name, mediansOf(subject)]));
/** Pairs of one round share its noise: the median of their ratios is steadier than the ratio of medians. */
const ratioTo = (name: string): number =>
  rounded(median((runs.get(OURS) ?? []).map(({ cpuS }, i) => cpuS / (runs.get(name)?.[i]?.cpuS ?? Number.NaN))));
const ratios = Object.fromEntries(subjects.slice(1, 4).map(({ name }) => [name, ratioTo(name)]));
const targets: Target[] = [
  { what: `CPU, times ${SAME}`, atMost: 1.5, actual: ratios[SAME] ?? null, unit: '×' },
  { what: 'peak resident memory, one line', atMost: 120, actual: medians[OURS]?.peakMiB ?? null, unit: 'MB (2^20)' },
];

const rows = subjects.map(({ name }) => {
  const { cpuS, userS, systemS, peakMiB, linesPerCore } = medians[name] ?? mediansOf({ name } as Subject);
  const ratio = ratios[name];
  return [name, cpuS, userS, systemS, peakMiB, Math.floor(linesPerCore), ratio ?? ''];
});
const head = ['an hour of one line', 'CPU s', 'user s', 'system s', 'peak MiB', 'lines a core', 'ours ÷ it'];
process.stdout.write(`${table(head, rows)}\nMedians of ${rounds} rounds in turn, ${minutes} min of audio a line.\n`);
if (values.check) check(targets);
const file = report.write({ runs: Object.fromEntries(runs), medians: { ...medians, ratios }, targets });
process.stdout.write(`Raw figures: ${file}\n`);

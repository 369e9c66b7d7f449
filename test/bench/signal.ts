/**
 * What hearing costs: all our decoders together against spandsp's receivers for the same signals, on the same sounds in
 * the same run, in processor time for each second of 8 kHz sound; and what each hears in noise. They take turns, so that a
 * noisy machine is noisy for both. With `--check` the exit status is 1 where a target is missed.
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { decode } from '../signal/support/decode.js';
import { median, quantile, rounded } from './support/figures.js';
import { check, Report, type Target } from './support/report.js';
import { scratchFolder } from './support/scratch.js';
import { type Point, type Rate, rate } from './support/signal/rates.js';
import { sounds } from './support/signal/sounds.js';
import { Spandsp } from './support/signal/spandsp.js';
import { table } from './support/table.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '60' },
    messages: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const messages = Number(values.messages);
const seed = Number(values.seed);
/** Of one core, for each second of sound. */
const COST_MAX_MS = 1;
const RATE_HZ = 8000;
const POINTS: readonly Point[] = [
  ...[12, 9, 6, 3, 0].map((snrDb): Point => ({ signal: 'JCLIP', snrDb })),
  ...[12, 9, 6, 3].map((snrDb): Point => ({ signal: 'CLASS-MDMF', snrDb })),
  ...[9, 6, 3, 0, -3].map((snrDb): Point => ({ signal: 'DTMF', snrDb })),
];

/** One sound in one round: ms of one core for each second of sound. */
interface Cost {
  readonly ours: number;
  /** All of spandsp's receivers, and each group of them. */
  readonly spandsp: number;
  readonly spandspParts: Readonly<Record<string, number>>;
}

const folder = scratchFolder(tmpdir());
const spandsp = new Spandsp(folder);
const options = { rounds, seconds, messages, seed, spandsp: spandsp.version };
const report = new Report({ name: 'signal', folder, options });
const lines = sounds(seconds, seed);

/** Processor time of this process, threads of the engine included. */
function ours(samples: Int16Array): number {
  const before = process.cpuUsage();
  decode(samples, { sampleRateHz: RATE_HZ }, 160);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / seconds;
}

function cost(samples: Int16Array): Cost {
  const own = ours(samples);
  const parts = Object.entries(spandsp.hear(samples).costMs).map(([name, ms]) => [name, ms / seconds] as const);
  const all = parts.reduce((sum, [, ms]) => sum + ms, 0);
  return { ours: own, spandsp: all, spandspParts: Object.fromEntries(parts) };
}

// Compiled once: a recorder runs for years.
for (const samples of lines.values()) ours(samples);
const costs = new Map([...lines.keys()].map((name) => [name, [] as Cost[]]));
for (let round = 1; round <= rounds; round += 1) {
  process.stderr.write(`round ${round} of ${rounds}\n`);
  for (const [name, samples] of lines) costs.get(name)?.push(cost(samples));
}
const rates: Rate[] = [];
for (const point of POINTS) {
  process.stderr.write(`${point.signal} at ${point.snrDb} dB\n`);
  rates.push(rate(point, point.signal === 'DTMF' ? 10 * messages : messages, seed, spandsp));
}

const spread = (numbers: readonly number[]) => ({
  median: rounded(median(numbers)),
  from: rounded(quantile(numbers, 0)),
  to: rounded(quantile(numbers, 1)),
});
const medians = Object.fromEntries(
  [...costs].map(([name, runs]) => [
    name,
    {
      ours: spread(runs.map((run) => run.ours)),
      spandsp: spread(runs.map((run) => run.spandsp)),
      ratio: rounded(median(runs.map((run) => run.ours / run.spandsp))),
    },
  ]),
);
const targets = Object.entries(medians).map(
  ([name, { ours }]): Target => ({ what: name, atMost: COST_MAX_MS, actual: ours.median, unit: 'ms/s' }),
);

const costRows = Object.entries(medians).map(([name, { ours, spandsp, ratio }]) => [
  name,
  ours.median,
  `${ours.from}–${ours.to}`,
  spandsp.median,
  `${spandsp.from}–${spandsp.to}`,
  ratio,
]);
const percent = (part: number, whole: number): number => rounded((100 * part) / whole);
const rateRows = rates.map(({ signal, snrDb, sent, ...got }) => [
  signal,
  snrDb,
  percent(got.ours, sent),
  percent(got.spandsp, sent),
  got.oursFalse,
  got.spandspFalse,
]);
process.stdout.write(
  `${table(['ms of a core for a second', 'ours', 'least–most', 'spandsp', 'least–most', 'ours ÷ it'], costRows)}\n` +
    `Medians of ${rounds} rounds in turn, ${seconds} s of each sound, spandsp ${spandsp.version}.\n\n` +
    table(['heard right', 'SNR dB', 'ours %', 'spandsp %', 'ours false', 'spandsp false'], rateRows),
);
if (values.check) check(targets);
const file = report.write({ runs: { costs: Object.fromEntries(costs), rates }, medians, targets });
process.stdout.write(`\nRaw figures: ${file}\n`);

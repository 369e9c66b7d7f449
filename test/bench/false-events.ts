/**
 * What our decoders tell of hours of made speech (twelve languages) and music that carry no signal: caller IDs, keys, tones.
 * Every seed is other sound. `scripts/test` hears twenty minutes of it; this hears `--hours`. With `--check` the exit status
 * is 1 where a target is missed.
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { falseEvents, toldOf } from '../signal/support/false-events.js';
import { rounded } from './support/figures.js';
import { check, Report, type Target } from './support/report.js';
import { table } from './support/table.js';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});
const hours = Number(values.hours);
const seed = Number(values.seed);
const KINDS = ['caller-id', 'dtmf', 'dial', 'dial-interrupted', 'ringback', 'busy'];

const report = new Report({ name: 'false-events', folder: tmpdir(), options: { hours, seed } });
let toldHours = 0;
const byKind = falseEvents(hours * 3600, seed, (seconds) => {
  if (seconds < (toldHours + 0.5) * 3600) return;
  toldHours += 0.5;
  process.stderr.write(`${toldHours} h\n`);
});
const heardHours = [...byKind.values()].reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
const totals = Object.fromEntries(KINDS.map((kind) => [kind, toldOf(kind, byKind)]));
const keys = toldOf('dtmf', byKind);
const targets: Target[] = [
  { what: 'false caller IDs', atMost: 0, actual: toldOf('caller-id', byKind), unit: '' },
  { what: 'false keys an hour', atMost: 1, actual: rounded(keys / heardHours), unit: '/h' },
];

const rows = [...byKind]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([sound, { seconds, told }]) => [sound, seconds / 60, ...KINDS.map((kind) => told[kind] ?? 0)]);
rows.push(['all', heardHours * 60, ...KINDS.map((kind) => totals[kind] ?? 0)]);
process.stdout.write(table(['sound', 'minutes', ...KINDS], rows));
if (values.check) check(targets);
const medians = { hours: rounded(heardHours), ...totals };
const file = report.write({ runs: Object.fromEntries(byKind), medians, targets });
process.stdout.write(`\nRaw figures: ${file}\n`);

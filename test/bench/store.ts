/**
 * The ring store against a file for each call with SQLite as its index: what they write for a second of audio, how long a
 * finished call waits, how fast they search, start and erase, and what memory they take.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, quantile, rounded } from './support/figures.js';
import { check, Report, type Target } from './support/report.js';
import { scratchFolder } from './support/scratch.js';
import { amplification } from './support/store/amplification.js';
import { inChild } from './support/store/child.js';
import { finishingMs } from './support/store/commits.js';
import { FilesAndSqlite } from './support/store/files-and-sqlite.js';
import { fill } from './support/store/filling.js';
import type { Keeper } from './support/store/keeper.js';
import { capacityFor, formatRing, RingStore } from './support/store/ring-store.js';
import { QUESTIONS, type SearchTimes, search } from './support/store/searches.js';
import { table } from './support/table.js';

const PARTS = ['bytes', 'commits', 'startup', 'reindex', 'search'] as const;
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    reindex: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '180' },
    commits: { type: 'string', default: '500' },
    queries: { type: 'string', default: '200' },
    gigabytes: { type: 'string', default: '1,8,64' },
    only: { type: 'string', default: PARTS.join(',') },
    folder: { type: 'string', default: tmpdir() },
    check: { type: 'boolean', default: false },
  },
});
const records = Number(values.records);
const gigabytes = values.gigabytes.split(',').map(Number);
const parts = new Set(values.only.split(','));
const STARTS = 5;
const DUE = 1000;
const OURS = 'ring store';
const THEIRS = 'files + SQLite';

const folder = scratchFolder(values.folder);
const at = (...names: string[]) => path.join(folder, ...names);
const report = new Report({ name: 'store', folder, options: values });
const runs = new Map<string, unknown>();
const rows: (string | number)[][] = [];
const targets: Target[] = [];

/** One line of the result: ours beside theirs, null where a store has no answer. */
function tell(what: string, unit: string, ours: number | null, theirs: number | null, atMost?: number): void {
  const of = (value: number | null) => (value === null ? 'not available' : rounded(value));
  rows.push([what, of(ours), of(theirs), unit]);
  if (atMost !== undefined) targets.push({ what, atMost, actual: ours === null ? null : rounded(ours), unit });
}

const part = (name: (typeof PARTS)[number]): boolean => {
  if (parts.has(name)) process.stderr.write(`${name} …\n`);
  return parts.has(name);
};

if (part('bytes')) {
  const found = await amplification(at('bytes'), Number(values.seconds));
  runs.set('bytes', found);
  tell('device bytes for each audio byte', '×', found?.[OURS]?.factor ?? null, found?.[THEIRS]?.factor ?? null, 2);
}

if (part('commits')) {
  await formatRing(at('commits', 'ring'), 512 << 20, false);
  const keepers: Keeper[] = [
    await RingStore.open(at('commits', 'ring')),
    await FilesAndSqlite.open(at('commits', 'files')),
  ];
  const times = await finishingMs(keepers, Number(values.commits));
  for (const keeper of keepers) await keeper.close();
  runs.set('commits', times);
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    tell(`finished call kept, ${name}`, 'ms', quantile(times[OURS] ?? [], share), quantile(times[THEIRS] ?? [], share));
  }
}

if (part('startup')) {
  const starts: Record<string, unknown> = {};
  for (const size of gigabytes) {
    const ring = at(`startup-${size}`);
    await formatRing(ring, size * 1e9, true);
    const store = await RingStore.open(ring);
    await fill(store, 1000, 4);
    await store.close();
    const reports = [];
    for (let i = 0; i < STARTS; i += 1) reports.push(await inChild('open', ring));
    starts[`${size} GB`] = reports;
    tell(`start-up with ${size} GB`, 'ms', median(reports.map(({ openMs }) => openMs)), null, 1500);
    rmSync(ring, { recursive: true });
  }
  runs.set('startup', starts);
}

if (part('reindex')) {
  const count = Number(values.reindex);
  await formatRing(at('reindex'), capacityFor(count), true);
  const store = await RingStore.open(at('reindex'));
  await fill(store, count, 5);
  await store.close();
  const rebuilt = await inChild('rebuild', at('reindex'));
  runs.set('reindex', rebuilt);
  tell(`re-index of ${count} recordings`, 's', rebuilt.openMs / 1000, null, 20);
  tell('peak memory of that', 'MiB', rebuilt.peakMiB, null, 200);
  rmSync(at('reindex'), { recursive: true });
}

if (part('search')) await searchAndErase();

async function searchAndErase(): Promise<void> {
  await formatRing(at('ring'), capacityFor(records), true);
  const ours = await RingStore.open(at('ring'));
  const theirs = await FilesAndSqlite.open(at('files'));
  const filling = [await fill(ours, records, 6), await fill(theirs, records, 6)];
  tell(`keeping ${records} calls without audio`, 's', filling[0] ?? null, filling[1] ?? null);
  const queries = Number(values.queries);
  const found: Record<string, SearchTimes> = {
    [OURS]: await search(ours, records, queries),
    [THEIRS]: await search(theirs, records, queries),
  };
  for (const what of QUESTIONS) {
    const timeOf = (name: string, share: number) => {
      const times = found[name]?.[what];
      return times ? quantile(times, share) : null;
    };
    tell(`${what}, p50`, 'ms', timeOf(OURS, 0.5), timeOf(THEIRS, 0.5));
    tell(`${what}, p95`, 'ms', timeOf(OURS, 0.95), timeOf(THEIRS, 0.95), 20);
  }
  const first = (name: string) => found[name]?.['number, whole']?.[0] ?? null;
  tell('number, the first after start-up', 'ms', first(OURS), first(THEIRS));
  const from = performance.now();
  await ours.readAll();
  const scanMs = performance.now() - from;
  tell('every row read and unsealed', 's', scanMs / 1000, null);
  const due = Array.from({ length: DUE }, (_, i) => i + 1);
  const erasing: number[] = [];
  for (const keeper of [ours, theirs]) {
    const begun = performance.now();
    await keeper.erase(due);
    erasing.push((performance.now() - begun) / 1000);
  }
  tell(`erasing ${DUE} due recordings (theirs: rows alone)`, 's', erasing[0] ?? null, erasing[1] ?? null, 5);
  await ours.close();
  await theirs.close();
  const opened = await inChild('scan', at('ring'));
  tell(`start-up with ${records} recordings`, 'ms', opened.openMs, null);
  tell(`resident memory with ${records} recordings`, 'MiB', opened.residentMiB, null, 200);
  tell('… after the first search for a number', 'MiB', opened.searchedMiB, null, 200);
  tell('… after every row was read', 'MiB', opened.scannedMiB, null, 200);
  runs.set('search', { filling, found, scanMs, erasing, opened });
}

process.stdout.write(table(['', OURS, THEIRS, 'unit'], rows));
if (values.check) check(targets);
const medians = Object.fromEntries(
  rows.map(([what, ours, other, unit]) => [what, { [OURS]: ours, [THEIRS]: other, unit }]),
);
process.stdout.write(`\nRaw figures: ${report.write({ runs: Object.fromEntries(runs), medians, targets })}\n`);

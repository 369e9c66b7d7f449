import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Machine, machineOf } from './machine.js';
import { table } from './table.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RESULTS = path.join(ROOT, 'test/bench/results');

/** A figure that an issue promises. `actual` is null where it could not be measured. */
export interface Target {
  readonly what: string;
  readonly atMost: number;
  readonly actual: number | null;
  readonly unit: string;
}

export interface ReportOptions {
  readonly name: string;
  /** Where the bench wrote. */
  readonly folder: string;
  readonly options: object;
}

const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();

/** Collects a bench's raw results and keeps them as one JSON file that says where and of what they are. */
export class Report {
  readonly #options: ReportOptions;
  readonly #machine: Machine;
  readonly #startedAt = new Date();
  /** What is measured is what stood here when the bench began. */
  readonly #commit = git('rev-parse', '--short', 'HEAD');
  readonly #dirty = git('status', '--porcelain', '--', ':!test/bench/results') !== '';

  constructor(options: ReportOptions) {
    this.#options = options;
    this.#machine = machineOf(options.folder);
  }

  /** Writes `<name>-<date>-<commit>.json`; a second run of the same day and commit replaces it. Returns its path. */
  write(results: { readonly runs: unknown; readonly medians: unknown; readonly targets: readonly Target[] }): string {
    const { name, options } = this.#options;
    const commit = this.#commit;
    const date = this.#startedAt.toISOString();
    const file = path.join(RESULTS, `${name}-${date.slice(0, 10)}-${commit}.json`);
    const dirty = this.#dirty;
    const targets = results.targets.map((target) => ({ ...target, met: isMet(target) }));
    const { medians, runs } = results;
    const whole = { bench: name, date, commit, dirty, machine: this.#machine, options, medians, targets, runs };
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`);
    return path.relative(ROOT, file);
  }
}

const isMet = ({ actual, atMost }: Target): boolean | null => (actual === null ? null : actual <= atMost);

/** For `--check`: tells which targets are met; where one is missed the process is to exit with 1. What could not be measured is not missed. */
export function check(targets: readonly Target[]): void {
  const rows = targets.map((target) => {
    const met = isMet(target);
    const verdict = met === null ? 'not available' : met ? 'met' : 'MISSED';
    return [target.what, target.actual ?? Number.NaN, target.atMost, target.unit, verdict];
  });
  process.stdout.write(`\n${table(['target', 'actual', 'at most', 'unit', ''], rows)}`);
  if (targets.some((target) => isMet(target) === false)) process.exitCode = 1;
}

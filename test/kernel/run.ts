import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeAppImage } from './app-image.js';
import { Bench, type MakeBench } from './bench.js';
import { buildGuest } from './guest.js';
import { appliance } from './scenarios/appliance.js';
import { calls } from './scenarios/calls.js';
import { cutCopy } from './scenarios/cut-copy.js';
import { dialling } from './scenarios/dialling.js';
import { falseSticks } from './scenarios/false-sticks.js';
import { fullDisk } from './scenarios/full-disk.js';
import { keypad } from './scenarios/keypad.js';
import { logReplay } from './scenarios/log-replay.js';
import { panel } from './scenarios/panel.js';
import { pins } from './scenarios/pins.js';
import { power } from './scenarios/power.js';
import { pulled } from './scenarios/pulled.js';
import { retrieval } from './scenarios/retrieval.js';
import { short } from './scenarios/short.js';
import { sound } from './scenarios/sound.js';
import { stall } from './scenarios/stall.js';
import { strangeSticks } from './scenarios/strange-sticks.js';
import { tries } from './scenarios/tries.js';

/** In the order of what they are worth. Each returns what is worth telling and throws what is wrong. */
const SCENARIOS: Readonly<Record<string, (make: MakeBench) => Promise<string[]>>> = {
  short,
  pins,
  calls,
  dialling,
  power,
  'log-replay': logReplay,
  sound,
  'full-disk': fullDisk,
  stall,
  panel,
  keypad,
  retrieval,
  'strange-sticks': strangeSticks,
  pulled,
  'false-sticks': falseSticks,
  'cut-copy': cutCopy,
  tries,
  appliance,
};

const wanted = process.argv.slice(2);
const strays = wanted.filter((name) => !(name in SCENARIOS));
if (strays.length > 0) {
  console.error(`no scenario ${strays.join(', ')}; there are: ${Object.keys(SCENARIOS).join(', ')}`);
  process.exit(2);
}

/** Hundredths of a second that this process and what it has waited for have had a processor. */
const processorTicks = (): number =>
  readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /u, '')
    .split(' ')
    .slice(11, 15)
    .reduce((sum, ticks) => sum + Number(ticks), 0);

/** Returns what says how long it took since: on a machine that is busy with other things the first figure says little. */
function stopwatch(): () => string {
  const [sinceMs, sinceTicks] = [performance.now(), processorTicks()];
  return () =>
    `${((performance.now() - sinceMs) / 1000).toFixed(0)} s, ${((processorTicks() - sinceTicks) / 100).toFixed(0)} s of processor`;
}

const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-kernel-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let took = stopwatch();
buildGuest();
const app = makeAppImage(folder);
console.log(`guest and program ready (${took()})`);
for (const name of wanted.length > 0 ? wanted : Object.keys(SCENARIOS)) {
  took = stopwatch();
  let benches = 0;
  const make: MakeBench = (megabytes) => {
    const own = path.join(folder, `${name}-${benches++}`);
    mkdirSync(own);
    return new Bench(own, app, megabytes);
  };
  try {
    const said = (await SCENARIOS[name]?.(make)) ?? [];
    console.log(`✔ ${name} (${took()})`);
    for (const line of said) console.log(`    ${line}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`✗ ${name} (${took()})`);
    console.log(error);
  }
}

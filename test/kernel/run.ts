import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeAppImage } from './app-image.js';
import { Bench, type MakeBench } from './bench.js';
import { buildGuest } from './guest.js';
import { calls } from './scenarios/calls.js';
import { dialling } from './scenarios/dialling.js';
import { fullDisk } from './scenarios/full-disk.js';
import { keypad } from './scenarios/keypad.js';
import { pins } from './scenarios/pins.js';
import { power } from './scenarios/power.js';
import { retrieval } from './scenarios/retrieval.js';
import { sound } from './scenarios/sound.js';
import { stall } from './scenarios/stall.js';
import { strangeSticks } from './scenarios/strange-sticks.js';

/** In the order of what they are worth. Each returns what is worth telling and throws what is wrong. */
const SCENARIOS: Readonly<Record<string, (make: MakeBench) => Promise<string[]>>> = {
  pins,
  calls,
  dialling,
  power,
  sound,
  'full-disk': fullDisk,
  stall,
  keypad,
  retrieval,
  'strange-sticks': strangeSticks,
};

const wanted = process.argv.slice(2);
const strays = wanted.filter((name) => !(name in SCENARIOS));
if (strays.length > 0) {
  console.error(`no scenario ${strays.join(', ')}; there are: ${Object.keys(SCENARIOS).join(', ')}`);
  process.exit(2);
}

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(0)} s`;
const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-kernel-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let sinceMs = performance.now();
buildGuest();
const app = makeAppImage(folder);
console.log(`guest and program ready (${seconds(sinceMs)})`);
for (const name of wanted.length > 0 ? wanted : Object.keys(SCENARIOS)) {
  sinceMs = performance.now();
  let benches = 0;
  const make: MakeBench = (megabytes) => {
    const own = path.join(folder, `${name}-${benches++}`);
    mkdirSync(own);
    return new Bench(own, app, megabytes);
  };
  try {
    const said = (await SCENARIOS[name]?.(make)) ?? [];
    console.log(`✔ ${name} (${seconds(sinceMs)})`);
    for (const line of said) console.log(`    ${line}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`✗ ${name} (${seconds(sinceMs)})`);
    console.log(error);
  }
}

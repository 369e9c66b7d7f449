import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { WorldPins } from './pins.js';
import { DETECTORS } from './wiring.js';

/**
 * `player.js TRACE LOG`: plays a trace into the kernel: its WAV by aplay, its edges by gpio-sim. Time 0 is when the sound
 * card's clock started, as the kernel tells it. LOG gets what was done when.
 */
interface TraceEdge {
  readonly atMs: number;
  readonly hook?: 'on' | 'off';
  readonly ring?: boolean;
  readonly polarity?: 'normal' | 'reversed';
}

export interface PlayLog {
  /** CLOCK_MONOTONIC, of sample 0. */
  readonly startMs: number;
  readonly startWallMs: number;
  /** The longest that an edge came after its time. */
  readonly lateMs: number;
}

const STATUS = '/proc/asound/Loopback/pcm0p/sub0/status';
/** From here on a due moment is waited for awake. */
const SPIN_MS = 1;

const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const cell = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms: number): void => void Atomics.wait(cell, 0, 0, ms);

function until(ms: number): void {
  const leftMs = ms - now() - SPIN_MS;
  if (leftMs > 0) sleep(leftMs);
  while (now() < ms);
}

/** When the stream started, once it has. */
function trigger(): number {
  for (const deadlineMs = now() + 10_000; now() < deadlineMs; sleep(5)) {
    const status = readFileSync(STATUS, 'latin1');
    const [, seconds, fraction] = /trigger_time: (\d+)\.(\d+)/u.exec(status) ?? [];
    if (/state: RUNNING/u.test(status) && seconds !== undefined) return Number(seconds) * 1000 + Number(fraction) / 1e6;
  }
  throw new Error('aplay does not play');
}

const [dir = '', log = ''] = process.argv.slice(2);
const { audio, edges } = JSON.parse(readFileSync(path.join(dir, 'trace.json'), 'utf8')) as {
  audio: string;
  edges: TraceEdge[];
};
const pins = new WorldPins();
const { hook, ring, polarity } = DETECTORS;
const [first] = edges.filter((edge) => edge.hook !== undefined);
pins.drive(hook.offset, first?.hook !== 'on');
pins.drive(ring.offset, false);
pins.drive(polarity.offset, false);

const aplay = spawn('aplay', ['-q', '-D', 'hw:Loopback,0,0', path.join(dir, audio)], { stdio: 'inherit' });
const ended = once(aplay, 'exit');
const startMs = trigger();
const startWallMs = Date.now() - (now() - startMs);
let lateMs = 0;
for (const edge of edges) {
  until(startMs + edge.atMs);
  if (edge.hook !== undefined) pins.drive(hook.offset, edge.hook === 'on');
  if (edge.ring !== undefined) pins.drive(ring.offset, edge.ring);
  if (edge.polarity !== undefined) pins.drive(polarity.offset, edge.polarity === 'reversed');
  lateMs = Math.max(lateMs, now() - startMs - edge.atMs);
}
await ended;
writeFileSync(log, JSON.stringify({ startMs, startWallMs, lateMs } satisfies PlayLog));

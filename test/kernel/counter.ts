import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { Readable } from 'node:stream';
import { contentsOf, match, record, samplesOf } from '../scenario/recorded.js';
import { align } from '../support/align.js';
import { Chance } from '../support/chance.js';
import { decodeMp3 } from '../support/mp3.js';
import { Murmur } from '../support/murmur.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { must } from '../support/world.js';
import type { Bench } from './bench.js';
import { makeDisk } from './disk.js';
import type { Guest } from './guest.js';
import { UsbSockets } from './usb.js';

export const PIN = '482913';
const DISK_MEGABYTES = 160;
const LIFTED_MS = 2000;
const CORRELATION_MIN = 0.9;
const PIECE_S = 5;

/** Bytes of recordings by number, as they were kept. */
export type Recordings = ReadonlyMap<number, Buffer>;

export interface BoxOptions {
  /** Seconds of each call that is in the store. */
  readonly callsS: readonly number[];
  /** Serial numbers of the office's sticks. */
  readonly allowed: readonly string[];
}

/**
 * A data disk with calls, a PIN, a list of sticks and all calls named to be handed over: made by the program, outside.
 * Returns the recordings.
 */
export async function setUpBox(bench: Bench, { callsS, allowed }: BoxOptions): Promise<Recordings> {
  const root = path.join(bench.folder, 'made');
  const data = path.join(root, 'store');
  const edges: EdgeJson[] = [];
  let ms = 1000;
  for (const seconds of callsS) {
    edges.push({ atMs: ms, hook: 'off' }, { atMs: ms + seconds * 1000, hook: 'on' });
    ms += seconds * 1000 + 3000;
  }
  const trace = cleanTrace(edges, new Murmur(new Chance(1), 8000).speak(ms * 8), { dir: `${root}-calls` });
  execFileSync('mkdir', ['-p', root]);
  await record(data, [trace]);
  await must(['pin', 'set', '--stdin', '--data', data], { input: Readable.from([`${PIN}\n`]) });
  for (const serial of allowed) await must(['stick', 'allow', serial, '--data', data]);
  await must(['collect', '--direction', 'outbound', '--reason', 'form 12', '--data', data]);
  const { audio } = await contentsOf(data);
  makeDisk(bench.disk, DISK_MEGABYTES, root);
  return audio;
}

/** A call that goes on for as long as anybody wants, as a trace the guest can play by the name `long`. Returns its folder. */
export function endlessCall(bench: Bench, seconds: number): string {
  const samples = new Murmur(new Chance(2), 8000).speak(seconds * 8000);
  const dir = cleanTrace([{ atMs: LIFTED_MS, hook: 'off' }], samples, { dir: path.join(bench.folder, 'endless') });
  bench.trace(dir, 'long');
  return dir;
}

/** What a box at the counter runs: a recorder with a call that goes on until the script is told that it is enough. */
const WITH_A_CALL = `cp -r /share/long /run/long && arm || exit
  nice -n -20 node $guest/player.js /run/long /run/played.json & player=$!
  until [ -e /run/enough ]; do sleep 0.2; done
  pull 4 up; sleep 2; kill $player; disarm && unmount_data`;

/**
 * A box where a call is recorded all the time, and somebody who does things at its counter. The call must be whole. Returns what
 * is worth telling of it.
 */
export async function atTheCounter(bench: Bench, does: (counter: Counter) => Promise<void>): Promise<string> {
  const dir = endlessCall(bench, 1200);
  const guest = bench.boot(WITH_A_CALL, ['--keyboard', 'on', '--fast', 'paced', '--timeout', '3600']);
  try {
    await guest.says(/^line-1: recording/mu);
    const counter = new Counter(bench, guest);
    await does(counter);
    counter.sh('touch /run/enough');
    assert.equal(await guest.end(), 0, guest.out);
  } catch (error) {
    console.log(guest.out);
    throw error;
  } finally {
    await guest.switchOff();
  }
  assert.doesNotMatch(guest.out, /CAPTURE|SENSE|STORAGE/u);
  assert.doesNotMatch(
    guest.out,
    /underrun/u,
    'the player had nothing to play for a moment: nobody can say what should be heard',
  );
  return requireWhole(bench, dir);
}

/** The call that was recorded meanwhile is whole: no gap, and its sound is what was said. Returns what is worth telling. */
async function requireWhole(bench: Bench, dir: string): Promise<string> {
  const { calls, audio, breaches } = await bench.contents();
  assert.deepEqual(breaches, []);
  const call = calls.at(-1);
  assert.deepEqual(call?.gaps, [], 'the call recorded meanwhile has gaps');
  const from = LIFTED_MS * 8;
  const said = samplesOf(dir, 'line-1').subarray(from, from + Math.round((call?.durationMs ?? 0) * 8));
  const bytes = audio.get(call?.number ?? 0) ?? new Uint8Array();
  const { lagSamples, correlation } = match(said, bytes);
  assert.ok(
    correlation >= CORRELATION_MIN,
    `the call recorded meanwhile: correlation ${correlation}; ms off, every ${PIECE_S} s: ${lagsMs(said, bytes).join(' ')}`,
  );
  const seconds = ((call?.durationMs ?? 0) / 1000).toFixed(0);
  return `a call of ${seconds} s meanwhile: no gap, correlation ${correlation.toFixed(3)}, sound ${Math.abs(lagSamples) / 8} ms off`;
}

/** How late the sound is, piece by piece: where it slips. */
function lagsMs(said: Int16Array, mp3: Uint8Array): number[] {
  const [heard, piece] = [decodeMp3(mp3), PIECE_S * 8000];
  return Array.from({ length: Math.floor(said.length / piece) }, (_, i) => {
    const [from, to] = [i * piece, (i + 1) * piece];
    return align(said.subarray(from, to), heard.subarray(from, to), piece / 2).lagSamples / 8;
  });
}

/** Whoever stands at the box: hands for its button, keypad and USB sockets, and eyes for what it says. */
export class Counter {
  readonly sockets: UsbSockets;
  readonly #guest: Guest;
  #seen = 0;

  constructor(bench: Bench, guest: Guest) {
    this.#guest = guest;
    this.sockets = new UsbSockets(bench.folder);
  }

  /** Nothing said so far counts any more. */
  look(): void {
    this.#seen = this.#guest.out.length;
  }

  /** All that has been said since the last look. */
  get said(): string {
    return this.#guest.out.slice(this.#seen);
  }

  says(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#guest.says(pattern, this.#seen);
  }

  /** Presses the one button for so many seconds of the box's time. */
  hold(seconds: number): void {
    this.sh(`pull 20 down; sleep ${seconds}; pull 20 up`);
  }

  /** Digits and enter; with a stick that is ready the first one asks for the PIN by itself. */
  type(digits = PIN): Promise<void> {
    return this.sockets.press([...[...digits].map((digit) => `kp_${digit}`), 'kp_enter']);
  }

  /** A command in the guest, with what `session.sh` knows. */
  sh(command: string): string {
    return this.#guest.sh(`. /app/test/kernel/guest/session.sh; ${command}`);
  }

  /** Waits until the box has let the stick go. */
  untilUnmounted(): void {
    this.sh('while grep -q /run/kikitome/stick /proc/mounts; do sleep 0.1; done');
  }

  /** A stick that is done is let go by the button, and pulled; then all calls are named anew. */
  async takeAway(id: string): Promise<void> {
    this.hold(2.5);
    this.untilUnmounted();
    await this.sockets.pull(id);
    this.sh('kikitome collect --direction outbound --data $store');
  }
}

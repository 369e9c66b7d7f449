import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SystemClock } from '../../drivers/clock/system.js';
import type { CallRecord } from '../../firmware/call/call-record.js';
import type { FaultEvent } from '../../firmware/faults/fault-report.js';
import { openStore } from '../../firmware/open-store.js';
import { OpenRecordings } from '../../firmware/recordings.js';
import { align } from '../support/align.js';
import { decodeMp3 } from '../support/mp3.js';
import { must } from '../support/world.js';

/** A folder for one suite, removed after it. */
export function scratch(): (name: string) => string {
  let root = '';
  before(() => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-scenario-'));
  });
  after(() => rmSync(root, { recursive: true, force: true }));
  return (name) => path.join(root, name);
}

/** A new store, and traces played into it as fast as the machine goes. */
export async function record(folder: string, traces: readonly string[], ...more: string[]): Promise<string> {
  await must(['format', '--data', folder, '--capacity', '96MiB']);
  const { out } = await must([
    'run',
    '--data',
    folder,
    ...traces.flatMap((dir) => ['--trace', dir]),
    '--speed',
    'max',
    ...more,
  ]);
  return out;
}

/** What `calls --json` prints, oldest first. */
export async function callsOf(folder: string): Promise<CallRecord[]> {
  const { out } = await must(['calls', '--data', folder, '--json']);
  return (JSON.parse(out) as CallRecord[]).reverse();
}

export interface Contents {
  /** Oldest first. */
  readonly calls: readonly CallRecord[];
  /** Every recording's bytes by number, as they were kept. */
  readonly audio: ReadonlyMap<number, Buffer>;
  readonly breaches: readonly string[];
  /** What the register says of faults, oldest first. */
  readonly faults: readonly FaultEvent[];
}

/** All of a store at once: opened (and so recovered), listed, read, checked, closed. */
export async function contentsOf(folder: string): Promise<Contents> {
  const clock = new SystemClock();
  const wall = () => clock.wall();
  const recordings = new OpenRecordings(await openStore({ folder, chance: randomBytes, wall }), wall);
  try {
    const calls: CallRecord[] = [];
    for await (const call of recordings.calls({})) calls.unshift(call);
    const audio = new Map<number, Buffer>();
    for (const { number, audio: kept } of calls) {
      if (!kept) continue;
      const parts: Uint8Array[] = [];
      for await (const bytes of recordings.audio(String(number))) parts.push(bytes);
      audio.set(number, Buffer.concat(parts));
    }
    const breaches: string[] = [];
    for await (const breach of recordings.check()) breaches.push(breach);
    const { events: faults } = await recordings.faultHistory();
    return { calls, audio, breaches, faults };
  } finally {
    await recordings.close();
  }
}

const UNIT_BYTES = 4096;
const OPEN_BLOCK = 1;

/** How many open blocks stand in a ring that has not come round: one for each recording, and one each time that more was known of it. */
export function openBlocksIn(store: string): number {
  const ring = readFileSync(path.join(store, 'ring'));
  let count = 0;
  for (let at = 0; at < ring.length; at += UNIT_BYTES) {
    if (ring.toString('latin1', at, at + 4) === 'KTB1' && ring[at + 5] === OPEN_BLOCK) count += 1;
  }
  return count;
}

export const requireClean = async (folder: string): Promise<void> => {
  await must(['check', '--data', folder]);
};

/** A trace's samples, all of them. */
export function samplesOf(trace: string, line: string): Int16Array {
  const wav = readFileSync(path.join(trace, `${line}.wav`));
  return new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
}

export interface Match {
  readonly lagSamples: number;
  readonly correlation: number;
  /** How much longer than the stretch the decoded file is; up to a frame is padding. */
  readonly longerSamples: number;
}

/** How a file lies against the stretch of a trace it should hold. */
export function match(said: Int16Array, mp3: Uint8Array, maxLagSamples = 1600): Match {
  const heard = decodeMp3(mp3);
  const { lagSamples, correlation } = align(said, heard, maxLagSamples);
  return { lagSamples, correlation, longerSamples: heard.length - said.length };
}

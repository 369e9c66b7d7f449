import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callsOf } from './calls.js';
import { FilesAndSqlite } from './files-and-sqlite.js';
import type { BenchWriter, Keeper } from './keeper.js';
import { LoopMedium } from './loop-medium.js';
import { formatRing, RingStore } from './ring-store.js';

const RING_BYTES = 128 << 20;
const IMAGE_BYTES = 256 << 20;
const SAMPLES_A_FRAME = 576;
const RATE_HZ = 8000;
/** 32 kbit/s at 8 kHz. */
export const FRAME_BYTES = 288;
/** Calls of three minutes, one right after the other. */
const CALL_S = 180;
const SETTLE_MS = 6000;

/** What one store wrote for the audio it was given. */
export interface Amplification {
  readonly audioBytes: number;
  readonly deviceBytes: number;
  /** Device bytes for each audio byte. */
  readonly factor: number;
}

/**
 * Records one line for `seconds` of real time into every store at once, a commit a second, each on an ext4 of its own, and
 * counts what reached the devices. Real time, because the file system's own journal writes by the clock. `format` is not
 * counted. Null where no loop device can be had (needs root).
 */
export async function amplification(folder: string, seconds: number): Promise<Record<string, Amplification> | null> {
  if (process.getuid?.() !== 0) return null;
  const media: LoopMedium[] = [];
  try {
    const mount = (name: string) => {
      const medium = LoopMedium.mount(path.join(folder, name), IMAGE_BYTES);
      media.push(medium);
      return medium;
    };
    const ringMedium = mount('ring');
    const filesMedium = mount('files');
    const ringFolder = path.join(ringMedium.folder, 'data');
    await formatRing(ringFolder, RING_BYTES, false);
    const filesFolder = path.join(filesMedium.folder, 'data');
    mkdirSync(filesFolder);
    const keepers = [await RingStore.open(ringFolder), await FilesAndSqlite.open(filesFolder)];
    // Opening wrote things that the file system puts off for seconds: they are not the audio's.
    await sleep(SETTLE_MS);
    const before = media.map((medium) => {
      medium.flush();
      return medium.writtenBytes();
    });
    const audioBytes = await record(keepers, seconds);
    const results = keepers.map(({ name }, i) => {
      media[i]?.flush();
      const deviceBytes = (media[i]?.writtenBytes() ?? Number.NaN) - (before[i] ?? Number.NaN);
      return [name, { audioBytes, deviceBytes, factor: deviceBytes / audioBytes }] as const;
    });
    for (const keeper of keepers) await keeper.close();
    return Object.fromEntries(results);
  } finally {
    for (const medium of media) medium.unmount();
  }
}

/** Gives all of them the same frames when they are due. Returns the bytes that each was given. */
async function record(keepers: readonly Keeper[], seconds: number): Promise<number> {
  const calls = callsOf(Math.ceil(seconds / CALL_S), 1);
  let writers: readonly BenchWriter[] = [];
  let frames = 0;
  const startMs = performance.now();
  for (let second = 1; second <= seconds; second += 1) {
    await sleep(startMs + second * 1000 - performance.now());
    if ((second - 1) % CALL_S === 0) {
      const call = calls.next().value;
      if (call) writers = keepers.map((keeper) => keeper.begin(call));
    }
    for (; frames < Math.floor((second * RATE_HZ) / SAMPLES_A_FRAME); frames += 1) {
      const frame = Buffer.alloc(FRAME_BYTES, frames);
      for (const writer of writers) writer.append(frame);
    }
    if (second % CALL_S === 0 || second === seconds) for (const writer of writers) writer.close();
    for (const keeper of keepers) await keeper.commit();
  }
  return frames * FRAME_BYTES;
}

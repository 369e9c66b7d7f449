import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { SystemClock } from '../../drivers/clock/system.js';
import { openStore } from '../../firmware/open-store.js';
import { cleanTrace } from '../support/traces.js';
import { must } from '../support/world.js';

const CALLS = 90;
const HOUR_MS = 3_600_000;
/** The head is brought to about so many units (seconds of a call) before the end of its segment. */
const LEFT_UNITS = 6;
const RATE_HZ = 8000;

/**
 * Makes `folder/store`, the smallest there is (4 MiB: six segments of 64 s), whose ring has wrapped, and whose head is about to
 * leave its segment: the next call makes room. Some 90 calls of a few seconds, recorded by the virtual board in the last hours.
 */
export async function fullRing(folder: string): Promise<string> {
  const store = path.join(folder, 'store');
  const startMs = Date.now() - 3 * HOUR_MS;
  await must(['format', '--data', store, '--capacity', '4MiB']);
  // Twelve seconds apart; 3 to 9 s long, each with another sound.
  await play(
    store,
    startMs,
    Array.from({ length: CALLS }, (_, i) => 3 + (i % 7)),
  );
  const left = await unitsLeft(store);
  await play(store, startMs + 2 * HOUR_MS, [
    left.here - LEFT_UNITS >= 3 ? left.here - LEFT_UNITS : left.here - LEFT_UNITS + left.segment,
  ]);
  return store;
}

/** Outbound calls of so many seconds, one after the other. */
async function play(store: string, startMs: number, seconds: readonly number[]): Promise<void> {
  const edges: { atMs: number; hook: 'on' | 'off' }[] = [];
  let atMs = 1000;
  for (const s of seconds) {
    edges.push({ atMs, hook: 'off' }, { atMs: atMs + s * 1000, hook: 'on' });
    atMs += s * 1000 + 4000;
  }
  const noise = randomBytes((atMs / 1000) * RATE_HZ * 2);
  const samples = new Int16Array(noise.buffer, noise.byteOffset, noise.length / 2).map((sample) => sample >> 4);
  const dir = cleanTrace(edges, samples, {
    dir: path.join(path.dirname(store), `trace-${startMs}`),
    startsAt: new Date(startMs).toISOString(),
  });
  await must(['run', '--data', store, '--trace', dir, '--speed', 'max']);
}

async function unitsLeft(folder: string): Promise<{ here: number; segment: number }> {
  const clock = new SystemClock();
  const store = await openStore({ folder, chance: randomBytes, wall: () => clock.wall() });
  try {
    return await store.inspect(async ({ parts: { ring }, writeAt }) => ({
      here: ring.roomAt(writeAt),
      segment: ring.segmentUnits,
    }));
  } finally {
    await store.close();
  }
}

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { checkStore } from '../../../storage/check.js';
import type { Disk } from '../../../storage/disk.js';
import { StoreError } from '../../../storage/errors.js';
import { formatStore } from '../../../storage/format.js';
import type { OrderedMap } from '../../../storage/index-port.js';
import { Store } from '../../../storage/store.js';
import { seededChance } from '../../support/chance.js';

export const MIB = 1 << 20;
export const WALL = 1_800_000_000_000;
export const wall = (): number => WALL;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What was recorded, for comparing. */
export interface Truth {
  readonly n: number;
  readonly bytes: Buffer;
  readonly memo: string;
  readonly party: string;
}

export const format = (disk: Disk, capacityBytes: number, seed: number) =>
  formatStore(disk, { capacityBytes, eraseEverything: false, chance: seededChance(seed), wallMs: 0 });

export const openStore = (disk: Disk, map: OrderedMap, seed: number, rebuildIndex = false): Promise<Store> =>
  Store.open({ disk, openMap: async () => map, chance: seededChance(seed), wall, rebuildIndex });

const FRAME_BYTES = 288;

/** Bytes that say whose they are, so that a search of an image cannot find them by accident. */
export function speech(n: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 32) {
    createHash('sha256').update(`speech ${n} ${at}`).digest().copy(bytes, at);
  }
  return bytes;
}

/** Records one call after the other, each committed when it ends. */
export async function record(store: Store, count: number, lengthOf: (i: number) => number): Promise<Truth[]> {
  const truths: Truth[] = [];
  for (let i = 0; i < count; i += 1) {
    const writer = store.begin({ line: 'line-1' }, WALL - 1e9 + i * 60_000);
    const n = writer.number;
    const bytes = speech(n, lengthOf(i));
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) writer.append(bytes.subarray(at, at + FRAME_BYTES));
    const party = `0${String(9_000_000_000 + n * 7919).slice(1)}`;
    const memo = `confidential memo of call ${n}.`;
    writer.close({ endedWallMs: WALL - 1e9 + i * 60_000 + 1000, party, particulars: { number: party, memo } });
    await store.commit();
    truths.push({ n, bytes, memo, party });
  }
  return truths;
}

export async function audioOf(store: Store, n: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of store.read(n)) parts.push(part);
  return Buffer.concat(parts);
}

export async function breachesOf(store: Store): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of checkStore(store)) lines.push(line);
  return lines;
}

export async function assertClean(store: Store, label = ''): Promise<void> {
  assert.deepEqual(await breachesOf(store), [], label);
}

export function assertStoreError(error: unknown, label: string): asserts error is StoreError {
  if (!(error instanceof StoreError)) {
    throw new assert.AssertionError({
      message: `${label}: not a StoreError: ${(error as Error).stack ?? String(error)}`,
    });
  }
}

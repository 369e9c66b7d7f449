import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { formatStore } from '../../../../storage/format.js';
import { LevelMap } from '../../../../storage/level-map.js';
import { NodeDisk } from '../../../../storage/node-disk.js';
import type { Particulars, RecordingWriter } from '../../../../storage/recording-writer.js';
import { Store } from '../../../../storage/store.js';
import type { BenchCall, BenchWriter, Keeper, NumberMatch } from './keeper.js';
import { SparseDisk } from './sparse-disk.js';

/** A call without audio takes two blocks, and a key slot, which serves 32 KiB of ring. */
const BYTES_A_CALL = 36 * 1024;

/** Ring that holds so many calls, and what surrounds it. */
export const capacityFor = (calls: number): number => Math.max(32 << 20, Math.ceil(calls * BYTES_A_CALL * 1.1));

/** Formats our store; as holes where the medium would be too large to fill. */
export async function formatRing(folder: string, capacityBytes: number, sparse: boolean): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const disk = sparse ? new SparseDisk(folder) : new NodeDisk(folder);
  await formatStore(disk, { capacityBytes, eraseEverything: false, chance: randomBytes, wallMs: Date.now() });
}

/** What `firmware/line-recorder.ts` seals with a call, in size and kind. */
function particularsOf({ startedWallMs, durationMs, line, direction, caller }: BenchCall): Particulars {
  const audio = { codec: 'mp3', encoder: 'libmp3lame 3.100', sampleRateHz: 8000, bitRate: 32_000 };
  const times = { startedWallMs, durationMs, ringMs: direction === 'inbound' ? 3900 : null };
  const rest = {
    dialled: null,
    flashes: [],
    gaps: [],
    clock: 'synchronised',
    retentionRule: 'kumamoto',
    timeZone: 'Asia/Tokyo',
  };
  return { line, direction, outcome: 'answered', ...times, caller: { number: caller }, audio, ...rest };
}

/** Our store: the one place of the bench that knows its interface. */
export class RingStore implements Keeper {
  readonly name = 'ring store';
  readonly store: Store;

  private constructor(store: Store) {
    this.store = store;
  }

  static async open(folder: string, options: { readonly rebuildIndex?: boolean } = {}): Promise<RingStore> {
    const disk = new NodeDisk(folder);
    const openMap = () => LevelMap.open(path.join(folder, 'index'));
    return new RingStore(await Store.open({ disk, openMap, chance: randomBytes, wall: Date.now, ...options }));
  }

  begin(call: BenchCall): BenchWriter {
    const particulars = particularsOf(call);
    const writer: RecordingWriter = this.store.begin(particulars, call.startedWallMs);
    return {
      append: (frame) => writer.append(frame),
      close: () => {
        const endedWallMs = call.startedWallMs + call.durationMs;
        writer.close({ endedWallMs, party: call.caller, particulars });
      },
    };
  }

  commit(): Promise<void> {
    return this.store.commit();
  }

  readonly newest = (count: number): Promise<number> => read(this.store.recordings(undefined, count), count);
  readonly second = (count: number): Promise<number> =>
    read(this.store.recordings(this.store.status.lastNumber + 1 - count, count), count);
  readonly ofNumber = (digits: string, match: NumberMatch, count: number): Promise<number> =>
    read(this.store.withParty({ digits, match }, undefined, count), count);
  readonly ofRange = (fromWallMs: number, toWallMs: number, count: number): Promise<number> =>
    read(this.store.startedBetween(fromWallMs, toWallMs, undefined, count), count);

  /** What a search without an index costs: every row unsealed. */
  readAll(): Promise<number> {
    return this.newest(Number.POSITIVE_INFINITY);
  }

  async erase(numbers: readonly number[]): Promise<void> {
    const erased = await this.store.erase(numbers, 'expiry');
    if (erased !== numbers.length) throw new Error(`${erased} of ${numbers.length} recordings erased`);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** Reads at most `count` recordings to their last particular. Returns how many there were. */
async function read(recordings: AsyncIterable<unknown>, count: number): Promise<number> {
  let found = 0;
  for await (const _ of recordings) {
    found += 1;
    if (found >= count) break;
  }
  return found;
}

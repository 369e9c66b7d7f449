import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type StoreErrorCode, StoreError } from '../../storage/errors.js';
import { formatStore, usableRingBytes } from '../../storage/format.js';
import { LevelMap } from '../../storage/level-map.js';
import { NodeDisk } from '../../storage/node-disk.js';
import type { Superblock } from '../../storage/superblock.js';
import { RemoteRecordings } from '../console/client.js';
import { KikitomeError } from '../errors.js';
import { INDEX_FOLDER, openStore } from '../open-store.js';
import { decideRules, type OfficeRules } from '../rules/office.js';
import { hoursOf } from '../recordings.js';
import type { World } from './world.js';

export interface FormatReport {
  readonly data: string;
  readonly id: string;
  readonly capacityBytes: number;
  readonly ringBytes: number;
  /** Hours of one line at 32 kbit/s. */
  readonly hours: number;
}

export interface FormatRequest {
  readonly folder: string;
  readonly capacityBytes: number | 'max';
  readonly eraseEverything: boolean;
  readonly rules: OfficeRules;
}

/** Makes a store, and its folder if need be. Throws `STORE_EXISTS`, `STORE_IN_USE`, `CAPACITY_TOO_SMALL`, `CAPACITY_TOO_LARGE`, `DATA_READ_ONLY`. */
export async function format(world: World, { folder, capacityBytes, eraseEverything, rules }: FormatRequest): Promise<FormatReport> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (await RemoteRecordings.connect(folder)) throw new StoreError('STORE_IN_USE', `a recorder is running on ${folder}`);
    // The index's lock is the store's: nobody has it open while it is made anew.
    const index = await LevelMap.open(path.join(folder, INDEX_FOLDER));
    let superblock: Superblock;
    try {
      const { chance, clock } = world;
      superblock = await formatStore(new NodeDisk(folder), { capacityBytes, eraseEverything, chance, wallMs: clock.wall() });
      await index.clear();
    } finally {
      await index.close();
    }
    const store = await openStore({ folder, chance: world.chance, wall: () => world.clock.wall() });
    await decideRules(store, rules);
    await store.close();
    const ringBytes = usableRingBytes(superblock);
    return { data: folder, id: superblock.id, capacityBytes: superblock.capacityBytes, ringBytes, hours: hoursOf(ringBytes, 32_000) };
  } catch (error) {
    throw translated(error, folder);
  }
}

const STORE_CODE: Readonly<Record<string, StoreErrorCode>> = { ENOSPC: 'CAPACITY_TOO_LARGE', EROFS: 'STORE_READ_ONLY' };

function translated(error: unknown, folder: string): unknown {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'EACCES' || code === 'EPERM') return new KikitomeError('DATA_READ_ONLY', folder, { cause: error });
  if (code === 'ENOTDIR' || code === 'EEXIST') return new KikitomeError('DATA_MISSING', `${folder} is not a folder`, { cause: error });
  const storeCode = code === undefined ? undefined : STORE_CODE[code];
  return storeCode ? new StoreError(storeCode, `${folder}: ${message}`, { cause: error }) : error;
}

import { access, constants, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { StoreError, type StoreErrorCode } from '../../storage/errors.js';
import { beginFormat, endFormat, formatStore, isFormatting, usableRingBytes } from '../../storage/format.js';
import { JOURNAL_FILE } from '../../storage/journal.js';
import { KEYS_FILE } from '../../storage/key-vault.js';
import { LevelMap } from '../../storage/level-map.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { RING_FILE } from '../../storage/ring.js';
import { ROOT_FILE } from '../../storage/root.js';
import { layoutFor, SUPERBLOCK, type Superblock } from '../../storage/superblock.js';
import { RemoteRecordings } from '../console/client.js';
import { KikitomeError } from '../errors.js';
import { LongWork } from '../health/long-work.js';
import { INDEX_FOLDER, openStore } from '../open-store.js';
import { hoursOf } from '../recordings.js';
import { decideRules, type OfficeRules } from '../rules/office.js';
import { makeFolder } from './make-folder.js';
import { upgradeRoomBytes } from './upgrade-room.js';
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
  /** The file of a chip that is to hold the root key. */
  readonly rootChip?: string | undefined;
  readonly rules: OfficeRules;
}

/** Makes a store, and its folder if need be. Throws `STORE_EXISTS`, `STORE_IN_USE`, `CAPACITY_TOO_SMALL`, `CAPACITY_TOO_LARGE`, `DATA_READ_ONLY`, `ROOT_CHIP_*`. */
export async function format(world: World, request: FormatRequest): Promise<FormatReport> {
  const { folder, capacityBytes, eraseEverything, rootChip, rules } = request;
  const work = new LongWork(world.supervisor ?? null, world.clock);
  const indexFolder = path.join(folder, INDEX_FOLDER);
  const disk = new NodeDisk(folder, work.advance);
  /** What is taken away again where no store comes of it. */
  let made: string | undefined;
  try {
    if (capacityBytes !== 'max') layoutFor(capacityBytes);
    made = await makeFolder(folder);
    await access(folder, constants.W_OK);
    if (!(await readdir(folder)).includes(INDEX_FOLDER)) made ??= indexFolder;
    if (await RemoteRecordings.connect(folder))
      throw new StoreError('STORE_IN_USE', `a recorder is running on ${folder}`);
    // Nobody opens a store that was never finished: it holds nothing.
    const cut = await isFormatting(disk);
    if (!eraseEverything && !cut) await requireNothingToLose(folder);
    if (cut || !(await disk.exists(SUPERBLOCK))) await beginFormat(disk);
    // The index's lock is the store's: nobody has it open while it is made anew.
    const index = await LevelMap.open(indexFolder);
    let superblock: Superblock;
    try {
      const { chance, clock } = world;
      superblock = await formatStore(disk, {
        capacityBytes,
        leaveBytes: await upgradeRoomBytes(world.home, folder),
        eraseEverything: eraseEverything || cut,
        rootChip,
        chance,
        wallMs: clock.wall(),
      });
      await index.clear();
    } finally {
      await index.close();
    }
    const store = await openStore({ folder, chance: world.chance, wall: () => world.clock.wall(), unfinished: true });
    await decideRules(store, rules);
    await store.close();
    await endFormat(disk);
    const ringBytes = usableRingBytes(superblock);
    return {
      data: folder,
      id: superblock.id,
      capacityBytes: superblock.capacityBytes,
      ringBytes,
      hours: hoursOf(ringBytes, 32_000),
    };
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    if (made !== folder) await endIfNothingIsLeft(folder, disk).catch(() => undefined);
    throw translated(error, folder);
  }
}

/** What could not be taken away of a format that was begun stays known as left over. */
async function endIfNothingIsLeft(folder: string, disk: NodeDisk): Promise<void> {
  if (!(await isFormatting(disk))) return;
  const names = new Set(await readdir(folder));
  if (!STORE_NAMES.some((name) => names.has(name))) await endFormat(disk);
}

/** A file that has the name of one of the store's would be destroyed, whatever it is: a store, or somebody's `index`. */
async function requireNothingToLose(folder: string): Promise<void> {
  const names = new Set(await readdir(folder));
  if (names.has(SUPERBLOCK)) throw new StoreError('STORE_EXISTS', `${folder} already holds a store`);
  const taken = STORE_NAMES.filter((name) => names.has(name));
  if (taken.length === 0) return;
  throw new StoreError('STORE_EXISTS', `${folder} holds no finished store, but already ${taken.join(', ')}`);
}

const STORE_NAMES = [SUPERBLOCK, ROOT_FILE, KEYS_FILE, JOURNAL_FILE, RING_FILE, INDEX_FOLDER];
const STORE_CODE: Readonly<Record<string, StoreErrorCode>> = { ENOSPC: 'CAPACITY_TOO_LARGE', EROFS: 'STORE_READ_ONLY' };

function translated(error: unknown, folder: string): unknown {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'EACCES' || code === 'EPERM') return new KikitomeError('DATA_READ_ONLY', folder, { cause: error });
  if (code === 'ENOENT' || code === 'ENAMETOOLONG')
    return new KikitomeError('DATA_MISSING', `${folder} cannot be made`, { cause: error });
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new KikitomeError('DATA_MISSING', `${folder} is not a folder`, { cause: error });
  const storeCode = code === undefined ? undefined : STORE_CODE[code];
  return storeCode ? new StoreError(storeCode, `${folder}: ${message}`, { cause: error }) : error;
}

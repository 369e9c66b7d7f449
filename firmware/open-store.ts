import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Chance } from '../storage/disk.js';
import { StoreError } from '../storage/errors.js';
import type { UnfinishedRecording } from '../storage/finish.js';
import { isFormatting } from '../storage/format.js';
import { LevelMap } from '../storage/level-map.js';
import { NodeDisk } from '../storage/node-disk.js';
import type { Closing } from '../storage/recording-writer.js';
import { Store } from '../storage/store.js';
import { SUPERBLOCK } from '../storage/superblock.js';
import { particularsSchema, partyNumber } from './call/call-record.js';
import { interruptedCall } from './call/interrupted-call.js';
import { KikitomeError } from './errors.js';

export const INDEX_FOLDER = 'index';

export interface OpenStoreOptions {
  readonly folder: string;
  readonly chance: Chance;
  readonly wall: () => number;
  readonly rebuildIndex?: boolean;
  /** Called after each access to the medium that has come to its end, now and for as long as the store is open. */
  readonly onAdvance?: () => void;
  /** For whoever is making it: also one that is not whole yet. */
  readonly unfinished?: boolean;
}

/**
 * Opens the store in a folder and closes what a power cut left open. Throws `DATA_MISSING`, `DATA_READ_ONLY`,
 * `STORE_MISSING`, `STORE_VERSION`, `STORE_DAMAGED`, `STORE_IN_USE`.
 */
export async function openStore({
  folder,
  chance,
  wall,
  rebuildIndex = false,
  onAdvance,
  unfinished = false,
}: OpenStoreOptions): Promise<Store> {
  await checkFolder(folder);
  const disk = new NodeDisk(folder, onAdvance);
  if (!(await disk.exists(SUPERBLOCK))) throw new StoreError('STORE_MISSING', `${folder} holds no store`);
  if (!unfinished && (await isFormatting(disk)))
    throw new StoreError('STORE_MISSING', `the store in ${folder} was never finished: format or move again`);
  const openMap = (indexBytes: number) => LevelMap.open(path.join(folder, INDEX_FOLDER), indexBytes);
  const store = await Store.open({ disk, openMap, chance, wall, rebuildIndex }).catch((error: unknown) => {
    throw translated(error, folder);
  });
  try {
    await store.finishInterrupted(closeInterrupted);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    throw new KikitomeError('DATA_MISSING', `no folder ${folder || '""'}`, { cause: error });
  });
  if (!found.isDirectory()) throw new KikitomeError('DATA_MISSING', `${folder} is not a folder`);
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new KikitomeError('DATA_READ_ONLY', folder, { cause: error });
  });
}

/** What the file system refused, in the store's words. */
function translated(error: unknown, folder: string): unknown {
  const { code, message } = error as { code?: string; message: string };
  const options = { cause: error };
  if (code === 'EACCES' || code === 'EPERM')
    return new KikitomeError('DATA_READ_ONLY', `${folder}: ${message}`, options);
  if (code === 'EROFS') return new StoreError('STORE_READ_ONLY', `${folder}: ${message}`, options);
  // A file of the store is gone or is none.
  if (code === 'ENOENT' || code === 'EISDIR') return new StoreError('STORE_DAMAGED', `${folder}: ${message}`, options);
  return error;
}

/** A call that the recorder did not live to close: as long as what is there of it, with the gaps in it. One that nobody answered is all there, for it is known only once it is over. */
export function closeInterrupted({ row, particulars, bytes }: UnfinishedRecording): Closing {
  const call = particularsSchema.safeParse(particulars).data;
  // Nobody can tell what it was, and a store must open all the same: `check` names it.
  if (!call) return { endedWallMs: row.startedWallMs, party: null, particulars };
  // Constant bit rate: the bytes tell the time.
  const closed = interruptedCall(call, call.audio ? (bytes * 8 * 1000) / call.audio.bitRate : 0);
  const rangMs = call.outcome === 'missed' ? (call.ringMs ?? 0) : 0;
  const endedWallMs = call.startedWallMs + rangMs + (closed.durationMs ?? 0);
  return { endedWallMs, party: partyNumber(closed), particulars: closed };
}

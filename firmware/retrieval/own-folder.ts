import { z } from 'zod';
import type { StickVolume } from '../../hal/stick.js';
import type { SettingStore } from './collection.js';
import { isOwnName, PART } from './manifest.js';

const SETTING = 'stick-leftovers';
/** Sticks whose unfinished folder is remembered. */
const LEFTOVERS_MAX = 20;
/** So many folders of one name on one stick, and it is of no use. */
const FOLDERS_MAX = 99;

const schema = z.array(z.strictObject({ serial: z.string(), folder: z.string() })).max(LEFTOVERS_MAX);

const leftovers = async (store: SettingStore) => schema.safeParse((await store.setting(SETTING)) ?? []).data ?? [];

/** The folder on a stick that a copy was begun in and not finished; null: none. */
export async function leftoverOn(store: SettingStore, serial: string): Promise<string | null> {
  return (await leftovers(store)).find((each) => each.serial === serial)?.folder ?? null;
}

/** Remembers it, or (null) that nothing is unfinished any more. */
export async function rememberLeftover(store: SettingStore, serial: string, folder: string | null): Promise<void> {
  const before = await leftovers(store);
  const others = before.filter((each) => each.serial !== serial);
  if (folder === null && others.length === before.length) return;
  const after = folder === null ? others : [...others, { serial, folder }].slice(-LEFTOVERS_MAX);
  await store.putSetting(SETTING, after);
}

/**
 * A folder that was not there: `kikitome-2026-11-24-3f9a2c11`, and `-2` and so on behind it where that is taken. Null: there is
 * none. `collection`: its id is chance, so that no other collection, of this box or of another one, is ever in a folder of that name;
 * a stick that was exchanged for one of the same serial number is known by it.
 */
export async function makeOwnFolder(volume: StickVolume, day: string, collection: string): Promise<string | null> {
  const name = `kikitome-${day}-${collection.slice(0, 8)}`;
  for (let n = 1; n <= FOLDERS_MAX; n += 1) {
    const folder = n === 1 ? name : `${name}-${n}`;
    if (await volume.makeFolder(folder)) return folder;
  }
  return null;
}

/** Takes away what this program has put into a folder of its own, and the folder where nothing else is in it. */
export async function tidyFolder(volume: StickVolume, folder: string): Promise<void> {
  await removeOwn(volume, folder, () => true);
  await volume.removeFolder(folder);
}

/** Takes away what was being written when a stick was pulled. */
export const removeParts = (volume: StickVolume, folder: string): Promise<void> =>
  removeOwn(volume, folder, (name) => name.endsWith(PART));

/** Takes away files of ours but for these: what an earlier try had copied, and is not handed over any more. */
export const removeOthers = (volume: StickVolume, folder: string, kept: ReadonlySet<string>): Promise<void> =>
  removeOwn(volume, folder, (name) => !kept.has(name));

async function removeOwn(volume: StickVolume, folder: string, which: (name: string) => boolean): Promise<void> {
  for (const { name, kind } of (await volume.list(folder)) ?? []) {
    if (kind !== 'folder' && isOwnName(name) && which(name)) await volume.remove(folder, name);
  }
}

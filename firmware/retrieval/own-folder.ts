import { z } from 'zod';
import type { StickVolume } from '../../hal/stick.js';
import type { SettingStore } from './collection.js';
import { isOwnName, PART } from './manifest.js';

const SETTING = 'stick-leftovers';
/** Sticks whose unfinished folder is remembered. */
const LEFTOVERS_MAX = 20;
/** So many folders of one day on one stick, ours or somebody's, and it is of no use. */
const FOLDERS_MAX = 999;

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

/** A folder that was not there: `kikitome-2026-11-24-1`, or the next number that is free. Null: there is none. */
export async function makeOwnFolder(volume: StickVolume, day: string): Promise<string | null> {
  for (let n = 1; n <= FOLDERS_MAX; n += 1) {
    const folder = `kikitome-${day}-${n}`;
    if (await volume.makeFolder(folder)) return folder;
  }
  return null;
}

/** Takes away what this program has put into a folder of its own, and the folder where nothing else is in it. */
export async function tidyFolder(volume: StickVolume, folder: string): Promise<void> {
  const entries = await volume.list(folder);
  if (entries === null) return;
  for (const { name, kind } of entries) {
    if (kind !== 'folder' && isOwnName(name)) await volume.remove(folder, name);
  }
  await volume.removeFolder(folder);
}

/** Takes away what was being written when a stick was pulled. */
export async function removeParts(volume: StickVolume, folder: string): Promise<void> {
  for (const { name, kind } of (await volume.list(folder)) ?? []) {
    if (kind !== 'folder' && isOwnName(name) && name.endsWith(PART)) await volume.remove(folder, name);
  }
}

import { z } from 'zod';
import { KikitomeError } from '../errors.js';
import type { SettingStore } from './collection.js';

const SETTING = 'sticks';
const STICKS_MAX = 30;

const serial = z.string().regex(/^[\x21-\x7e]{1,64}$/);
const schema = z.array(serial).max(STICKS_MAX);

/** Serial numbers of the organisation's own sticks. With none, or with a list that cannot be read, no stick is used at all. */
export async function allowedSticks(store: SettingStore): Promise<readonly string[]> {
  return schema.safeParse((await store.setting(SETTING)) ?? []).data ?? [];
}

/** Throws `STICK_SERIAL` for what is no serial number, or one too many. */
export async function allowStick(store: SettingStore, which: string): Promise<void> {
  const before = await allowedSticks(store);
  const after = schema.safeParse([...before.filter((each) => each !== which), which]);
  if (!after.success) {
    const why =
      before.length >= STICKS_MAX
        ? `${STICKS_MAX} sticks are on the list`
        : `${JSON.stringify(which.slice(0, 64))} is none: 1 to 64 characters of ASCII, no spaces`;
    throw new KikitomeError('STICK_SERIAL', why);
  }
  await store.putSetting(SETTING, after.data);
}

/** False where it was not on the list. */
export async function forgetStick(store: SettingStore, which: string): Promise<boolean> {
  const before = await allowedSticks(store);
  const after = before.filter((each) => each !== which);
  if (after.length < before.length) await store.putSetting(SETTING, after);
  return after.length < before.length;
}

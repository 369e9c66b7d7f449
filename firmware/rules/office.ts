import { z } from 'zod';
import { HOLDS_SHARE_DEFAULT, HOLDS_SHARE_MAX } from '../../storage/holds.js';
import type { Store } from '../../storage/store.js';
import { DEFAULT_RETENTION, isRetentionRule, type RetentionRule } from './retention.js';

const SETTING = 'office';

const timeZone = z.string().refine(isTimeZone, 'not a time zone of the IANA data base');

const schema = z.strictObject({
  retention: z.custom<RetentionRule>(
    (value) => typeof value === 'string' && isRetentionRule(value),
    'no retention rule',
  ),
  /** Whose days retention counts, and every printed time. */
  timeZone,
  /** Part of the ring that holds may take. */
  holdShare: z.number().positive().max(HOLDS_SHARE_MAX),
});

/** What an office has decided about keeping. Stands in the store, so that it cannot differ from what is kept there. */
export type OfficeRules = z.infer<typeof schema>;

export const DEFAULT_RULES: OfficeRules = {
  retention: DEFAULT_RETENTION,
  timeZone: 'Asia/Tokyo',
  holdShare: HOLDS_SHARE_DEFAULT,
};

export async function officeRules(store: Store): Promise<OfficeRules> {
  const value = await store.setting(SETTING);
  return value === undefined ? DEFAULT_RULES : schema.parse(value);
}

export async function decideRules(store: Store, rules: OfficeRules): Promise<void> {
  await store.putSetting(SETTING, schema.parse(rules));
}

export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

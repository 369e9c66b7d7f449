import { z } from 'zod';
import { type CallTiming, DEFAULT_TIMING } from './call/timing.js';
import { KikitomeError } from './errors.js';
import { readPlain } from './plain-file.js';

/** A time that may be set from 1 ms to `mostMs`. A hang-up must be decided while the line's history still reaches back to it. */
const ms = (name: keyof CallTiming, mostMs: number) => z.int().positive().max(mostMs).default(DEFAULT_TIMING[name]);
const timing = z
  .strictObject({
    hookSettleMs: ms('hookSettleMs', 200),
    pulseBreakMaxMs: ms('pulseBreakMaxMs', 500),
    flashMinMs: ms('flashMinMs', 2000),
    hangUpMs: ms('hangUpMs', 5000),
    ringMinMs: ms('ringMinMs', 5000),
    ringPauseMaxMs: ms('ringPauseMaxMs', 30_000),
    carMaxMs: ms('carMaxMs', 2000),
    primaryDataMs: ms('primaryDataMs', 8000),
    primarySilentMs: ms('primarySilentMs', 12_000),
    primaryReleaseMs: ms('primaryReleaseMs', 12_000),
    afterReceptionMs: ms('afterReceptionMs', 10_000),
    callerAheadMs: ms('callerAheadMs', 30_000),
    modemLateMs: ms('modemLateMs', 10_000),
    digitPauseMaxMs: ms('digitPauseMaxMs', 60_000),
    redialMs: ms('redialMs', 60_000),
    undialledCallMs: ms('undialledCallMs', 600_000),
  })
  .refine(
    ({ hookSettleMs, pulseBreakMaxMs, flashMinMs, hangUpMs }) =>
      hookSettleMs < pulseBreakMaxMs && pulseBreakMaxMs < flashMinMs && flashMinMs < hangUpMs,
    'hookSettleMs, pulseBreakMaxMs, flashMinMs, hangUpMs must grow in this order',
  );

const schema = z.strictObject({
  audio: z.strictObject({ bitRate: z.int().positive().default(32_000) }).default({ bitRate: 32_000 }),
  call: timing.default(DEFAULT_TIMING),
});

/** How the box works (`SETTINGS.md`). What the office has decided about keeping is in the store (`rules/office.ts`). Everything has a default; nothing unknown is accepted. */
export type Settings = z.infer<typeof schema>;

export const DEFAULT_SETTINGS: Settings = schema.parse({});

/** Throws `CONFIG_MISSING`, `CONFIG_NOT_JSON`, `CONFIG_FIELDS`. */
export async function readSettings(file: string): Promise<Settings> {
  const text = await readPlain(file).catch((error: unknown) => {
    throw new KikitomeError('CONFIG_MISSING', file, { cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new KikitomeError('CONFIG_NOT_JSON', `${file}: ${(error as Error).message}`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new KikitomeError('CONFIG_FIELDS', `${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

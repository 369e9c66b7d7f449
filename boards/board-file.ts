import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { MODEM_PROFILES, modemProfileOf } from '../drivers/serial/profiles.js';
import type { BoardData } from './board-data.js';
import { BoardError } from './board-error.js';

const offset = z.int().min(0).max(1023);
const input = z.strictObject({
  offset,
  activeLow: z.boolean().optional(),
  bias: z.enum(['pull-up', 'pull-down', 'none']).optional(),
});
const output = z.strictObject({ offset, activeLow: z.boolean().optional() });
const key = z.enum(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'enter', 'clear']);
const word = (most: number) =>
  z.string().regex(new RegExp(`^\\P{Cc}{1,${most}}$`, 'u'), `1 to ${most} printable characters`);
const text = word(80);
const device = word(200).regex(/^\//u, 'an absolute path');
const line = z
  .strictObject({
    id: z.string().regex(/^line-\d{1,2}$/u, 'a name such as line-1'),
    hook: input.optional(),
    ring: input.optional(),
    hookSeesRinging: z.boolean().optional(),
    polarity: input.optional(),
    lineVoltage: input.optional(),
    pcm: word(200),
    sampleRateHz: z.union([z.literal(8000), z.literal(16000), z.literal(32000), z.literal(44100), z.literal(48000)]),
    modem: z
      .strictObject({
        path: z.union([z.literal('header'), device]),
        profile: z
          .string()
          .refine((id) => modemProfileOf(id) !== undefined, `one of ${Object.keys(MODEM_PROFILES).join(', ')}`),
        reset: output.optional(),
      })
      .optional(),
  })
  .refine(({ hook, modem }) => hook !== undefined || modemProfileOf(modem?.profile)?.poll !== undefined, {
    path: ['hook'],
    message: 'a detector, or a modem that measures the line, is wanted',
  });
const matrix = z
  .strictObject({
    rows: z.array(offset).min(1),
    columns: z.array(offset).min(1),
    keys: z.array(z.array(key.nullable())),
  })
  .refine(
    ({ rows, columns, keys }) => keys.length === rows.length && keys.every((row) => row.length === columns.length),
    {
      path: ['keys'],
      message: 'a key or null for each row and column',
    },
  );
const FILE_MAX_BYTES = 64 << 10;
/** What a file may say in place of what the board it is based on says. Null: this one has none. */
const changes = z
  .strictObject({
    basedOn: word(40),
    name: z.union([z.strictObject({ ja: text, en: text }), text.transform((name) => ({ ja: name, en: name }))]),
    chip: text,
    lines: z.array(line).min(1),
    lamp: z.strictObject({ green: output, red: output }),
    button: input.nullable(),
    buzzer: output.nullable(),
    bypassRelay: output.nullable(),
    lid: input.nullable(),
    evdevKeypads: z.boolean(),
    matrix: matrix.nullable(),
    sticks: z.boolean(),
    rtc: device.nullable(),
    keyMemory: device.nullable(),
    watchdog: device.nullable(),
  })
  .partial()
  .required({ basedOn: true })
  .refine((data) => new Set(data.lines?.map(({ id }) => id)).size === (data.lines?.length ?? 0), {
    path: ['lines'],
    message: 'two lines of one name',
  });

/** Board data in a file that says what differs from a known board. Throws `BoardError` `BOARD_FILE_*`, `BOARD_UNKNOWN`, `BOARD_PINS`. */
export async function readBoardFile(file: string, known: (id: string) => Promise<BoardData>): Promise<BoardData> {
  const content = contentOf(file);
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new BoardError('BOARD_FILE_NOT_JSON', `${file} is not JSON`, { cause: error });
  }
  const { data, error } = changes.safeParse(json);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new BoardError('BOARD_FILE_FIELDS', `${file}: ${issue?.path.join('.') || 'top'}: ${issue?.message}`);
  }
  const { basedOn, ...differences } = data;
  const based = await known(basedOn);
  const board = { ...based, ...given(differences), tier: 'designed' } satisfies BoardData;
  const twice = pinTakenTwice(board);
  if (twice !== null) throw new BoardError('BOARD_PINS', `${file}: GPIO ${twice} is used twice`);
  return board;
}

/** The text of a plain file: whatever else may never end. Without the mark some editors put in front. */
function contentOf(file: string): string {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new BoardError('BOARD_FILE_MISSING', `${file} is no plain file`);
    if (found.size > FILE_MAX_BYTES)
      throw new BoardError(
        'BOARD_FILE_NOT_JSON',
        `${file} has ${found.size} bytes; a board needs ${FILE_MAX_BYTES} at most`,
      );
    return readFileSync(file, 'utf8').replace(/^\uFEFF/u, '');
  } catch (error) {
    if (error instanceof BoardError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EACCES' ? 'may not be read by this user' : 'cannot be read';
    throw new BoardError('BOARD_FILE_MISSING', `${file} ${why}`, { cause: error });
  }
}

/** Without what was left out. What the board has none of is there, and undefined. */
function given<Fields extends object>(
  fields: Fields,
): {
  [Name in keyof Fields]?: Exclude<Fields[Name], undefined | null> | (null extends Fields[Name] ? undefined : never);
} {
  const told = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(told.map(([name, value]) => [name, value ?? undefined])) as never;
}

/** An offset that two things claim, or null. */
export function pinTakenTwice(board: BoardData): number | null {
  const { lines, lamp, button, buzzer, bypassRelay, lid, matrix: keys } = board;
  const wired = [
    ...lines.flatMap(({ hook, ring, polarity, lineVoltage, modem }) => [
      hook,
      ring,
      polarity,
      lineVoltage,
      modem?.reset,
    ]),
    ...[lamp.green, lamp.red, button, buzzer, bypassRelay, lid],
  ];
  const offsets = [
    ...wired.flatMap((each) => (each ? [each.offset] : [])),
    ...(keys?.rows ?? []),
    ...(keys?.columns ?? []),
  ];
  return offsets.find((each, i) => offsets.indexOf(each) !== i) ?? null;
}

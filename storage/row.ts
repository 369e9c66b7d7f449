import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Position } from './block.js';
import { isRecordingId, type RecordingId } from './recording-id.js';

const position = z.custom<Position>((value) => Number.isSafeInteger(value));

const schema = z.strictObject({
  n: z.int().positive(),
  id: z.custom<RecordingId>((value) => typeof value === 'string' && isRecordingId(value)),
  slot: z.int().nonnegative(),
  state: z.enum(['recording', 'kept']),
  startedWallMs: z.number(),
  endedWallMs: z.number().nullable(),
  bytes: z.int().nonnegative(),
  blocks: z.int().nonnegative(),
  sha256: z.string().nullable(),
  p: z.string(),
  hold: z.string().nullable(),
  note: z.string().nullable(),
  x: z.array(z.tuple([position, position])),
});

/**
 * What the index holds of one recording. `p`: sealed particulars, base64, nonce first. `x`: runs of ring positions, first
 * and one past the last, that hold its blocks (among others'). `hold`, `note`: sealed as the journal has them.
 */
export type Row = z.infer<typeof schema>;

/** Units a recording takes: data blocks of one unit each, open and close. */
export const unitsOf = ({ blocks }: Pick<Row, 'blocks'>): number => blocks + 2;

/** JSON behind its CRC: LevelDB hands out what a flipped bit has made of a value. */
export function encodeValue(value: unknown): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}`;
}

/** The value, or undefined where its CRC does not hold. */
export function decodeValue(text: string): unknown {
  const json = text.slice(9);
  return text.slice(0, 8) === crc32(json).toString(16).padStart(8, '0') ? JSON.parse(json) : undefined;
}

export function decodeRow(text: string): Row | undefined {
  const parsed = schema.safeParse(decodeValue(text));
  return parsed.success ? parsed.data : undefined;
}

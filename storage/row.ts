import { crc32 } from 'node:zlib';
import type { Position } from './block.js';
import { isRecordingId, type RecordingId } from './recording-id.js';

/**
 * What the index holds of one recording. `p`: sealed particulars, base64, nonce first. `x`: runs of ring positions, first
 * and one past the last, that hold its blocks (among others'). `hold`, `note`: sealed as the journal has them.
 */
export interface Row {
  n: number;
  id: RecordingId;
  slot: number;
  state: 'recording' | 'kept';
  startedWallMs: number;
  endedWallMs: number | null;
  bytes: number;
  blocks: number;
  sha256: string | null;
  p: string;
  hold: string | null;
  note: string | null;
  x: [Position, Position][];
  /** From when its term is counted, where that is not the end that it tells. */
  countedWallMs?: number;
}

/** From when a recording's term is, or was, counted, wall; null before it has ended. */
export const countedFrom = (ended: {
  readonly endedWallMs: number | null;
  readonly countedWallMs?: number | undefined;
}): number | null => ended.countedWallMs ?? ended.endedWallMs;

/** A recording's place in the order of terms, whole milliseconds. */
export interface Counted {
  readonly n: number;
  readonly countedWallMs: number;
}

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

/** The row, or undefined where its CRC does not hold or it is no row of this version. */
export function decodeRow(text: string): Row | undefined {
  const value = decodeValue(text);
  return isRow(value) ? value : undefined;
}

/** Those that every row has. */
const FIELDS = 13;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';
const isRun = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((each) => Number.isSafeInteger(each));

/** By hand: a page of calls looks at fifty rows, and a schema takes longer than all the rest of reading one. */
function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Partial<Record<keyof Row, unknown>>;
  const { n, id, slot, state, startedWallMs, endedWallMs, bytes, blocks, sha256, p, hold, note, x } = fields;
  const { countedWallMs } = fields;
  return (
    Object.keys(value).length === FIELDS + Number(countedWallMs !== undefined) &&
    isCount(n) &&
    n !== 0 &&
    typeof id === 'string' &&
    isRecordingId(id) &&
    (state === 'recording' || state === 'kept') &&
    typeof startedWallMs === 'number' &&
    (endedWallMs === null || typeof endedWallMs === 'number') &&
    (countedWallMs === undefined || typeof countedWallMs === 'number') &&
    [slot, bytes, blocks].every(isCount) &&
    typeof p === 'string' &&
    [sha256, hold, note].every(isTextOrNull) &&
    Array.isArray(x) &&
    x.every(isRun)
  );
}

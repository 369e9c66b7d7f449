import { z } from 'zod';
import { type BlockHeader, openBlock, PAYLOAD_MAX_BYTES, type SealedBlock, sealBlock } from './block.js';
import type { Chance } from './disk.js';
import { StoreError } from './errors.js';
import type { RecordingId } from './recording-id.js';
import type { Closing, Particulars } from './recording-writer.js';
import { NONCE_BYTES, seal, TAG_BYTES, unseal } from './seal.js';

const particulars = z.record(z.string(), z.unknown());
/** Particulars that are none must not take with them what else a block says. */
const openSchema = z.object({ n: z.int().positive(), startedWallMs: z.number(), p: particulars.catch({}) });
const closeSchema = openSchema.extend({
  endedWallMs: z.number(),
  bytes: z.int().nonnegative(),
  blocks: z.int().nonnegative(),
  sha256: z.string(),
});

export type OpenPayload = z.infer<typeof openSchema>;
export type ClosePayload = z.infer<typeof closeSchema>;

interface Owner {
  readonly id: RecordingId;
  readonly slot: number;
  readonly key: Uint8Array;
  readonly chance: Chance;
}

/** Room in a block for what the store itself says beside particulars. */
const STORE_SAYS_BYTES = 512;
/** Most bytes of JSON that particulars may have: what a block holds. */
export const PARTICULARS_MAX_BYTES = PAYLOAD_MAX_BYTES - NONCE_BYTES - STORE_SAYS_BYTES;

/** Whether particulars are JSON that fits into a block. */
export function isSealable(particulars: Particulars): boolean {
  try {
    return Buffer.byteLength(JSON.stringify({ p: particulars })) <= PARTICULARS_MAX_BYTES;
  } catch {
    return false; // no JSON
  }
}

/** Throws `PARTICULARS_REFUSED`. Asked before anything is queued: what cannot be sealed would stop every later commit. */
export function requireSealable(particulars: Particulars): void {
  if (isSealable(particulars)) return;
  const most = `${PARTICULARS_MAX_BYTES} bytes of JSON`;
  throw new StoreError('PARTICULARS_REFUSED', `particulars of a recording are at most ${most}`);
}

/** Seals the JSON of an open (`sequence` 0) or close block. */
export function sealJson(type: 'open' | 'close', sequence: number, json: object, owner: Owner): SealedBlock {
  const payload = Buffer.from(JSON.stringify(json));
  const { id, slot, key, chance } = owner;
  return sealBlock({ id, slot, type, sequence, key, payload, nonce: chance(NONCE_BYTES) });
}

/** What this key has sealed, if it is what it should be: another version's, or a mistake's, is as good as damaged. */
function parsed<T>(schema: z.ZodType<T>, text: Buffer): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text.toString('utf8'))).data;
  } catch {
    return undefined; // no JSON
  }
}

export function readOpen(bytes: Buffer, at: number, header: BlockHeader, key: Uint8Array): OpenPayload | undefined {
  const text = openBlock(bytes, at, header, key);
  return text && parsed(openSchema, text);
}

export function readClose(bytes: Buffer, at: number, header: BlockHeader, key: Uint8Array): ClosePayload | undefined {
  const text = openBlock(bytes, at, header, key);
  return text && parsed(closeSchema, text);
}

/** What a close block says. */
export function closePayload(
  row: { n: number; startedWallMs: number; bytes: number; blocks: number },
  { endedWallMs, particulars: p }: Closing,
  sha256: string,
): ClosePayload {
  const { n, startedWallMs, bytes, blocks } = row;
  return { n, startedWallMs, endedWallMs, bytes, blocks, sha256, p };
}

const rowAssociated = (id: RecordingId): Buffer => Buffer.from(`row${id}`);

/** Particulars as a row carries them: base64 of nonce, text and tag. */
export function sealForRow(value: Particulars, { id, key, chance }: Omit<Owner, 'slot'>): string {
  const nonce = chance(NONCE_BYTES);
  return Buffer.concat([nonce, seal(key, nonce, rowAssociated(id), Buffer.from(JSON.stringify(value)))]).toString(
    'base64',
  );
}

/** Undefined where key or text is not what was sealed, or it is no object. */
export function openFromRow(sealed: string, id: RecordingId, key: Uint8Array): Particulars | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const text = unseal(key, bytes.subarray(0, NONCE_BYTES), rowAssociated(id), bytes.subarray(NONCE_BYTES));
  return text && parsedObject(text);
}

/** By hand, as a row is looked at: a schema takes as long as all the rest of reading particulars. */
function parsedObject(text: Buffer): Particulars | undefined {
  try {
    const value: unknown = JSON.parse(text.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Particulars) : undefined;
  } catch {
    return undefined; // no JSON
  }
}

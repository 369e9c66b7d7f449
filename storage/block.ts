import { crc32 } from 'node:zlib';
import { UNIT_BYTES } from './disk.js';
import { ID_BYTES, idFromBytes, idToBytes, type RecordingId } from './recording-id.js';
import { NONCE_BYTES, seal, TAG_BYTES, unseal } from './seal.js';

/** Where a block stands in the order of everything ever written (see SPEC.md). */
export type Position = number & { readonly unit: 'ring-position' };

export type BlockType = 'open' | 'data' | 'close';
const TYPE_CODE = { open: 1, data: 2, close: 3 } as const satisfies Record<BlockType, number>;
const TYPE_NAME: Readonly<Record<number, BlockType>> = { 1: 'open', 2: 'data', 3: 'close' };

const MAGIC = 0x3142544b; // "KTB1"
const VERSION = 1;
export const HEADER_BYTES = 48;
const ASSOCIATED_BYTES = 32;
const OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;
/** Payload of a block that takes exactly one unit. */
export const UNIT_PAYLOAD_BYTES = UNIT_BYTES - OVERHEAD_BYTES;
export const BLOCK_UNITS_MAX = 15;
/** Largest payload. */
export const PAYLOAD_MAX_BYTES = BLOCK_UNITS_MAX * UNIT_BYTES - OVERHEAD_BYTES;

export const blockUnits = (payloadBytes: number): number => Math.ceil((OVERHEAD_BYTES + payloadBytes) / UNIT_BYTES);

/** Bytes of ring that one second at `bitRate` takes when committed every second. */
export const ringBytesPerSecond = (bitRate: number): number => blockUnits(Math.ceil(bitRate / 8)) * UNIT_BYTES;

/** What stands unsealed in front of a block, as SPEC.md has it. */
export interface BlockHeader {
  readonly type: BlockType;
  /** 0 to `PAYLOAD_MAX_BYTES`. */
  readonly payloadBytes: number;
  /** Of the recording's blocks: 0 for `open`, from 1 on for audio, one more than the last of them for `close`. */
  readonly sequence: number;
  readonly id: RecordingId;
  /** The key's slot in the vault. */
  readonly slot: number;
  readonly position: Position;
  /** Of 4,096 bytes, 1 to `BLOCK_UNITS_MAX`. */
  readonly units: number;
}

/** A sealed block without a place yet: `place` gives it one. */
export interface SealedBlock {
  readonly id: RecordingId;
  readonly type: BlockType;
  readonly sequence: number;
  readonly payloadBytes: number;
  readonly units: number;
  /** Whole units; bytes 32…47 are filled in by `placeBlock`. */
  readonly bytes: Buffer;
}

/** What is sealed. The buffers stay the caller's. */
export interface BlockContents {
  readonly slot: number;
  readonly id: RecordingId;
  readonly type: BlockType;
  readonly sequence: number;
  readonly key: Uint8Array;
  readonly payload: Uint8Array;
  /** For open and close blocks; data blocks derive theirs. */
  readonly nonce?: Uint8Array;
}

function dataNonce(sequence: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce[0] = TYPE_CODE.data;
  nonce.writeUInt32LE(sequence, 8);
  return nonce;
}

/** Seals a payload of at most `PAYLOAD_MAX_BYTES` (less the nonce, for open and close). */
export function sealBlock({ slot, id, type, sequence, key, payload, nonce }: BlockContents): SealedBlock {
  const payloadBytes = payload.length + (nonce?.length ?? 0);
  if (payloadBytes > PAYLOAD_MAX_BYTES) throw new RangeError(`a block of ${payloadBytes} bytes`);
  const units = blockUnits(payloadBytes);
  const bytes = Buffer.alloc(units * UNIT_BYTES);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes[4] = VERSION;
  bytes[5] = TYPE_CODE[type];
  bytes.writeUInt16LE(payloadBytes, 6);
  bytes.writeUInt32LE(slot, 8);
  bytes.writeUInt32LE(sequence, 12);
  idToBytes(id).copy(bytes, 16);
  const sealed = seal(key, nonce ?? dataNonce(sequence), bytes.subarray(0, ASSOCIATED_BYTES), payload);
  if (nonce) bytes.set(nonce, HEADER_BYTES);
  sealed.copy(bytes, HEADER_BYTES + (nonce?.length ?? 0));
  return { id, type, sequence, payloadBytes, units, bytes };
}

/** Writes a block's place into its header, which completes it as one of the store of that mark. */
export function placeBlock(
  { bytes, payloadBytes }: Pick<SealedBlock, 'bytes' | 'payloadBytes'>,
  position: Position,
  mark: number,
): Buffer {
  bytes.writeBigUInt64LE(BigInt(position), 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES, HEADER_BYTES + payloadBytes + TAG_BYTES)), 40);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 44), mark), 44);
  return bytes;
}

/** The header at `at`, or undefined where no block of this store begins. */
export function readHeader(bytes: Buffer, at: number, mark: number): BlockHeader | undefined {
  if (bytes.length < at + HEADER_BYTES || bytes.readUInt32LE(at) !== MAGIC) return undefined;
  if (bytes.readUInt32LE(at + 44) !== crc32(bytes.subarray(at, at + 44), mark)) return undefined;
  const type = TYPE_NAME[bytes[at + 5] ?? 0];
  if (bytes[at + 4] !== VERSION || type === undefined) return undefined;
  const payloadBytes = bytes.readUInt16LE(at + 6);
  return {
    type,
    payloadBytes,
    sequence: bytes.readUInt32LE(at + 12),
    id: idFromBytes(bytes.subarray(at + 16, at + 16 + ID_BYTES)),
    slot: bytes.readUInt32LE(at + 8),
    position: Number(bytes.readBigUInt64LE(at + 32)) as Position,
    units: blockUnits(payloadBytes),
  };
}

/** A block of whatever store, whole or not. */
export const looksLikeABlock = (bytes: Buffer, at: number): boolean => bytes.readUInt32LE(at) === MAGIC;

/** Whether what follows the header arrived whole. Needs no key. */
export function bodyIsWhole(bytes: Buffer, at: number, { payloadBytes }: BlockHeader): boolean {
  const end = at + HEADER_BYTES + payloadBytes + TAG_BYTES;
  return end <= bytes.length && bytes.readUInt32LE(at + 40) === crc32(bytes.subarray(at + HEADER_BYTES, end));
}

/** The payload, or undefined where key, recording, sequence or a bit is not what it was sealed with. */
export function openBlock(bytes: Buffer, at: number, header: BlockHeader, key: Uint8Array): Buffer | undefined {
  const associated = bytes.subarray(at, at + ASSOCIATED_BYTES);
  const sealed = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + header.payloadBytes + TAG_BYTES);
  if (header.type === 'data') return unseal(key, dataNonce(header.sequence), associated, sealed);
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  return unseal(key, sealed.subarray(0, NONCE_BYTES), associated, sealed.subarray(NONCE_BYTES));
}

import { endianness } from 'node:os';
import type { MonotonicMs } from '../../hal/clock.js';

/** One `struct input_event` of `linux/input.h`. */
export interface InputEvent {
  readonly type: number;
  readonly code: number;
  /** Of a key: 0 = up, 1 = down, 2 = repeated. */
  readonly value: number;
  /** By the clock that the device was told to stamp with. */
  readonly atMs: MonotonicMs;
}

export const EventType = { SYNC: 0, KEY: 1 } as const;
export const Sync = { REPORT: 0, DROPPED: 3 } as const;

/** Its stamp is two C longs. A 32-bit program on a 64-bit kernel gets its own. */
const LONG_BYTES = ['arm64', 'x64', 'riscv64', 'ppc64', 's390x', 'loong64'].includes(process.arch) ? 8 : 4;

export const eventBytes = (longBytes: number = LONG_BYTES): number => 2 * longBytes + 8;

/** The event at the front of `bytes`. `longBytes`: 4 or 8. */
export function inputEvent(bytes: Uint8Array, longBytes: number = LONG_BYTES): InputEvent {
  const fields = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = endianness() === 'LE';
  const long = (at: number): number =>
    longBytes === 8 ? Number(fields.getBigInt64(at, little)) : fields.getUint32(at, little);
  return {
    atMs: (long(0) * 1000 + long(longBytes) / 1000) as MonotonicMs,
    type: fields.getUint16(2 * longBytes, little),
    code: fields.getUint16(2 * longBytes + 2, little),
    value: fields.getInt32(2 * longBytes + 4, little),
  };
}

import type { MonotonicMs } from '../../hal/clock.js';
import type { InputLine } from './edge-source.js';
import type { OutputLine } from './output-lines.js';

/**
 * The second ABI of the GPIO character device, as `linux/gpio.h` of kernel 5.10 and later lays it out. All fields are in
 * the processor's order, little-endian on everything this runs on, and none depends on the size of a pointer.
 */
export const Request = {
  CHIP_INFO: 0x8044b401,
  LINE_INFO: 0xc100b405,
  TAKE_LINES: 0xc250b407,
  GET_VALUES: 0xc010b40e,
  SET_VALUES: 0xc010b40f,
} as const;

export const CHIP_INFO_BYTES = 68;
export const LINE_INFO_BYTES = 256;
export const TAKE_LINES_BYTES = 592;
export const VALUES_BYTES = 16;
export const EVENT_BYTES = 48;

const LINES_MAX = 64;
const ATTRIBUTES_MAX = 10;

const Flag = {
  ACTIVE_LOW: 1n << 1n,
  INPUT: 1n << 2n,
  OUTPUT: 1n << 3n,
  EDGE_BOTH: (1n << 4n) | (1n << 5n),
  OPEN_DRAIN: 1n << 6n,
  OPEN_SOURCE: 1n << 7n,
  PULL_UP: 1n << 8n,
  PULL_DOWN: 1n << 9n,
  NO_BIAS: 1n << 10n,
} as const;

const BIAS = { 'pull-up': Flag.PULL_UP, 'pull-down': Flag.PULL_DOWN, none: Flag.NO_BIAS } as const;
const DRIVE = { 'push-pull': 0n, 'open-drain': Flag.OPEN_DRAIN, 'open-source': Flag.OPEN_SOURCE } as const;

/** Places in `gpio_v2_line_request`. */
const CONSUMER = 256;
const CONSUMER_BYTES = 32;
const FLAGS = 288;
const ATTRIBUTE_COUNT = 296;
const ATTRIBUTES = 320;
const ATTRIBUTE_BYTES = 24;
const LINE_COUNT = 560;
const BUFFERED_EVENTS = 564;
const HANDLE = 588;

/** `gpio_v2_line_attribute.id`. */
const Attribute = { FLAGS: 1, VALUES: 2, DEBOUNCE: 3 } as const;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The label in a `gpiochip_info`. */
export function chipLabel(info: Uint8Array): string {
  const label = Buffer.from(info.subarray(32, 64));
  const end = label.indexOf(0);
  return label.toString('latin1', 0, end < 0 ? label.length : end);
}

/** Asks for inputs whose both edges are told, `bufferedEvents` of them kept for a reader that is busy. */
export function takeInputs(lines: readonly InputLine[], consumer: string, bufferedEvents: number): Uint8Array {
  const request = take(lines, consumer, (line) => {
    const bias = line.bias === undefined ? 0n : BIAS[line.bias];
    return Flag.INPUT | Flag.EDGE_BOTH | bias | (line.activeLow ? Flag.ACTIVE_LOW : 0n);
  });
  view(request).setUint32(BUFFERED_EVENTS, bufferedEvents, true);
  const periods = new Map<bigint, bigint>();
  for (const [index, { debounceMs = 0 }] of lines.entries()) {
    const us = BigInt(Math.round(debounceMs * 1000));
    if (us > 0n) periods.set(us, (periods.get(us) ?? 0n) | (1n << BigInt(index)));
  }
  for (const [us, mask] of periods) addAttribute(request, Attribute.DEBOUNCE, us, mask);
  return request;
}

/** Asks for outputs, each beginning as `active` (a bit for each of `lines`) has it. */
export function takeOutputs(lines: readonly OutputLine[], consumer: string, active: bigint): Uint8Array {
  const request = take(
    lines,
    consumer,
    (line) => Flag.OUTPUT | DRIVE[line.drive ?? 'push-pull'] | (line.activeLow ? Flag.ACTIVE_LOW : 0n),
  );
  addAttribute(request, Attribute.VALUES, active, allOf(lines.length));
  return request;
}

/** The line handle that the kernel wrote into the request. */
export function takenHandle(request: Uint8Array): number {
  return view(request).getInt32(HANDLE, true);
}

/** `bits` of the lines in `mask`; one bit for each line in the order of the request. */
export function lineValues(bits: bigint, mask: bigint): Uint8Array {
  const values = new Uint8Array(VALUES_BYTES);
  view(values).setBigUint64(0, bits, true);
  view(values).setBigUint64(8, mask, true);
  return values;
}

export function valueBits(values: Uint8Array): bigint {
  return view(values).getBigUint64(0, true);
}

/** One `gpio_v2_line_event`. */
export interface LineEvent {
  readonly offset: number;
  /** Became active, whatever the voltage. */
  readonly active: boolean;
  readonly atMs: MonotonicMs;
  /** From 1, of all lines of the request, modulo 2^32. */
  readonly sequence: number;
}

/** The event at the front of `bytes`. */
export function lineEvent(bytes: Uint8Array): LineEvent {
  const fields = view(bytes);
  return {
    // CLOCK_MONOTONIC, in whole microseconds as the system clock has it.
    atMs: (Number(fields.getBigUint64(0, true) / 1000n) / 1000) as MonotonicMs,
    active: fields.getUint32(8, true) === 1,
    offset: fields.getUint32(12, true),
    sequence: fields.getUint32(16, true),
  };
}

export const allOf = (lines: number): bigint => (1n << BigInt(lines)) - 1n;

function take<Line extends { readonly offset: number }>(
  lines: readonly Line[],
  consumer: string,
  flagsOf: (line: Line) => bigint,
): Uint8Array {
  if (lines.length === 0 || lines.length > LINES_MAX) throw new RangeError(`${lines.length} lines in one request`);
  const request = new Uint8Array(TAKE_LINES_BYTES);
  const fields = view(request);
  request.set(Buffer.from(consumer, 'latin1').subarray(0, CONSUMER_BYTES - 1), CONSUMER);
  fields.setUint32(LINE_COUNT, lines.length, true);
  const masks = new Map<bigint, bigint>();
  for (const [index, line] of lines.entries()) {
    fields.setUint32(index * 4, line.offset, true);
    const flags = flagsOf(line);
    masks.set(flags, (masks.get(flags) ?? 0n) | (1n << BigInt(index)));
  }
  const [[common] = [0n], ...others] = masks;
  fields.setBigUint64(FLAGS, common, true);
  for (const [flags, mask] of others) addAttribute(request, Attribute.FLAGS, flags, mask);
  return request;
}

function addAttribute(request: Uint8Array, id: number, value: bigint, mask: bigint): void {
  const fields = view(request);
  const count = fields.getUint32(ATTRIBUTE_COUNT, true);
  if (count === ATTRIBUTES_MAX) throw new RangeError('too many different kinds of lines in one request');
  const at = ATTRIBUTES + count * ATTRIBUTE_BYTES;
  fields.setUint32(at, id, true);
  fields.setBigUint64(at + 8, value, true);
  fields.setBigUint64(at + 16, mask, true);
  fields.setUint32(ATTRIBUTE_COUNT, count + 1, true);
}

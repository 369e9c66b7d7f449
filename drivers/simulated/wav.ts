import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import { TraceError } from './errors.js';

/** A WAV that can be played: 16-bit mono PCM with at least one sample. */
export interface WavFile {
  readonly path: string;
  readonly sampleRateHz: number;
  /** Samples in the file. */
  readonly samples: number;
  /** Where the first one begins. */
  readonly dataOffsetBytes: number;
}

const FORMAT_PCM = 1;
const FORMAT_EXTENSIBLE = 0xfffe;
/** Bytes 2 to 15 of every subformat GUID that stands for a plain format tag (RFC 2361, appendix A). */
const SUBFORMAT_TAIL = Buffer.from('000000001000800000aa00389b71', 'hex');
const CHUNKS_MAX = 4096;
const WINDOW_BYTES = 64 * 1024;
const REMEDY = 'convert it, e.g. sox IN.wav -b 16 -c 1 OUT.wav';

/**
 * Reads the head of a WAV without its samples. Chunks may come in any order, unknown ones are passed over; the RIFF
 * size is not trusted. Throws `TraceError` `WAV_*` (never `WAV_RATE`: any rate is a WAV) and leaves nothing open.
 */
export function inspectWav(path: string): WavFile {
  const fd = openRegular(path);
  try {
    return inspect(path, fd);
  } finally {
    closeSync(fd);
  }
}

function inspect(path: string, fd: number): WavFile {
  const fileBytes = fstatSync(fd).size;
  if (fileBytes === 0) throw new TraceError('WAV_EMPTY', path, 'the file has no bytes; record or export it again');
  const riff = readAt(fd, 0, 12);
  const isWav = riff.length === 12 && riff.toString('latin1', 0, 4) === 'RIFF' && riff.toString('latin1', 8) === 'WAVE';
  if (!isWav) throw new TraceError('WAV_NOT_WAV', path, `not a RIFF WAVE file; ${REMEDY}`);

  let format: Buffer | undefined;
  let data: { readonly offset: number; readonly bytes: number } | undefined;
  let offset = 12;
  for (let chunks = 0; (format === undefined || data === undefined) && offset + 8 <= fileBytes; chunks += 1) {
    if (chunks === CHUNKS_MAX) throw new TraceError('WAV_NOT_WAV', path, `over ${CHUNKS_MAX} chunks; ${REMEDY}`);
    const head = readAt(fd, offset, 8);
    const id = head.toString('latin1', 0, 4);
    const bytes = head.readUInt32LE(4);
    offset += 8;
    if (id === 'fmt ') format ??= readAt(fd, offset, Math.min(bytes, 40));
    if (id === 'data') data ??= { offset, bytes };
    offset += bytes + (bytes % 2);
  }

  const cut = offset > fileBytes || riff.readUInt32LE(4) + 8 > fileBytes;
  if (format === undefined || format.length < 16) {
    if (cut) throw truncated(path);
    throw new TraceError('WAV_NOT_WAV', path, `no fmt chunk; ${REMEDY}`);
  }
  const sampleRateHz = requireFormat(path, format);
  if (data === undefined) throw cut ? truncated(path) : empty(path);
  if (data.bytes === 0) throw empty(path);
  if (data.offset + data.bytes > fileBytes || data.bytes % 2 === 1) throw truncated(path);
  return { path, sampleRateHz, samples: data.bytes / 2, dataOffsetBytes: data.offset };
}

/** Refuses all but 16-bit mono PCM, returns the sample rate. */
function requireFormat(path: string, format: Buffer): number {
  let tag = format.readUInt16LE(0);
  const channels = format.readUInt16LE(2);
  const bits = format.readUInt16LE(14);
  let validBits = bits;
  if (tag === FORMAT_EXTENSIBLE && format.length >= 40 && format.subarray(26, 40).equals(SUBFORMAT_TAIL)) {
    tag = format.readUInt16LE(24);
    validBits = format.readUInt16LE(18) || bits;
  }
  if (tag !== FORMAT_PCM) {
    throw new TraceError('WAV_CODEC', path, `format tag 0x${tag.toString(16)} is not PCM; ${REMEDY}`);
  }
  if (channels !== 1) throw new TraceError('WAV_CHANNELS', path, `${channels} channels where one is wanted; ${REMEDY}`);
  if (bits !== 16 || validBits !== 16) {
    throw new TraceError('WAV_DEPTH', path, `${validBits} bits a sample where 16 are wanted; ${REMEDY}`);
  }
  return format.readUInt32LE(4);
}

const truncated = (path: string) =>
  new TraceError('WAV_TRUNCATED', path, 'shorter than its own head says; copy or record it again');
const empty = (path: string) => new TraceError('WAV_EMPTY', path, 'holds no samples; record or export it again');

/**
 * Samples of one WAV from disk, a window of 64 KiB in memory. Reading onwards is cheap, jumping costs one read.
 * Holds a file descriptor until `close()`.
 */
export class WavReader {
  readonly wav: WavFile;
  readonly #fd: number;
  readonly #window = new Int16Array(WINDOW_BYTES / 2);
  #windowFirst = 0;
  #windowLength = 0;
  #open = true;

  /** Throws `TraceError` `WAV_MISSING` if the file has gone since it was inspected. */
  constructor(wav: WavFile) {
    this.wav = wav;
    this.#fd = openRegular(wav.path);
  }

  /**
   * Fills all of `target` (the caller's) with the samples from `first` on; they must be in the file (`RangeError`).
   * Throws `TraceError` `WAV_TRUNCATED` if the file has become shorter since it was inspected.
   */
  read(first: number, target: Int16Array): void {
    if (!(first >= 0 && first + target.length <= this.wav.samples)) {
      throw new RangeError(`samples ${first} to ${first + target.length} of ${this.wav.samples}`);
    }
    for (let done = 0; done < target.length; ) {
      const at = first + done - this.#windowFirst;
      if (at < 0 || at >= this.#windowLength) {
        this.#load(first + done);
        continue;
      }
      const count = Math.min(target.length - done, this.#windowLength - at);
      target.set(this.#window.subarray(at, at + count), done);
      done += count;
    }
  }

  /** Safe any number of times. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }

  #load(first: number): void {
    const wanted = 2 * Math.min(this.#window.length, this.wav.samples - first);
    const bytes = Buffer.from(this.#window.buffer, 0, wanted);
    const got = readFully(this.#fd, bytes, this.wav.dataOffsetBytes + 2 * first);
    if (got < wanted) throw truncated(this.wav.path);
    if (endianness() === 'BE') bytes.swap16();
    this.#windowFirst = first;
    this.#windowLength = wanted / 2;
  }
}

/** A pipe or folder in the place of a file would block or puzzle: both are refused before they are opened. */
function openRegular(path: string): number {
  try {
    if (statSync(path).isFile()) return openSync(path, 'r');
  } catch (cause) {
    throw new TraceError('WAV_MISSING', path, 'cannot be read; check its name and permissions', { cause });
  }
  throw new TraceError('WAV_MISSING', path, 'not a regular file; put the WAV itself there');
}

/** As many of the bytes as the file has. */
function readAt(fd: number, offset: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readFully(fd, buffer, offset));
}

function readFully(fd: number, buffer: Buffer, offset: number): number {
  let got = 0;
  while (got < buffer.length) {
    const step = readSync(fd, buffer, got, buffer.length - got, offset + got);
    if (step === 0) break;
    got += step;
  }
  return got;
}

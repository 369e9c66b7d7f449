import { createHash } from 'node:crypto';
import type { StickInfo, StickVolume } from '../../hal/stick.js';
import type { CallRecord } from '../call/call-record.js';
import type { FaultCode } from '../faults/fault.js';
import { localDay, localIso } from '../rules/local-time.js';
import type { Collection } from './collection.js';
import {
  ABOUT,
  fileNameOf,
  type HandedFile,
  INDEX_NAME,
  indexOf,
  MANIFEST_NAME,
  type Manifest,
  type ManifestCall,
  type MissingCall,
  manifestCall,
  manifestSchema,
  PART,
} from './manifest.js';
import { printNumbers } from './number-list.js';
import { makeOwnFolder, removeOthers, removeParts } from './own-folder.js';
import type { HandoverSource } from './source.js';

/** A file takes whole clusters: 32 KiB at most on what a stick is formatted with. */
const CLUSTER_BYTES = 32 * 1024;
/** Of manifest and index for each call, and for themselves. */
const LISTED_BYTES = 3 * 1024;
/** Written to the stick at a time. */
const PIECE_BYTES = 64 * 1024;

/** Why a copy ended that was not finished, by itself and not by its stick's operations. */
export class CopyFault extends Error {
  override readonly name = 'CopyFault';
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface CopyOptions {
  readonly collection: Collection;
  readonly source: HandoverSource;
  readonly volume: StickVolume;
  readonly info: StickInfo;
  readonly wallMs: number;
  /** The folder that an earlier try of this session was at. */
  readonly resume: string | null;
  /** Called when the folder has been made, before anything is in it. */
  readonly onFolder: (folder: string) => Promise<void>;
  readonly onProgress: (files: number, filesDone: number) => void;
  /** Aborted where nobody waits for it any more. */
  readonly signal: AbortSignal;
}

export interface Copied {
  readonly folder: string;
  /** Recordings; manifest and index come on top. */
  readonly files: number;
  readonly missing: readonly number[];
}

/**
 * Copies exactly a collection into a folder of its own: each recording with the bytes it was kept with, under another name until it
 * is on the medium; then the index; the manifest last. Seals the volume, reads everything back and compares. Resolves when all of that
 * is so. Rejects with `CopyFault` (`STICK_FULL`, `STICK_FALSE`), with what the volume (`HalError`) and the store reject with, and
 * with the signal's reason.
 */
export async function copyOut(options: CopyOptions): Promise<Copied> {
  const { collection, source, volume, info, wallMs, onFolder, onProgress, signal } = options;
  const timeZone = await source.timeZone();
  const { records, missing } = await lookUp(collection, source);
  const recorded = records.filter(({ audio }) => audio !== null);
  const resume = options.resume !== null && (await volume.list(options.resume)) !== null ? options.resume : null;
  if (resume !== null) await removeParts(volume, resume);
  const there = await completed(volume, resume, recorded, signal);
  await requireRoom(volume, records, there);
  const folder = resume ?? (await makeOwnFolder(volume, localDay(wallMs, timeZone), collection.id));
  if (folder === null) throw new CopyFault('STICK_FULL', 'there are too many folders of today on it');
  if (resume === null) await onFolder(folder);

  const calls: ManifestCall[] = [];
  let filesDone = 0;
  for (const record of records) {
    signal.throwIfAborted();
    if (record.audio) onProgress(recorded.length, filesDone);
    const handed = there.get(record.number) ?? (record.audio && (await copyAudio(record, folder, options)));
    if (handed && 'why' in handed) missing.push(handed);
    else calls.push(manifestCall(record, handed));
    if (record.audio) filesDone += 1;
  }
  onProgress(recorded.length, filesDone);
  const files = calls.flatMap(({ file }) => file ?? []);
  await removeOthers(volume, folder, new Set(files.map(({ name }) => name)));

  const index = await writeWhole(volume, folder, INDEX_NAME, indexOf(calls, missing));
  const { id, madeWallMs, numbers, reason } = collection;
  const manifest: Manifest = manifestSchema.parse({
    format: 'kikitome-handover',
    version: 1,
    about: ABOUT,
    store: source.storeId,
    collection: { id, madeAt: localIso(madeWallMs, timeZone), numbers: printNumbers(numbers), reason },
    madeAt: localIso(wallMs, timeZone),
    timeZone,
    stick: { serial: info.serial, vendor: info.vendor, product: info.product },
    calls,
    missing,
    index,
  });
  const listed = await writeWhole(volume, folder, MANIFEST_NAME, `${JSON.stringify(manifest, null, 2)}\n`);
  signal.throwIfAborted();
  await volume.seal();
  await compare(volume, folder, [...files, index, listed], signal);
  return { folder, files: files.length, missing: missing.map(({ number }) => number) };
}

async function lookUp(
  { numbers }: Collection,
  source: HandoverSource,
): Promise<{ readonly records: CallRecord[]; readonly missing: MissingCall[] }> {
  const [records, missing]: [CallRecord[], MissingCall[]] = [[], []];
  for (const number of numbers) {
    const found = await source.find(number);
    if (found.kind === 'call') records.push(found.record);
    else missing.push(found.missing);
  }
  return { records, missing };
}

/** What an earlier try has left that is whole: read from the stick and compared with what the store says. */
async function completed(
  volume: StickVolume,
  folder: string | null,
  records: readonly CallRecord[],
  signal: AbortSignal,
): Promise<Map<number, HandedFile>> {
  const whole = new Map<number, HandedFile>();
  const entries = new Map(((folder && (await volume.list(folder))) || []).map((each) => [each.name, each]));
  for (const { number, audio } of records) {
    const name = fileNameOf(number);
    const entry = entries.get(name);
    if (folder === null || entry === undefined || audio === null || audio.sha256 === null) continue;
    const wanted = { name, bytes: audio.bytes, sha256: audio.sha256 };
    const isWhole = entry.kind === 'file' && (await isOnStick(volume, folder, wanted, signal));
    if (isWhole) whole.set(number, wanted);
    else if (entry.kind !== 'folder') await volume.remove(folder, name);
  }
  return whole;
}

async function requireRoom(
  volume: StickVolume,
  records: readonly CallRecord[],
  there: ReadonlyMap<number, HandedFile>,
): Promise<void> {
  let neededBytes = 3 * CLUSTER_BYTES;
  for (const { number, audio } of records) {
    neededBytes += LISTED_BYTES;
    if (audio && !there.has(number)) neededBytes += Math.ceil(audio.bytes / CLUSTER_BYTES) * CLUSTER_BYTES;
  }
  const freeBytes = await volume.freeBytes();
  if (freeBytes >= neededBytes) return;
  throw new CopyFault('STICK_FULL', `${neededBytes} bytes are needed, ${freeBytes} are free`);
}

/** One recording. What the store cannot give (any more) is missing, and nothing of it is left on the stick. */
async function copyAudio(
  { number, audio }: CallRecord,
  folder: string,
  { volume, source, signal }: CopyOptions,
): Promise<HandedFile | MissingCall> {
  const name = fileNameOf(number);
  try {
    const handed = await writeFile(volume, folder, name, source.audio(number), signal, (file) => {
      if (audio?.sha256 !== null && audio?.sha256 !== file.sha256) throw DAMAGED;
    });
    return handed;
  } catch (error) {
    const { code } = error as { code?: string };
    if (error !== DAMAGED && code !== 'RECORDING_DAMAGED' && code !== 'RECORDING_ERASED') throw error;
    await volume.remove(folder, name + PART);
    const found = code === 'RECORDING_ERASED' ? await source.find(number) : null;
    return found?.kind === 'missing' ? found.missing : { number, why: 'damaged', tombstone: null };
  }
}

const DAMAGED = new Error('the bytes are not those it was kept with');

const writeWhole = (volume: StickVolume, folder: string, name: string, text: string): Promise<HandedFile> =>
  writeFile(volume, folder, name, [Buffer.from(text)], new AbortController().signal, () => undefined);

/** A file that has its name only once all of it is on the medium. `check` may refuse that. */
async function writeFile(
  volume: StickVolume,
  folder: string,
  name: string,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
  check: (file: HandedFile) => void,
): Promise<HandedFile> {
  // Left by a try whose name was never given.
  await volume.remove(folder, name);
  const file = await volume.create(folder, name + PART);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of pieces(parts)) {
      signal.throwIfAborted();
      hash.update(piece);
      bytes += piece.length;
      await file.write(piece);
    }
    const handed = { name, bytes, sha256: hash.digest('hex') };
    check(handed);
    await file.finish();
    await volume.rename(folder, name + PART, name);
    return handed;
  } finally {
    await file.abandon();
  }
}

/** The same bytes in pieces of `PIECE_BYTES`, the last one shorter. A piece is good until the next is asked for. */
async function* pieces(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const piece = Buffer.alloc(PIECE_BYTES);
  let filled = 0;
  for await (const part of parts) {
    for (let at = 0; at < part.length; ) {
      const taken = Math.min(part.length - at, PIECE_BYTES - filled);
      piece.set(part.subarray(at, at + taken), filled);
      at += taken;
      filled += taken;
      if (filled < PIECE_BYTES) continue;
      yield piece;
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

/** The sealed stick gives back everything. */
async function compare(
  volume: StickVolume,
  folder: string,
  files: readonly HandedFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const file of files) {
    if (!(await isOnStick(volume, folder, file, signal)))
      throw new CopyFault('STICK_FALSE', `${file.name} is not what was written`);
  }
}

async function isOnStick(volume: StickVolume, folder: string, file: HandedFile, signal: AbortSignal): Promise<boolean> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of volume.read(folder, file.name)) {
    signal.throwIfAborted();
    hash.update(piece);
    bytes += piece.length;
    if (bytes > file.bytes) return false;
  }
  return bytes === file.bytes && hash.digest('hex') === file.sha256;
}

import { type Chip, type Disk, type DiskFile, UNIT_BYTES } from './disk.js';
import { type EffaceableStore, markIn, RECORD_BYTES, type RecordPlace, RootRecords } from './effaceable.js';
import { StoreError } from './errors.js';

export const ROOT_FILE = 'root';
/** What stands in the file where the root is on a chip: then its name in UTF-8, ended by a zero, and the mark of the root there. */
const ELSEWHERE = Buffer.from('KTRP');
const NAME_MAX_BYTES = 1024;
const MARK_BYTES = 4;

/** The chip that a store's root was put on. By that name another one may be found by now: only the mark tells. */
export interface RootChip {
  readonly name: string;
  readonly mark: number;
}

/** The root's place in a file. A flash medium may keep what was overwritten: best effort, and said so. */
class FilePlace implements RecordPlace {
  readonly assurance = 'best-effort';
  readonly where = ROOT_FILE;
  readonly #file: DiskFile;

  constructor(file: DiskFile) {
    this.#file = file;
  }

  settle(): Promise<void> {
    return this.#file.sync();
  }

  read(which: 0 | 1): Promise<Buffer> {
    return this.#file.read(which * UNIT_BYTES, RECORD_BYTES);
  }

  async write(which: 0 | 1, record: Buffer): Promise<void> {
    const unit = Buffer.alloc(UNIT_BYTES);
    record.copy(unit);
    await this.#file.write(which * UNIT_BYTES, unit);
    await this.#file.sync();
  }

  /** Whoever disposes of the store overwrites the file. */
  async free(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The root's place on a chip that forgets: the first 128 bytes of it. */
class ChipPlace implements RecordPlace {
  readonly assurance = 'effaceable';
  readonly where: string;
  readonly #chip: Chip;

  constructor(chip: Chip, where: string) {
    this.#chip = chip;
    this.where = where;
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  read(which: 0 | 1): Promise<Buffer> {
    return this.#answered(this.#chip.read(which * RECORD_BYTES, RECORD_BYTES));
  }

  async write(which: 0 | 1, record: Buffer): Promise<void> {
    await this.#answered(this.#chip.write(which * RECORD_BYTES, record));
    if ((await this.read(which)).equals(record)) return;
    throw new StoreError('ROOT_CHIP_FAILED', `${this.where} does not give back what was written to it`);
  }

  async free(): Promise<void> {
    const blank = Buffer.alloc(RECORD_BYTES, 0xff);
    for (const which of [0, 1] as const) await this.write(which, blank);
  }

  close(): Promise<void> {
    return this.#chip.close();
  }

  /** A chip that is there and does not answer. */
  async #answered<Value>(asked: Promise<Value>): Promise<Value> {
    return asked.catch((error: unknown) => {
      if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error;
      throw new StoreError('ROOT_CHIP_FAILED', `${this.where}: ${(error as Error).message}`, { cause: error });
    });
  }
}

/**
 * Makes the root's place: a file, or, where a chip is named, that chip, with the file saying so. Throws `ROOT_CHIP_MISSING`,
 * `ROOT_CHIP_TAKEN` where something else stands on it, `ROOT_CHIP_FAILED`.
 */
export async function createRoot(disk: Disk, mark: number, chipName: string | undefined): Promise<EffaceableStore> {
  if (chipName === undefined) return new RootRecords(new FilePlace(await disk.create(ROOT_FILE, 2 * UNIT_BYTES)), mark);
  const name = Buffer.from(chipName, 'utf8');
  if (name.length > NAME_MAX_BYTES) throw new StoreError('ROOT_CHIP_MISSING', 'no chip has so long a name');
  const chip = await openChip(disk, chipName);
  const place = new ChipPlace(chip, chipName);
  try {
    await requireFree(place);
    const file = await disk.create(ROOT_FILE, 2 * UNIT_BYTES);
    const unit = Buffer.alloc(UNIT_BYTES);
    Buffer.concat([ELSEWHERE, name]).copy(unit);
    unit.writeUInt32LE(mark, ELSEWHERE.length + name.length + 1);
    for (const which of [0, 1]) await file.write(which * UNIT_BYTES, unit);
    await file.sync();
    await file.close();
    return new RootRecords(place, mark);
  } catch (error) {
    await chip.close();
    throw error;
  }
}

async function requireFree(place: ChipPlace): Promise<void> {
  for (const which of [0, 1] as const) {
    const record = await place.read(which);
    if (record.every((byte) => byte === 0xff) || record.every((byte) => byte === 0)) continue;
    const what = markIn(record) === undefined ? 'something that is not a root key' : "another store's root key";
    throw new StoreError('ROOT_CHIP_TAKEN', `${place.where} holds ${what}`);
  }
}

/**
 * Whether a root can be made anew here, `chipName` as in `createRoot`, before what there is goes: its chip must be there to be blanked, and
 * the new one's free. `whole`: what there is is a store, not the rest of a format that was cut, of which the chip may be another's by now.
 * Throws as `createRoot` does; changes nothing.
 */
export async function requireRoot(disk: Disk, chipName: string | undefined, whole: boolean): Promise<void> {
  const before = await rootChip(disk);
  const blanked = before !== undefined && !(await isOthers(disk, before));
  if (before !== undefined && whole && !blanked)
    throw new StoreError('ROOT_CHIP_TAKEN', `${before.name} holds another store's root key`);
  if (chipName === undefined || (blanked && chipName === before.name)) return;
  const chip = await openChip(disk, chipName);
  await requireFree(new ChipPlace(chip, chipName)).finally(() => chip.close());
}

/** The root's place as `createRoot` made it. Throws `ROOT_CHIP_MISSING`, and `ENOENT` where the file is gone. */
export async function openRoot(disk: Disk, mark: number): Promise<EffaceableStore> {
  const chip = await rootChip(disk);
  const place =
    chip === undefined
      ? new FilePlace(await disk.open(ROOT_FILE))
      : new ChipPlace(await openChip(disk, chip.name), chip.name);
  return new RootRecords(place, mark);
}

/** The chip that holds, or was to hold, the root of what is in this folder. */
export async function rootChip(disk: Disk): Promise<RootChip | undefined> {
  if (!(await disk.exists(ROOT_FILE))) return undefined;
  const file = await disk.open(ROOT_FILE);
  return chipIn(file).finally(() => file.close());
}

/** Blanks the chip before what needs it is made anew. Where another store's root stands on it, it is left alone. */
export async function blankChip(disk: Disk, rootChip: RootChip): Promise<void> {
  if (await isOthers(disk, rootChip)) return;
  const chip = await openChip(disk, rootChip.name);
  await new ChipPlace(chip, rootChip.name).free().finally(() => chip.close());
}

/** Whether another store's root is on the chip: the medium has come into another box, or another store has got the chip. */
async function isOthers(disk: Disk, { name, mark }: RootChip): Promise<boolean> {
  const chip = await openChip(disk, name);
  const place = new ChipPlace(chip, name);
  try {
    const marks = [markIn(await place.read(0)), markIn(await place.read(1))];
    return marks.some((each) => each !== undefined && each !== mark);
  } finally {
    await chip.close();
  }
}

/** Either copy will do: a flipped bit must not cost the root. */
async function chipIn(file: DiskFile): Promise<RootChip | undefined> {
  for (const which of [0, 1]) {
    if (file.sizeBytes < (which + 1) * UNIT_BYTES) break; // a format was cut while it made the file
    const unit = await file.read(which * UNIT_BYTES, ELSEWHERE.length + NAME_MAX_BYTES + 1 + MARK_BYTES);
    if (!unit.subarray(0, ELSEWHERE.length).equals(ELSEWHERE)) continue;
    const end = unit.indexOf(0, ELSEWHERE.length);
    return { name: unit.subarray(ELSEWHERE.length, end).toString('utf8'), mark: unit.readUInt32LE(end + 1) };
  }
  return undefined;
}

async function openChip(disk: Disk, name: string): Promise<Chip> {
  const chip = await disk.openChip(name).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    throw new StoreError('ROOT_CHIP_MISSING', `${name}: ${message}`, { cause: error });
  });
  if (chip.sizeBytes >= 2 * RECORD_BYTES) return chip;
  await chip.close();
  throw new StoreError('ROOT_CHIP_MISSING', `${name} holds ${chip.sizeBytes} bytes; ${2 * RECORD_BYTES} are needed`);
}

import {
  type BlockHeader,
  bodyIsWhole,
  looksLikeABlock,
  type Position,
  placeBlock,
  readHeader,
  type SealedBlock,
} from './block.js';
import { type Disk, type DiskFile, openWith, UNIT_BYTES } from './disk.js';
import { markOf, type Superblock } from './superblock.js';

export const RING_FILE = 'ring';
const READ_UNITS = 128;
/** Segments looked at side by side. */
const SEGMENTS_AT_ONCE = 4;

/** A block as it stands in the ring: `bytes` from `at` are the block's, borrowed until the next step of the iteration. */
export interface FoundBlock {
  readonly header: BlockHeader;
  readonly bytes: Buffer;
  readonly at: number;
}

/** The segments: where a position is, what stands there. Knows blocks, not recordings. */
export class Ring {
  readonly segmentUnits: number;
  readonly #file: DiskFile;
  readonly #mark: number;
  /** Sizes the ring has had: up to and including each serial so many segments, the last without end. */
  readonly #sizes: { readonly serial: number; readonly segments: number; readonly first: number }[] = [];

  private constructor(file: DiskFile, superblock: Superblock) {
    this.#file = file;
    this.#mark = markOf(superblock);
    this.segmentUnits = superblock.segmentUnits;
    for (const { serial, segments } of superblock.grown) this.#addSize(serial, segments);
    this.#addSize(Number.POSITIVE_INFINITY, superblock.segments);
  }

  get segments(): number {
    return this.#sizes.at(-1)?.segments ?? 1;
  }

  static async open(disk: Disk, superblock: Superblock): Promise<Ring> {
    return openWith(disk, RING_FILE, async (file) => {
      await file.sync(); // a process that was killed may have left what a reader sees and the medium has not taken
      return new Ring(file, superblock);
    });
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  /** Serials count segments opened, from 1. */
  serialOf(position: Position): number {
    return Math.floor(position / this.segmentUnits);
  }

  startOf(serial: number): Position {
    return (serial * this.segmentUnits) as Position;
  }

  /** Physical segment of a serial: 0 … segments-1 in turn, through every size the ring has had. */
  segmentOf(serial: number): number {
    const size = this.#sizes.find((each) => serial <= each.serial);
    if (!size) throw new RangeError(`segment serial ${serial}`);
    return (serial - size.first) % size.segments;
  }

  /** Units left in the segment from `position` on. */
  roomAt(position: Position): number {
    return this.segmentUnits - (position % this.segmentUnits);
  }

  /** Writes blocks one behind the other from `position`, all within its segment. Returns the position behind them. */
  async write(
    position: Position,
    blocks: readonly Pick<SealedBlock, 'bytes' | 'payloadBytes' | 'units'>[],
  ): Promise<Position> {
    let next = position;
    const placed = blocks.map((block) => {
      const bytes = placeBlock(block, next, this.#mark);
      next = (next + block.units) as Position;
      return bytes;
    });
    await this.#file.write(
      this.#offsetOf(position),
      placed.length === 1 ? (placed[0] as Buffer) : Buffer.concat(placed),
    );
    return next;
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  /**
   * Whole blocks of the pass that `from` belongs to, from there up to `to` (within one segment; its end by default), in
   * order. Units that hold none are stepped over: what was never synced may have left holes.
   */
  async *blocks(from: Position, to?: Position): AsyncIterable<FoundBlock> {
    const end = Math.min(to ?? Number.POSITIVE_INFINITY, from + this.roomAt(from));
    let bytes: Buffer = Buffer.alloc(0);
    let base: number = from;
    for (let unit: number = from; unit < end; ) {
      const at = (unit - base) * UNIT_BYTES;
      if (at >= bytes.length) {
        base = unit;
        bytes = await this.#read(unit, Math.min(READ_UNITS, end - unit));
        continue;
      }
      const header = readHeader(bytes, at, this.#mark);
      if (!header || header.position !== unit || unit + header.units > end) {
        unit += 1;
      } else if (at + header.units * UNIT_BYTES > bytes.length) {
        base = unit;
        bytes = await this.#read(unit, Math.min(Math.max(READ_UNITS, header.units), end - unit));
      } else {
        if (bodyIsWhole(bytes, at, header)) yield { header, bytes, at };
        unit += bodyIsWhole(bytes, at, header) ? header.units : 1;
      }
    }
  }

  /** The highest serial among the blocks in a physical segment, or undefined where none stands there. */
  async newestSerial(segment: number): Promise<number | undefined> {
    let newest: number | undefined;
    for (let unit = 0; unit < this.segmentUnits; unit += READ_UNITS) {
      const units = Math.min(READ_UNITS, this.segmentUnits - unit);
      const bytes = await this.#file.read((segment * this.segmentUnits + unit) * UNIT_BYTES, units * UNIT_BYTES);
      for (let i = 0; i < units; i += 1) {
        const header = readHeader(bytes, i * UNIT_BYTES, this.#mark);
        if (!header || header.position % this.segmentUnits !== unit + i) continue;
        const serial = this.serialOf(header.position);
        if (this.segmentOf(serial) === segment && serial > (newest ?? 0)) newest = serial;
      }
    }
    return newest;
  }

  /** The newest passes of all segments that hold blocks, oldest first. Reads the whole ring. */
  async newestSerials(): Promise<number[]> {
    const serials: number[] = [];
    for (let from = 0; from < this.segments; from += SEGMENTS_AT_ONCE) {
      const segments = Array.from({ length: Math.min(SEGMENTS_AT_ONCE, this.segments - from) }, (_, i) => from + i);
      for (const serial of await Promise.all(segments.map((segment) => this.newestSerial(segment)))) {
        if (serial !== undefined) serials.push(serial);
      }
    }
    return serials.sort((a, b) => a - b);
  }

  /** Whose blocks are here. Reads up to the whole ring. */
  async owner(): Promise<'ours' | 'others' | 'nobody'> {
    let others = false;
    for (let segment = 0; segment < this.segments; segment += 1) {
      for (let unit = 0; unit < this.segmentUnits; unit += READ_UNITS) {
        const units = Math.min(READ_UNITS, this.segmentUnits - unit);
        const bytes = await this.#file.read((segment * this.segmentUnits + unit) * UNIT_BYTES, units * UNIT_BYTES);
        for (let i = 0; i < units; i += 1) {
          if (readHeader(bytes, i * UNIT_BYTES, this.#mark)) return 'ours';
          others ||= looksLikeABlock(bytes, i * UNIT_BYTES);
        }
      }
    }
    return others ? 'others' : 'nobody';
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Adds a size; its numbering goes on where the size before it was at its last serial. */
  #addSize(serial: number, segments: number): void {
    const before = this.#sizes.at(-1);
    // With segmentOf(last serial before) = p, the next serial is p + 1: first = serial - p.
    const first = before ? before.serial - this.segmentOf(before.serial) : 1;
    this.#sizes.push({ serial, segments, first });
  }

  #offsetOf(position: number): number {
    const serial = this.serialOf(position as Position);
    return (this.segmentOf(serial) * this.segmentUnits + (position % this.segmentUnits)) * UNIT_BYTES;
  }

  #read(position: number, units: number): Promise<Buffer> {
    return this.#file.read(this.#offsetOf(position), units * UNIT_BYTES);
  }
}

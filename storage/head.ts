import type { Position, SealedBlock } from './block.js';
import { UNIT_BYTES } from './disk.js';
import { erase } from './erasure.js';
import { StoreError } from './errors.js';
import { IndexChanges } from './index.js';
import { addRun, segmentsOf } from './parts.js';
import type { RecordingId } from './recording-id.js';
import type { RecordingWriter } from './recording-writer.js';
import type { Row } from './row.js';
import type { StoreState } from './state.js';

/** A segment of which held blocks take more than this is left as it is and passed over: moving it would gain too little. */
const PASS_OVER_SHARE = 0.75;
/** A recording is told to close once its beginning is among so many segments that come up after the free one, held ones not counted. */
const CLOSE_AHEAD_SEGMENTS = 2;

interface HeldBlock extends Pick<SealedBlock, 'bytes' | 'payloadBytes' | 'units'> {
  readonly row: Row;
}

/** Moves the head to the next segment, which is free, and makes the one after that free. */
export async function advance(state: StoreState): Promise<void> {
  const { ring } = state.parts;
  await freeAhead(state);
  state.moveHead(ring.startOf(nextSerial(state)));
  await freeAhead(state);
}

/**
 * Makes the segment after the head's free (DESIGN.md, invariant 5): what is not held there is erased; what is held is
 * moved to the head, block by block as it stands, or, where nearly all is held, the segment is passed over for the next one.
 */
export async function freeAhead(state: StoreState): Promise<void> {
  if (state.aheadIsFree) return;
  const { ring } = state.parts;
  for (let passed = 0; passed < ring.segments; passed += 1) {
    const serial = nextSerial(state);
    const { held, blocks, units, unreadable } = await clearOf(state, serial, state.headSerial);
    if (!unreadable && units <= Math.min(ring.segmentUnits * PASS_OVER_SHARE, ring.roomAt(state.writeAt))) {
      const before = state.headSerial;
      await moveOn(state, serial, held, blocks);
      state.aheadIsFree = state.headSerial === before;
      if (state.aheadIsFree) return warnOpen(state, serial);
      continue; // what was moved filled the head's segment to its last unit: it is in the freed one now
    }
    await passOver(state, serial);
  }
  throw new StoreError('STORE_WRITE_FAILED', 'every segment of the ring is held');
}

/**
 * Tells recordings to close that begin where the head will be soon. Held segments may be passed over all at once: those that
 * stand in between give no time.
 */
async function warnOpen(state: StoreState, free: number): Promise<void> {
  const { ring, index } = state.parts;
  const beginningsIn = (segment: number): RecordingWriter[] =>
    [...state.writers].filter(({ committed }) => {
      const first = committed?.row.x[0];
      return first !== undefined && ring.segmentOf(ring.serialOf(first[0])) === segment;
    });
  let soon = 0;
  for (let serial = free + 1; soon < CLOSE_AHEAD_SEGMENTS && serial < free + ring.segments; serial += 1) {
    const segment = ring.segmentOf(serial);
    for (const writer of beginningsIn(segment)) writer.mustClose = true;
    if (state.passed.has(serial)) continue;
    let held = false;
    for (const n of await index.numbersIn(segment)) held ||= (await index.row(n))?.hold != null;
    if (!held) soon += 1;
  }
}

/**
 * For opening: a head that stands at the very beginning of a segment may not know that this one is passed over (a rebuilt index
 * does not). It goes on to the first that is free.
 */
export async function clearHead(state: StoreState): Promise<void> {
  const { ring } = state.parts;
  const before = ring.serialOf(state.head) - 1;
  if (state.head % ring.segmentUnits !== 0 || before < 1) return;
  for (let serial = state.headSerial; serial <= before + ring.segments; serial += 1) {
    if (state.passed.has(serial)) continue;
    const { held, blocks, unreadable } = await clearOf(state, serial, before);
    if (blocks.length === 0 && !unreadable) {
      await moveOn(state, serial, held, blocks);
      state.moveHead(ring.startOf(serial));
      return;
    }
    await passOver(state, serial);
  }
  throw new StoreError('STORE_WRITE_FAILED', 'every segment of the ring is held');
}

interface Cleared {
  readonly held: readonly Row[];
  /** Held blocks that have no copy in the head's segment yet. */
  readonly blocks: readonly HeldBlock[];
  readonly units: number;
  /** The index cannot say what all is there: nothing may be written over it. */
  readonly unreadable: boolean;
}

/** Erases what is not held in a segment, and says what is. */
async function clearOf(state: StoreState, serial: number, headSerial: number): Promise<Cleared> {
  const { ring, index } = state.parts;
  const rows: Row[] = [];
  let unreadable = false;
  for (const n of await index.numbersIn(ring.segmentOf(serial))) {
    const row = await index.row(n);
    if (row) rows.push(row);
    else unreadable = true;
    if (!row) await index.distrust();
  }
  await erase(
    state,
    rows.filter(({ hold }) => hold === null),
    'capacity',
  );
  const held = rows.filter(({ hold }) => hold !== null);
  const blocks = held.length === 0 ? [] : await heldBlocks(state, serial, held, headSerial);
  return { held, blocks, units: blocks.reduce((sum, block) => sum + block.units, 0), unreadable };
}

async function passOver(state: StoreState, serial: number): Promise<void> {
  const { journal, index } = state.parts;
  await journal.append([{ t: 'passed', serial }]);
  state.passed.add(serial);
  await index.apply(state.marked(new IndexChanges()));
}

/** The serial that follows the head's, over those that are passed over. */
function nextSerial(state: StoreState): number {
  let serial = state.headSerial + 1;
  while (state.passed.has(serial)) serial += 1;
  return serial;
}

/** Held blocks in a segment that have not been moved to the head's segment yet (a cut may have come in between). */
async function heldBlocks(
  state: StoreState,
  serial: number,
  held: readonly Row[],
  headSerial: number,
): Promise<HeldBlock[]> {
  const { ring } = state.parts;
  const rows = new Map(held.map((row) => [row.id, row]));
  const moved = new Set<string>();
  const name = (id: RecordingId, type: string, sequence: number): string => `${id} ${type} ${sequence}`;
  for await (const { header } of ring.blocks(ring.startOf(headSerial))) {
    // Only what the index knows to be there: after a failed sync a reader may see what the medium never took.
    const known = rows.get(header.id)?.x.some(([from, to]) => from <= header.position && header.position < to);
    if (known) moved.add(name(header.id, header.type, header.sequence));
  }
  const blocks: HeldBlock[] = [];
  // The blocks there are of an earlier pass: their serial is the one that the segment had then.
  for (const before of passesOf(held, state, serial)) {
    for await (const { header, bytes, at } of ring.blocks(ring.startOf(before))) {
      const row = rows.get(header.id);
      const block = name(header.id, header.type, header.sequence);
      if (!row || moved.has(block)) continue;
      moved.add(block); // of open blocks said anew one is enough: what counts is in the close block
      const { payloadBytes, units } = header;
      blocks.push({ row, payloadBytes, units, bytes: Buffer.from(bytes.subarray(at, at + units * UNIT_BYTES)) });
    }
  }
  return blocks;
}

/** Serials under which the rows have runs in the physical segment of `serial`. */
function passesOf(rows: readonly Row[], state: StoreState, serial: number): Set<number> {
  const { ring } = state.parts;
  const segment = ring.segmentOf(serial);
  const serials = rows.flatMap(({ x }) => x.map(([from]) => ring.serialOf(from)));
  return new Set(serials.filter((each) => ring.segmentOf(each) === segment));
}

/** Writes the blocks at the head, byte for byte but for their position, and tells the index where they are now. */
async function moveOn(
  state: StoreState,
  serial: number,
  held: readonly Row[],
  blocks: readonly HeldBlock[],
): Promise<void> {
  if (held.length === 0) return;
  const { ring, index } = state.parts;
  const segment = ring.segmentOf(serial);
  let at = state.writeAt;
  if (blocks.length > 0) {
    const end = await ring.write(at, blocks);
    await ring.sync();
    state.moveHead(end);
  }
  const changes = new IndexChanges();
  const moved = new Map(
    held.map((row) => [
      row.id,
      { ...row, x: row.x.filter(([from]) => ring.segmentOf(ring.serialOf(from)) !== segment) },
    ]),
  );
  for (const { row, units } of blocks) {
    const runs = moved.get(row.id)?.x;
    if (runs) addRun(ring, runs, at, units);
    at = (at + units) as Position;
  }
  for (const row of moved.values()) changes.leaveSegment(row.n, segment).row(row, segmentsOf(ring, row));
  await index.apply(state.marked(changes));
}

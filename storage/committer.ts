import { blockUnits, type Position, type SealedBlock, sealBlock } from './block.js';
import { emptyRow } from './building.js';
import { eraseOldest } from './erasure.js';
import { isRefusal, StoreError } from './errors.js';
import { advance, freeAhead } from './head.js';
import { IndexChanges } from './index.js';
import { closePayload, sealForRow, sealJson } from './particulars.js';
import { addRun } from './parts.js';
import { noteParty } from './party-index.js';
import type { RecordingWriter, Waiting } from './recording-writer.js';
import type { Row } from './row.js';
import type { StoreState } from './state.js';

interface WaitingItem {
  readonly writer: RecordingWriter;
  readonly item: Waiting;
}

interface Queued extends WaitingItem {
  readonly block: SealedBlock;
}

/** Largest run of blocks written before a sync. */
const RUN_UNITS_MAX = 256;
const ERASE_FOR_SLOTS = 8;

/**
 * One group commit: everything that waits in any writer goes to the medium, keys first, a run of blocks at a time. On
 * rejection what no medium has taken is back with its writers, and the segment it was meant for is left alone.
 */
export async function commit(state: StoreState): Promise<void> {
  const waiting: WaitingItem[] = [];
  for (const writer of state.writers) {
    for (const item of writer.take()) if (!writer.erased) waiting.push({ writer, item });
    if (writer.erased) state.writers.delete(writer);
  }
  if (waiting.length === 0) return;
  // A close speaks for all that comes before it: it is written once that is on the medium.
  waiting.sort((a, b) => Number(a.item.type === 'close') - Number(b.item.type === 'close'));
  let flushed = Promise.resolve();
  /** Whether there is something behind the head that the medium was given and has not acknowledged. */
  let given = false;
  try {
    await freeAhead(state);
    const keysAreNew = await provideKeys(state, waiting);
    flushed = state.parts.vault.flush();
    flushed.catch(() => undefined); // told where it is waited for
    if (keysAreNew) await flushed;
    while (waiting.length > 0) {
      const run = nextRun(state, waiting);
      if (run.length === 0) {
        await flushed;
        await advance(state);
        continue;
      }
      if (run.some(({ item }) => item.type === 'close')) await flushed;
      const at = state.writeAt;
      const blocks = run.map(({ block }) => block);
      given = true;
      const end = await state.parts.ring.write(at, blocks);
      await state.parts.ring.sync();
      await flushed;
      given = false;
      waiting.splice(0, run.length);
      await acknowledge(state, run, at, end);
    }
  } catch (error) {
    await flushed.catch(() => undefined);
    for (const writer of new Set(waiting.map((each) => each.writer))) {
      writer.giveBack(waiting.filter((each) => each.writer === writer).map(({ item }) => item));
    }
    if (!isRefusal(error)) throw error; // the head stays: moved at every try, it would go round and erase all there is
    if (given) await abandonSegment(state);
    throw new StoreError('STORE_WRITE_FAILED', `the medium refused a write: ${error.message}`, { cause: error });
  }
}

/**
 * Keys and parties, in memory: keys are to be on the medium before the first block that needs them, parties before the close
 * block, beside what comes in front of it. Returns whether there are keys that no block has needed yet.
 */
async function provideKeys(state: StoreState, waiting: readonly WaitingItem[]): Promise<boolean> {
  let keysAreNew = false;
  for (const { writer, item } of waiting) {
    writer.committed ??= await newKey(state, writer);
    keysAreNew ||= writer.committed.row.x.length === 0;
    if (item.type === 'close') await noteParty(state, writer.committed.row, item.closing.party);
  }
  return keysAreNew;
}

async function newKey(state: StoreState, writer: RecordingWriter): Promise<NonNullable<RecordingWriter['committed']>> {
  const { vault } = state.parts;
  let entry = await vault.put(writer.id, writer.number);
  if (!entry) {
    await eraseOldest(state, ERASE_FOR_SLOTS);
    entry = await vault.put(writer.id, writer.number);
  }
  if (!entry) throw new StoreError('STORE_WRITE_FAILED', 'every key slot is taken by open or held recordings');
  return { row: newRow(writer, entry.slot), key: entry.key, newSegments: new Set() };
}

/** As many of the first waiting payloads as fit behind the head, sealed. */
function nextRun(state: StoreState, waiting: readonly WaitingItem[]): Queued[] {
  const room = Math.min(RUN_UNITS_MAX, state.parts.ring.roomAt(state.writeAt));
  const run: Queued[] = [];
  let units = 0;
  for (const { writer, item } of waiting) {
    // A data block's size is known before it is sealed; sealing it only to find that it does not fit would be a waste.
    if (item.type === 'close' && run.some((each) => each.item.type !== 'close')) break;
    if (item.type === 'data' && units + blockUnits(item.payload.length) > room) break;
    const block = sealed(state, writer, item);
    if (units + block.units > room) break;
    units += block.units;
    run.push({ writer, item, block });
  }
  return run;
}

function sealed(state: StoreState, writer: RecordingWriter, item: Waiting): SealedBlock {
  const { committed } = writer;
  if (!committed) throw new Error('sealed before its key was there'); // a fault of this file
  const { row, key } = committed;
  const owner = { id: row.id, slot: row.slot, key, chance: state.parts.chance };
  switch (item.type) {
    case 'data':
      return sealBlock({ ...owner, type: 'data', sequence: item.sequence, payload: item.payload });
    case 'open': {
      const { n, startedWallMs } = row;
      return sealJson('open', 0, { n, startedWallMs, p: item.particulars }, owner);
    }
    case 'close': {
      const totals = { ...row, bytes: writer.bytes, blocks: item.sequence - 1 };
      return sealJson('close', item.sequence, closePayload(totals, item.closing, writer.sha256), owner);
    }
  }
}

/** The run is on the medium: rows follow, and the index where it must. */
async function acknowledge(state: StoreState, run: readonly Queued[], at: Position, end: Position): Promise<void> {
  const { ring, index, chance } = state.parts;
  const changes = new IndexChanges();
  let from = at;
  let turned = false;
  for (const { writer, item, block } of run) {
    const { committed } = writer;
    if (!committed) continue;
    const { row, key } = committed;
    const runs = row.x.length;
    addRun(ring, row.x, from, block.units);
    if (row.x.length > runs) committed.newSegments.add(ring.segmentOf(ring.serialOf(from)));
    turned ||= item.type !== 'data' || row.x.length > runs;
    from = (from + block.units) as Position;
    const sealKey = { id: row.id, key, chance };
    if (item.type === 'data') {
      committed.row = { ...row, blocks: row.blocks + 1, bytes: row.bytes + item.payload.length };
    } else if (item.type === 'open') {
      committed.row = { ...row, p: sealForRow(item.particulars, sealKey) };
    } else {
      const { endedWallMs, particulars } = item.closing;
      const { sha256 } = writer;
      const kept: Row = { ...row, state: 'kept', endedWallMs, sha256, p: sealForRow(particulars, sealKey) };
      if (!writer.erased) changes.row(kept, committed.newSegments);
      state.writers.delete(writer);
    }
  }
  state.moveHead(end);
  if (turned) await index.apply(state.marked(changes));
  if (!state.aheadIsFree) await freeAhead(state);
}

/**
 * After a failed write the segment is left as it is: the kernel may have dropped what it was given. But a medium that goes on
 * refusing must not cost a segment each time, nor may the head leave one without a block in it, for that is how it is found again.
 */
async function abandonSegment(state: StoreState): Promise<void> {
  if (state.head === state.parts.ring.startOf(state.headSerial)) {
    state.refuse();
    return;
  }
  try {
    await advance(state);
  } catch {
    // The medium refuses this too. The next commit begins with it again, and its rejection is what the caller hears.
    return;
  }
}

const newRow = ({ id, number, startedWallMs }: RecordingWriter, slot: number): Row => {
  return { ...emptyRow({ id, number, slot }), startedWallMs };
};

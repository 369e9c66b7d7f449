import { createHash } from 'node:crypto';
import { StoreError } from './errors.js';
import { advance, freeAhead } from './head.js';
import { IndexChanges } from './index.js';
import { closePayload, isSealable, openFromRow, sealForRow, sealJson } from './particulars.js';
import { addRun, segmentsOf } from './parts.js';
import { noteParty } from './party-index.js';
import { readAudio } from './read-audio.js';
import type { Closing, Particulars } from './recording-writer.js';
import type { Unfinished } from './recovery.js';
import type { Row } from './row.js';
import type { StoreState } from './state.js';

/** What a recording that was cut short holds; what its close should say is up to the caller. */
export interface UnfinishedRecording {
  readonly row: Row;
  readonly particulars: Particulars;
  readonly bytes: number;
}

/** Closes a recording that a cut left open, with exactly the bytes that are there. */
export async function finish(
  state: StoreState,
  { row: known, key }: Unfinished,
  closing: (recording: UnfinishedRecording) => Closing,
): Promise<void> {
  if (!state.unfinished.some((each) => each.row.id === known.id)) return; // the head has needed its room
  const { ring, index, vault, chance } = state.parts;
  const { row, sha256 } = await readable(state, known);
  const particulars = openFromRow(row.p, row.id, key) ?? {};
  const said = closing({ row, particulars, bytes: row.bytes });
  // A store must open, whatever its caller makes of a recording: what was sealed once can be sealed again.
  const close = isSealable(said.particulars) ? said : { ...said, particulars };
  await noteParty(state, row, close.party);
  await vault.flush();
  const owner = { id: row.id, slot: row.slot, key, chance };
  const block = sealJson('close', row.blocks + 1, closePayload(row, close, sha256), owner);
  await freeAhead(state);
  if (block.units > ring.roomAt(state.writeAt)) await advance(state);
  if (!state.unfinished.some((each) => each.row.id === row.id)) return; // the head needed its room
  const at = state.writeAt;
  const end = await ring.write(at, [block]);
  await ring.sync();
  state.moveHead(end);
  addRun(ring, row.x, at, block.units);
  const p = sealForRow(close.particulars, { id: row.id, key, chance });
  const kept: Row = { ...row, state: 'kept', endedWallMs: close.endedWallMs, sha256, p };
  state.unfinished = state.unfinished.filter((each) => each.row.id !== row.id);
  await index.apply(state.marked(new IndexChanges().row(kept, segmentsOf(ring, kept))));
  await freeAhead(state);
}

/** The row with as much as can be read of it, from the beginning on: damage must not keep a store from recording again. */
async function readable(state: StoreState, row: Row): Promise<{ readonly row: Row; readonly sha256: string }> {
  const hash = createHash('sha256');
  let [blocks, bytes] = [0, 0];
  try {
    for await (const payload of readAudio(state.parts, row)) {
      hash.update(payload);
      blocks += 1;
      bytes += payload.length;
    }
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'RECORDING_DAMAGED') throw error;
  }
  return { row: { ...row, blocks, bytes }, sha256: hash.digest('hex') };
}

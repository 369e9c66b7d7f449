import type { BlockHeader } from './block.js';
import { type Chance, UNIT_BYTES } from './disk.js';
import type { KeyEntry } from './key-slot.js';
import { type ClosePayload, readClose, readOpen, sealForRow } from './particulars.js';
import { addRun, type StoreParts } from './parts.js';
import { wallMsOf } from './recording-id.js';
import type { FoundBlock } from './ring.js';
import type { Row } from './row.js';

/** A recording as the ring tells of it, before it is known whether it was closed. */
export interface Building {
  row: Row;
  readonly key: Buffer;
  /** Payload bytes of each data block found beyond `row.blocks`. */
  readonly data: Map<number, number>;
  /** Copies of open blocks that the row does not know of yet, in the order of the ring: looked into where no close says more. */
  readonly opens: { readonly header: BlockHeader; readonly bytes: Buffer }[];
  closed: ClosePayload | undefined;
}

export const building = (row: Row, key: Buffer): Building => {
  return { row, key, data: new Map(), opens: [], closed: undefined };
};

/** Adds what a block says. One that its key does not open is damage: it adds its place, and nothing else. */
export function buildOn({ ring }: StoreParts, known: Building, { header, bytes, at }: FoundBlock): void {
  const { row, key } = known;
  addRun(ring, row.x, header.position, header.units);
  if (header.type === 'data') {
    if (header.sequence > row.blocks) known.data.set(header.sequence, header.payloadBytes);
  } else if (header.type === 'open') {
    if (row.state === 'kept') return;
    known.opens.push({ header, bytes: Buffer.from(bytes.subarray(at, at + header.units * UNIT_BYTES)) });
  } else if (row.state === 'recording') {
    known.closed = readClose(bytes, at, header, key) ?? known.closed;
  }
}

/** The row that open, data and close blocks add up to; without a close, audio up to the first missing block. */
export function settled(known: Building, chance: Chance): { readonly row: Row; readonly key: Buffer } {
  const { key, data, closed } = known;
  let row = closed ? known.row : opened(known, chance);
  while (data.has(row.blocks + 1)) {
    row = { ...row, blocks: row.blocks + 1, bytes: row.bytes + (data.get(row.blocks + 1) ?? 0) };
  }
  if (closed) {
    // Synced after all it speaks of: a block that is not there now is damage, for whoever reads it to hear of.
    const { n, startedWallMs, endedWallMs, sha256, blocks, bytes, p } = closed;
    const sealed = sealForRow(p, { id: row.id, key, chance });
    row = { ...row, n, startedWallMs, endedWallMs, sha256, blocks, bytes, state: 'kept', p: sealed };
  }
  known.row = row;
  return { row, key };
}

/** The row as the last open block that the key opens tells it: each says anew what is known. */
function opened({ row, key, opens }: Building, chance: Chance): Row {
  for (const { header, bytes } of [...opens].reverse()) {
    const open = readOpen(bytes, 0, header, key);
    if (!open) continue;
    const { n, startedWallMs, p } = open;
    return { ...row, n, startedWallMs, p: sealForRow(p, { id: row.id, key, chance }) };
  }
  return row;
}

/** What the key slot alone tells; an open block that can be read adds the rest. */
export function emptyRow({ id, number: n, slot }: Pick<KeyEntry, 'id' | 'number' | 'slot'>): Row {
  return {
    n,
    id,
    slot,
    state: 'recording',
    startedWallMs: wallMsOf(id),
    endedWallMs: null,
    bytes: 0,
    blocks: 0,
    sha256: null,
    p: '',
    hold: null,
    note: null,
    x: [],
  };
}

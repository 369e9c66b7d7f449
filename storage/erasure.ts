import { IndexChanges } from './index.js';
import type { ErasureRule, Tombstone } from './journal-entry.js';
import { segmentsOf } from './parts.js';
import { forgetParties } from './party-index.js';
import { countedFrom, type Row, unitsOf } from './row.js';
import type { StoreState } from './state.js';

/**
 * Destroys recordings beyond recovery: tombstones, then keys, then rows (DESIGN.md, invariant 6). The moment of erasure is
 * the root's replacement in the vault; cut before or after it, opening the store does the rest.
 */
export async function erase(state: StoreState, rows: readonly Row[], rule: ErasureRule): Promise<void> {
  if (rows.length === 0) return;
  const { journal, wall } = state.parts;
  const atWallMs = wall();
  const tombstones = rows.map(({ n, id, sha256, startedWallMs, endedWallMs, bytes, countedWallMs }): Tombstone => {
    const tombstone: Tombstone = { t: 'erased', n, id, sha256, startedWallMs, endedWallMs, bytes, rule, atWallMs };
    return countedWallMs === undefined ? tombstone : { ...tombstone, countedWallMs };
  });
  const serialBefore = journal.serial;
  await journal.append(tombstones);
  if (rule === 'capacity') {
    const countedWallMs = Math.max(...rows.map((row) => countedFrom(row) ?? row.startedWallMs));
    state.madeRoom = { count: (state.madeRoom?.count ?? 0) + rows.length, countedWallMs, atWallMs };
  }
  state.erasing = { rows, tombstones, serialBefore };
  await finishErasure(state);
}

/** `erase`, for those of these numbers that are kept and not held. How many there were. */
export async function eraseNumbers(state: StoreState, numbers: readonly number[], rule: ErasureRule): Promise<number> {
  const rows: Row[] = [];
  for (const n of numbers) {
    const row = await state.parts.index.row(n);
    if (row?.state === 'kept' && row.hold === null) rows.push(row);
  }
  await erase(state, rows, rule);
  return rows.length;
}

/** Does what the journal says has been done; again, where a failure came in between. */
export async function finishErasure(state: StoreState): Promise<void> {
  if (!state.erasing) return;
  const { rows, tombstones } = state.erasing;
  const { vault, index, ring } = state.parts;
  await vault.destroy(rows);
  state.erasing = undefined;
  forgetParties(state, rows);
  const ids = new Set(rows.map(({ id }) => id));
  for (const writer of state.writers) if (ids.has(writer.id)) writer.erased = true;
  state.unfinished = state.unfinished.filter(({ row }) => !ids.has(row.id));
  const changes = new IndexChanges();
  for (const row of rows) {
    changes.removeRow(row, segmentsOf(ring, row));
    if (row.hold !== null) state.heldUnits -= unitsOf(row);
  }
  for (const tombstone of tombstones) changes.entry(tombstone);
  await index.apply(state.marked(changes));
}

/** Key slots ran out before space: the oldest recordings that are not held make room, as with space. */
export async function eraseOldest(state: StoreState, count: number): Promise<void> {
  const rows: Row[] = [];
  for await (const row of state.parts.index.oldestRows()) {
    if (row.state === 'kept' && row.hold === null) rows.push(row);
    if (rows.length >= count) break;
  }
  await erase(state, rows, 'capacity');
}

import { UNIT_BYTES } from './disk.js';
import { StoreError } from './errors.js';
import { usableRingBytes } from './format.js';
import { IndexChanges } from './index.js';
import { sealForRow } from './particulars.js';
import type { Particulars } from './recording-writer.js';
import { type Row, unitsOf } from './row.js';
import type { StoreState } from './state.js';

/** Part of the ring that holds may take: what `HOLDS_SHARE_MAX` leaves is enough for the head to go round. */
export const HOLDS_SHARE_DEFAULT = 0.5;
export const HOLDS_SHARE_MAX = 0.6;

/** Bytes of ring, in whole units, that holds take and may take. */
export interface HoldBudget {
  readonly heldBytes: number;
  readonly budgetBytes: number;
}

/** `share`: of what the ring can hold, 0-1; more than `HOLDS_SHARE_MAX` is no more. */
export function holdBudget(state: StoreState, share: number): HoldBudget {
  const usable = usableRingBytes(state.parts.superblock);
  return {
    heldBytes: state.heldUnits * UNIT_BYTES,
    budgetBytes: Math.floor(usable * Math.min(share, HOLDS_SHARE_MAX)),
  };
}

/**
 * Keeps a recording until it is released, whatever retention and capacity say. Throws `HOLD_BUDGET` before the budget
 * breaks. What is said of the hold is sealed with the recording's key and goes with it.
 */
export async function hold(state: StoreState, row: Row, why: Particulars, share: number): Promise<void> {
  if (row.hold !== null) return;
  const { heldBytes, budgetBytes } = holdBudget(state, share);
  const bytes = unitsOf(row) * UNIT_BYTES;
  if (heldBytes + bytes > budgetBytes) {
    const mib = (n: number): string => `${(n / 2 ** 20).toFixed(1)} MiB`;
    const message = `recording ${row.n} takes ${mib(bytes)}; ${mib(heldBytes)} of ${mib(budgetBytes)} are held already`;
    throw new StoreError('HOLD_BUDGET', message);
  }
  const sealed = await sealWith(state, row, why);
  const { journal, index, wall } = state.parts;
  await journal.append([{ t: 'hold', n: row.n, id: row.id, atWallMs: wall(), sealed }]);
  state.heldUnits += unitsOf(row);
  await index.apply(state.marked(new IndexChanges().row({ ...row, hold: sealed }, [])));
}

/** The normal rules count again, from now. */
export async function release(state: StoreState, row: Row): Promise<void> {
  if (row.hold === null) return;
  const { journal, index, wall } = state.parts;
  await journal.append([{ t: 'release', n: row.n, id: row.id, atWallMs: wall() }]);
  state.heldUnits -= unitsOf(row);
  await index.apply(state.marked(new IndexChanges().row({ ...row, hold: null }, [])));
}

/** Leaves a note beside a recording, in place of the one that was there. Never inside it. */
export async function annotate(state: StoreState, row: Row, note: Particulars): Promise<void> {
  const sealed = await sealWith(state, row, note);
  const { journal, index, wall } = state.parts;
  await journal.append([{ t: 'note', n: row.n, id: row.id, atWallMs: wall(), sealed }]);
  await index.apply(state.marked(new IndexChanges().row({ ...row, note: sealed }, [])));
}

async function sealWith(state: StoreState, { slot, id, n }: Row, value: Particulars): Promise<string> {
  const { vault, chance } = state.parts;
  const key = await vault.get(slot, id);
  if (!key) throw new StoreError('RECORDING_ERASED', `recording ${n} was erased`);
  return sealForRow(value, { id, key, chance });
}

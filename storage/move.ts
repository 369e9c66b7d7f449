import type { Position } from './block.js';
import { type Chance, type Disk, UNIT_BYTES } from './disk.js';
import { StoreError } from './errors.js';
import { formatStore, removeStore } from './format.js';
import { IndexChanges } from './index.js';
import type { OrderedMap } from './index-port.js';
import { livingEntries } from './journal-entry.js';
import { addRun, segmentsOf } from './parts.js';
import type { Ring } from './ring.js';
import { rootChip } from './root.js';
import { type Row, unitsOf } from './row.js';
import type { StoreState } from './state.js';
import { Store } from './store.js';

/** Where a store goes, and what it is made with there. */
export interface MoveTarget {
  readonly disk: Disk;
  /** The index of the new store; `indexBytes`: what it will grow to at most. It is the store's to close. */
  readonly openMap: (indexBytes: number) => Promise<OrderedMap>;
  /** Of the new medium; `max`: all of it but what `format` leaves free. */
  readonly capacityBytes: number | 'max';
  /** What `max` leaves at least, as `formatStore` has it. */
  readonly leaveBytes?: number;
  /** A chip that is to hold the new root; not the one that holds the old. */
  readonly rootChip?: string | undefined;
  /** Destroys what is there: left over from a move that was cut. */
  readonly eraseEverything?: boolean;
  readonly chance: Chance;
  /** UTC, in ms. */
  readonly wall: () => number;
}

/** Journal entries put over at a time: one page holds at least so many of the largest. */
const ENTRIES_AT_ONCE = 64;
/** Blocks written between two syncs. */
const RUN_UNITS_MAX = 256;

/**
 * Makes the same store anew on another medium: every block as it is sealed, holds, notes, tombstones and settings with
 * them, under fresh page keys and a fresh root. The old store is only read; `dispose` of it is another step, once the new one has
 * been checked. Open recordings are not moved: close them first. Throws what `formatStore` throws; `CAPACITY_TOO_SMALL` where
 * the target cannot hold what is kept; `ROOT_CHIP_TAKEN` where the target wants the chip that has the old store's root.
 */
export async function moveStore(source: Store, target: MoveTarget): Promise<Store> {
  const { disk, openMap, chance, wall, capacityBytes, leaveBytes = 0, eraseEverything = false } = target;
  return source.inspect(async (from) => {
    const { superblock, index } = from.parts;
    await leaveChip(from.parts.disk, target);
    const rows: Row[] = [];
    for await (const row of index.oldestRows()) if (row.state === 'kept') rows.push(row);
    const layout = { capacityBytes, leaveBytes, rootChip: target.rootChip, id: superblock.id };
    await formatStore(disk, { ...layout, eraseEverything, chance, wallMs: wall() });
    const store = await Store.open({ disk, openMap, chance, wall });
    try {
      await store.inspect((to) => copy(from, to, rows));
      return store;
    } catch (error) {
      await store.close();
      await removeStore(disk).catch(() => undefined); // a second try finds the target as the first one did
      throw error;
    }
  });
}

/**
 * The old store's root stays until that is disposed of: its chip is not for the new root, nor to be blanked for what a move that was
 * cut has left there. Both stores bear one mark, so the mark cannot tell.
 */
async function leaveChip(from: Disk, { disk, rootChip: wanted }: MoveTarget): Promise<void> {
  const own = await rootChip(from);
  const left = await rootChip(disk);
  if (own === undefined || (own.name !== wanted && (own.name !== left?.name || own.mark !== left.mark))) return;
  throw new StoreError('ROOT_CHIP_TAKEN', `${own.name} holds the root key of the store that is to be moved`);
}

async function copy(from: StoreState, to: StoreState, rows: readonly Row[]): Promise<void> {
  const { vault, ring, journal, index } = to.parts;
  const units = rows.reduce((sum, row) => sum + unitsOf(row), 0);
  // A segment's end may stay empty; a sixteenth more is room enough for that.
  const fits = (ring.segments - 2) * ring.segmentUnits;
  if (vault.slots < from.parts.vault.slots || units * (17 / 16) > fits) {
    throw new StoreError('CAPACITY_TOO_SMALL', `the target holds ${fits} blocks, ${units} are kept`);
  }
  const entries = livingEntries(await from.parts.journal.entriesAfter(0));
  const changes = new IndexChanges();
  for (let i = 0; i < entries.length; i += ENTRIES_AT_ONCE) await journal.append(entries.slice(i, i + ENTRIES_AT_ONCE));
  for (const entry of entries) changes.entry(entry);
  const ids = new Set(rows.map(({ id }) => id));
  for await (const entry of from.parts.vault.entries()) if (ids.has(entry.id)) await vault.adopt(entry);
  vault.nextSlot = from.parts.vault.nextSlot;
  await vault.flush();
  for (const row of rows) {
    const moved: Row = { ...row, x: [] };
    await copyBlocks(from.parts.ring, to, row, moved);
    if (moved.hold !== null) to.heldUnits += unitsOf(moved);
    changes.row(moved, segmentsOf(ring, moved));
  }
  to.lastNumber = from.lastNumber;
  await index.apply(to.marked(changes));
}

async function copyBlocks(source: Ring, to: StoreState, row: Row, moved: Row): Promise<void> {
  const { ring } = to.parts;
  let run: { bytes: Buffer; payloadBytes: number; units: number }[] = [];
  let units = 0;
  const flush = async (): Promise<void> => {
    if (run.length === 0) return;
    let at = to.head;
    const end = await ring.write(at, run);
    await ring.sync();
    for (const block of run) {
      addRun(ring, moved.x, at, block.units);
      at = (at + block.units) as Position;
    }
    to.moveHead(end);
    [run, units] = [[], 0];
  };
  const seen = new Set<string>();
  for (const [first, end] of row.x) {
    for await (const { header, bytes, at } of source.blocks(first, end)) {
      const name = `${header.type} ${header.sequence}`;
      if (header.id !== row.id || seen.has(name)) continue;
      seen.add(name);
      if (units + header.units > Math.min(RUN_UNITS_MAX, ring.roomAt(to.head))) await flush();
      if (header.units > ring.roomAt(to.head)) to.moveHead(ring.startOf(to.headSerial + 1));
      const copied = Buffer.from(bytes.subarray(at, at + header.units * UNIT_BYTES));
      run.push({ bytes: copied, payloadBytes: header.payloadBytes, units: header.units });
      units += header.units;
    }
  }
  await flush();
  if (seen.size < unitsOf(row)) {
    throw new StoreError('RECORDING_DAMAGED', `recording ${row.n}: ${seen.size} of ${unitsOf(row)} blocks can be read`);
  }
}

import type { Position } from './block.js';
import type { Chance, Disk } from './disk.js';
import type { Index } from './index.js';
import type { Journal } from './journal.js';
import type { KeyVault } from './key-vault.js';
import type { Ring } from './ring.js';
import type { Row } from './row.js';
import type { Superblock } from './superblock.js';

/** An opened store's pieces, for the procedures that work on all of them. */
export interface StoreParts {
  readonly disk: Disk;
  readonly superblock: Superblock;
  readonly ring: Ring;
  readonly vault: KeyVault;
  readonly journal: Journal;
  readonly index: Index;
  readonly chance: Chance;
  /** Wall time now, ms. */
  readonly wall: () => number;
}

/** Physical segments in which a row's runs lie. */
export function segmentsOf(ring: Ring, row: Pick<Row, 'x'>): Set<number> {
  return new Set(row.x.map(([from]) => ring.segmentOf(ring.serialOf(from))));
}

/** Adds a block's place to a row's runs: one run for each segment, so that an interleaved call has few. */
export function addRun(ring: Ring, runs: [Position, Position][], from: Position, units: number): void {
  const to = (from + units) as Position;
  const last = runs.at(-1);
  if (last && ring.serialOf(last[0]) === ring.serialOf(from) && from >= last[0]) {
    runs[runs.length - 1] = [last[0], Math.max(last[1], to) as Position];
  } else {
    runs.push([from, to]);
  }
}

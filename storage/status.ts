import type { EffaceableStore } from './effaceable.js';
import type { MadeRoom, StoreState } from './state.js';
import type { Superblock } from './superblock.js';

/** How a store stands, at one moment. */
export interface StoreStatus {
  readonly superblock: Superblock;
  readonly assurance: EffaceableStore['assurance'];
  readonly lastNumber: number;
  /** Numbers given out that are neither kept nor gone yet. */
  readonly openNumbers: readonly number[];
  /** Audio in memory that no commit has taken yet, in bytes. */
  readonly waitingBytes: number;
  /** What went for want of room since the store was opened; null: nothing. */
  readonly madeRoom: MadeRoom | null;
  /** What opening found damaged and made whole, for people to read. */
  readonly repairs: readonly string[];
}

export function statusOf({ parts, writers, openNumbers, lastNumber, madeRoom, repairs }: StoreState): StoreStatus {
  let waitingBytes = 0;
  for (const writer of writers) waitingBytes += writer.waitingBytes;
  const { superblock, vault } = parts;
  return { superblock, assurance: vault.assurance, lastNumber, openNumbers, waitingBytes, madeRoom, repairs };
}

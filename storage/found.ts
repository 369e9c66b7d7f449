import { type Building, building, buildOn, emptyRow, settled } from './building.js';
import { IndexChanges } from './index.js';
import type { JournalEntry } from './journal-entry.js';
import type { NumberSet } from './number-set.js';
import { type StoreParts, segmentsOf } from './parts.js';
import type { RecordingId } from './recording-id.js';
import type { FoundBlock } from './ring.js';
import { type Term, withTerm } from './term.js';

/** What the ring has told so far of recordings that are not, or not wholly, in the index. */
export type Found = Map<RecordingId, Building>;

/** The recording as the index has it, for more of its blocks to be added. */
export async function load(
  { index, vault }: StoreParts,
  found: Found,
  n: number,
  id?: RecordingId,
): Promise<Building | undefined> {
  const row = await index.row(n);
  if (!row || (id !== undefined && row.id !== id)) return undefined;
  const key = await vault.get(row.slot, row.id);
  const known = key && building(row, key);
  if (known) found.set(row.id, known);
  return known;
}

/**
 * Adds one block to what is known of its recording. Blocks without a key are of erased recordings. A block of a recording
 * that the index has already was moved here: `look` asks the index for each, a set of numbers for those in it alone.
 */
export async function take(
  parts: StoreParts,
  found: Found,
  block: FoundBlock,
  indexed: 'look' | NumberSet,
): Promise<void> {
  const { id, slot } = block.header;
  let known = found.get(id);
  if (!known) {
    const entry = await parts.vault.entry(slot, id);
    if (!entry) return;
    const n =
      indexed === 'look' ? await parts.index.numberOf(id) : indexed.has(entry.number) ? entry.number : undefined;
    known = (n === undefined ? undefined : await load(parts, found, n, id)) ?? building(emptyRow(entry), entry.key);
    found.set(id, known);
  }
  buildOn(parts, known, block);
}

/**
 * Puts what is closed and whole into the index, with what `terms` say of it, and forgets it, so that memory does not grow with
 * the ring.
 */
export async function putWhole(parts: StoreParts, found: Found, put: NumberSet, terms: readonly Term[]): Promise<void> {
  const changes = new IndexChanges();
  for (const known of [...found.values()]) {
    if (!known.closed && known.row.state !== 'kept') continue;
    const row = withTerm(settled(known, parts.chance).row, terms);
    changes.row(row, segmentsOf(parts.ring, row));
    put.add(row.n);
    found.delete(row.id);
  }
  for (const part of changes.parts()) await parts.index.apply(part);
}

export async function annotateAll(parts: StoreParts, found: Found, entries: readonly JournalEntry[]): Promise<void> {
  for (const entry of entries) {
    if (entry.t !== 'hold' && entry.t !== 'release' && entry.t !== 'note') continue;
    const known = found.get(entry.id) ?? (await load(parts, found, entry.n, entry.id));
    if (known) annotate(known, entry);
  }
}

function annotate(known: Building, entry: Extract<JournalEntry, { t: 'hold' | 'release' | 'note' }>): void {
  if (entry.t === 'note') known.row = { ...known.row, note: entry.sealed };
  else known.row = { ...known.row, hold: entry.t === 'hold' ? entry.sealed : null };
}

import { isEarlierEvents, isEvent, type JournalEntry } from './journal-entry.js';
import type { StoreParts } from './parts.js';
import { TermList } from './term.js';

/** A journal that has lost pages begins anew with what the index knows of them. */
export async function repairJournal({ index, journal, wall }: StoreParts, seen: number): Promise<string[]> {
  const lost = [...journal.lost];
  for (let serial = journal.serial + 1; serial <= seen; serial += 1) lost.push(serial);
  if (lost.length === 0) return [];
  const entries: JournalEntry[] = [];
  const atWallMs = wall();
  for await (const tombstone of index.tombstones()) entries.push(tombstone);
  const list = new TermList();
  for await (const row of index.oldestRows()) {
    const { n, id } = row;
    list.add(row);
    if (row.hold !== null) entries.push({ t: 'hold', n, id, atWallMs, sealed: row.hold });
    if (row.note !== null) entries.push({ t: 'note', n, id, atWallMs, sealed: row.note });
  }
  for (const term of list.terms) entries.push({ t: 'term', ...term, atWallMs });
  const readable = await journal.entriesAfter(0);
  entries.push(...readable.filter((entry) => isEvent(entry) || isEarlierEvents(entry)));
  for await (const [key, value] of index.settings()) entries.push({ t: 'setting', key, value, atWallMs });
  await journal.restart(entries, seen);
  return lost.map((serial) => {
    return serial <= seen
      ? `journal: page ${serial} could not be read; what it said was in the index`
      : `journal: page ${serial} could not be read, and the index had not seen it: what it said is lost`;
  });
}

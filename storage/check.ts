import { createHash } from 'node:crypto';
import { StoreError } from './errors.js';
import { IndexChanges } from './index.js';
import { IndexUnreadable } from './index-unreadable.js';
import { isTerm, livingEntries } from './journal-entry.js';
import { openFromRow } from './particulars.js';
import { type StoreParts, segmentsOf } from './parts.js';
import { readAudio } from './read-audio.js';
import type { RecordingId } from './recording-id.js';
import { type Row, unitsOf } from './row.js';
import type { StoreState } from './state.js';
import type { Store } from './store.js';
import { countedBy } from './term.js';

/**
 * One line for each breach of an invariant of DESIGN.md, with the invariant's number. Reads every byte of every
 * recording. Works on a store that is recording: open recordings are held to what they can be held to.
 */
export async function* checkStore(store: Store): AsyncIterable<string> {
  try {
    yield* check(store);
  } catch (error) {
    if (!(error instanceof IndexUnreadable)) throw error;
    yield `1 ${error.message}`;
  }
}

async function* check(store: Store): AsyncIterable<string> {
  const { rows, breaches } = await store.inspect(async (state) => {
    const { parts } = state;
    const open = new Set([...[...state.writers].map(({ id }) => id), ...state.unfinished.map(({ row }) => row.id)]);
    const found = await readRows(parts, open);
    return {
      rows: found.rows,
      breaches: [
        ...found.breaches,
        ...(await checkNumbers(parts, found.rows)),
        ...(await checkKeys(parts, found.rows, open)),
        ...(await checkFreeAhead(state)),
        ...checkHolds(state, found.rows),
        ...(await checkJournal(parts, found.rows)),
        ...(await parts.journal.check()).map((line) => `9 ${line}`),
        ...state.repairs.map((line) => `9 ${line}`),
      ],
    };
  });
  yield* breaches;
  for (const row of rows.values()) {
    if (row.state !== 'kept') continue;
    // One at a time, so that a recorder goes on while its store is checked.
    const breach = await store.inspect(({ parts }) => checkAudio(parts, row));
    if (breach) yield breach;
  }
}

interface Rows {
  readonly rows: ReadonlyMap<RecordingId, Row>;
  readonly breaches: readonly string[];
}

async function readRows({ index, ring, vault }: StoreParts, open: ReadonlySet<RecordingId>): Promise<Rows> {
  const rows = new Map<RecordingId, Row>();
  const breaches: string[] = [];
  const members = new Map<number, Set<number>>();
  for (let segment = 0; segment < ring.segments; segment += 1) {
    members.set(segment, new Set(await index.numbersIn(segment)));
  }
  for await (const [n, row] of index.rows()) {
    if (!row) {
      breaches.push(`1 recording ${n}: its row in the index is damaged`);
      continue;
    }
    rows.set(row.id, row);
    const key = await vault.get(row.slot, row.id);
    if (!key) breaches.push(`3 recording ${n}: has no key`);
    else if (!openFromRow(row.p, row.id, key)) breaches.push(`1 recording ${n}: its particulars cannot be opened`);
    if (row.state === 'recording' && !open.has(row.id)) breaches.push(`4 recording ${n}: neither open nor closed`);
    if (key && row.hold !== null && !openFromRow(row.hold, row.id, key))
      breaches.push(`10 recording ${n}: its hold cannot be opened`);
    for (const segment of segmentsOf(ring, row)) {
      if (!members.get(segment)?.has(n))
        breaches.push(`1 recording ${n}: the index does not list it in segment ${segment}`);
    }
    for (const { type, key } of new IndexChanges().row(row, []).operations) {
      if (type === 'put' && !(await index.has(key))) breaches.push(`1 recording ${n}: the index has no ${key}`);
    }
  }
  breaches.push(...(await checkCounts(index, rows.values())));
  return { rows, breaches };
}

/** Entries by time and id are the rows', no more and no less. */
async function checkCounts(index: StoreParts['index'], rows: Iterable<Row>): Promise<string[]> {
  const expected = { t: 0, i: 0, d: 0, h: 0 };
  for (const { state, hold } of rows) {
    expected.t += 1;
    expected.i += 1;
    if (state === 'kept') expected[hold === null ? 'd' : 'h'] += 1;
  }
  const breaches: string[] = [];
  for (const [prefix, count] of Object.entries(expected)) {
    const found = await index.count(prefix);
    if (found > count) breaches.push(`1 index: ${found - count} entries under ${prefix} are of no recording`);
  }
  return breaches;
}

/** What the journal says of what is kept, the index says as well. */
async function checkJournal({ index, journal }: StoreParts, rows: Rows['rows']): Promise<string[]> {
  const breaches: string[] = [];
  const entries = livingEntries(await journal.entriesAfter(0));
  const terms = entries.filter(isTerm);
  const holds = new Map(entries.flatMap((entry) => (entry.t === 'hold' ? [[entry.id, entry.sealed]] : [])));
  for (const row of rows.values()) {
    if (row.hold !== (holds.get(row.id) ?? null))
      breaches.push(`10 recording ${row.n}: journal and index differ on its hold`);
    if (row.state === 'kept' && row.countedWallMs !== countedBy(terms, row))
      breaches.push(`11 recording ${row.n}: journal and index differ on its term`);
  }
  for (const entry of entries) {
    if (entry.t === 'erased' && (await index.tombstone(entry.n)) === undefined) {
      breaches.push(`6 recording ${entry.n}: the index lacks its tombstone`);
    }
  }
  return breaches;
}

async function checkNumbers({ index }: StoreParts, rows: Rows['rows']): Promise<string[]> {
  const spans = [...rows.values()].map(({ n }) => [n, n] as const);
  const breaches: string[] = [];
  const kept = new Set([...rows.values()].map(({ n }) => n));
  for await (const entry of index.tombstones()) {
    const span = entry.t === 'erased' ? ([entry.n, entry.n] as const) : ([entry.from, entry.to] as const);
    spans.push(span);
    if (span[0] === span[1] && kept.has(span[0])) breaches.push(`6 recording ${span[0]}: has a tombstone and a row`);
  }
  spans.sort((a, b) => a[0] - b[0]);
  let next = 1;
  for (const [from, to] of spans) {
    for (; next < from; next += 1) breaches.push(`7 recording ${next}: neither a recording nor a tombstone`);
    next = Math.max(next, to + 1);
  }
  return breaches;
}

async function checkKeys({ vault }: StoreParts, rows: Rows['rows'], open: ReadonlySet<RecordingId>): Promise<string[]> {
  const breaches: string[] = [];
  for await (const { slot, id } of vault.entries()) {
    if (rows.get(id)?.slot !== slot && !open.has(id))
      breaches.push(`8 key slot ${slot}: holds the key of no recording`);
  }
  return breaches;
}

async function checkFreeAhead({ parts: { index, ring }, head, passed }: StoreState): Promise<string[]> {
  let ahead = ring.serialOf(head) + 1;
  while (passed.has(ahead)) ahead += 1;
  const members = await index.numbersIn(ring.segmentOf(ahead));
  return members.map((n) => `5 recording ${n}: has a block in the segment after the head's`);
}

function checkHolds({ heldUnits }: StoreState, rows: Rows['rows']): string[] {
  let units = 0;
  for (const row of rows.values()) if (row.hold !== null) units += unitsOf(row);
  return units === heldUnits ? [] : [`10 held recordings take ${units} units, ${heldUnits} are counted`];
}

async function checkAudio(parts: StoreParts, row: Row): Promise<string | undefined> {
  if ((await parts.index.row(row.n))?.id !== row.id) return undefined; // erased meanwhile
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const payload of readAudio(parts, row)) {
      hash.update(payload);
      bytes += payload.length;
    }
  } catch (error) {
    if (error instanceof StoreError) return `2 ${error.message}`;
    throw error;
  }
  if (bytes !== row.bytes) return `2 recording ${row.n}: ${bytes} bytes, its close says ${row.bytes}`;
  return hash.digest('hex') === row.sha256
    ? undefined
    : `2 recording ${row.n}: its SHA-256 is not the one it was kept with`;
}

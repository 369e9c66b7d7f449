import { type Index, IndexChanges } from './index.js';
import { isRange, isTerm, isTombstone, type JournalEntry, type TermEntry } from './journal-entry.js';
import { countedFrom, type Row } from './row.js';
import type { StoreState } from './state.js';

/**
 * From when the terms of recordings `from` to `to`, all of them, are counted: the clock that dated them was not to be believed.
 * `laterMs`: so much later (earlier, if negative) than the end that each tells; `fromWallMs`: all from one moment.
 */
export type Term = Omit<TermEntry, 't' | 'atWallMs'>;

/** Most recordings of one term: their rows change in one batch, for which commits wait. */
export const TERM_MAX = 1000;

/** From when the latest of the terms over a recording has it counted; undefined where there is none, or it has not ended. */
export function countedBy(
  terms: readonly Term[],
  { n, endedWallMs }: Pick<Row, 'n' | 'endedWallMs'>,
): number | undefined {
  const over = terms.filter(({ from, to }) => from <= n && n <= to).at(-1);
  if (!over || endedWallMs === null) return undefined;
  return 'laterMs' in over.counted ? endedWallMs + over.counted.laterMs : over.counted.fromWallMs;
}

/** The row as the terms have it; as it was, where they say nothing of it. */
export function withTerm(row: Row, terms: readonly Term[]): Row {
  const countedWallMs = countedBy(terms, row);
  return countedWallMs === undefined ? row : { ...row, countedWallMs };
}

/** What a term changes of the rows that there are. */
export async function changedBy(index: Index, term: Term): Promise<IndexChanges> {
  const changes = new IndexChanges();
  const { from, to } = term;
  for (const [, row] of await index.rowsBelow(to + 1, from, to - from + 1)) {
    if (row?.state === 'kept') changes.leaveDue(row).row(withTerm(row, [term]), []);
  }
  return changes;
}

/** Has terms counted from elsewhere; on the medium when it resolves. Nothing that a recording tells is changed. */
export async function countFrom(state: StoreState, term: Term): Promise<void> {
  const { journal, index, wall } = state.parts;
  const changes = await changedBy(index, term);
  await journal.append([{ t: 'term', ...term, atWallMs: wall() }]);
  await index.apply(state.marked(changes));
}

/** Numbers of kept recordings, held or not, whose terms are counted from `wallMs` or later. */
export async function* countedSince(index: Index, wallMs: number): AsyncIterable<number> {
  for await (const { n } of index.countedBetween(wallMs, Number.POSITIVE_INFINITY)) yield n;
  for (const n of await index.heldNumbers()) {
    const row = await index.row(n);
    if (row && (countedFrom(row) ?? 0) >= wallMs) yield n;
  }
}

/** Terms that still say something: some recording of theirs is not erased, and no later one speaks of all that they speak of. */
export function livingTerms(entries: readonly JournalEntry[]): ReadonlySet<JournalEntry> {
  const erased = joinedSpans(
    entries.flatMap((entry) => (isTombstone(entry) ? { from: entry.n, to: entry.n } : isRange(entry) ? entry : [])),
  );
  const living = new Set<TermEntry>();
  for (const term of entries.filter(isTerm).reverse()) {
    const covers = ({ from, to }: Span): boolean => from <= term.from && term.to <= to;
    if (!erased.some(covers) && ![...living].some(covers)) living.add(term);
  }
  return living;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** As few spans as there can be, in order. */
function joinedSpans(spans: readonly Span[]): Span[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** As few terms as say of each recording, given in the order of their numbers, what its row says. */
export class TermList {
  readonly #terms: { from: number; to: number; laterMs: number | null; fromWallMs: number | null }[] = [];

  add({ n, endedWallMs, countedWallMs }: Row): void {
    if (countedWallMs === undefined || endedWallMs === null) return;
    const laterMs = Math.round(countedWallMs - endedWallMs);
    const last = this.#terms.at(-1);
    if (last?.to === n - 1 && n - last.from < TERM_MAX) {
      const isLater = last.laterMs === laterMs;
      const isFrom = last.fromWallMs === countedWallMs;
      if (isLater || isFrom) {
        Object.assign(last, { to: n, laterMs: isLater ? laterMs : null, fromWallMs: isFrom ? countedWallMs : null });
        return;
      }
    }
    this.#terms.push({ from: n, to: n, laterMs, fromWallMs: countedWallMs });
  }

  get terms(): Term[] {
    return this.#terms.map(({ from, to, laterMs, fromWallMs }) => {
      return { from, to, counted: fromWallMs === null ? { laterMs: laterMs ?? 0 } : { fromWallMs } };
    });
  }
}

import { type Disk, type DiskFile, openWith, UNIT_BYTES } from './disk.js';
import { StoreError } from './errors.js';
import { foldEntries, type JournalEntry, livingEntries, parseEntry } from './journal-entry.js';
import {
  decodeJournalPage,
  encodeJournalPage,
  HASH_BYTES,
  hashOfPage,
  type JournalPage,
  PAGE_TEXT_BYTES,
  packLines,
} from './journal-page.js';
import type { Superblock } from './superblock.js';

export const JOURNAL_FILE = 'journal';
/** A snapshot fills at most this share of an area: the rest is for what comes after it. */
const SNAPSHOT_SHARE = 0.5;

interface Area {
  readonly area: 0 | 1;
  readonly pages: readonly PlacedPage[];
  /** Pages in use, those that cannot be read among them. */
  readonly used: number;
  /** Serials of pages that were written, as later ones show, and cannot be read. */
  readonly lost: readonly number[];
}

interface PlacedPage {
  readonly page: JournalPage;
  readonly unit: Buffer;
}

/** What must outlive index and ring: an append-only chain of pages in two areas (SPEC.md, journal). */
export class Journal {
  readonly #file: DiskFile;
  readonly #mark: number;
  readonly #areaPages: number;
  #area: 0 | 1;
  /** Pages used in the current area. */
  #used: number;
  #serial: number;
  /** Serial of the current area's first page. */
  #first: number;
  #hash: Buffer;
  /** Serials of pages that were damaged when the journal was opened. */
  readonly lost: readonly number[];

  private constructor(file: DiskFile, mark: number, areaPages: number, area: Area) {
    this.#file = file;
    this.#mark = mark;
    this.#areaPages = areaPages;
    this.#area = area.area;
    this.#used = area.used;
    this.lost = area.lost;
    const last = area.pages.at(-1);
    this.#serial = last?.page.serial ?? 0;
    this.#first = last ? this.#serial - area.used + 1 : 1;
    this.#hash = last ? hashOfPage(last.unit) : Buffer.alloc(HASH_BYTES);
  }

  static async format(disk: Disk, { journalPages }: Pick<Superblock, 'journalPages'>, mark: number): Promise<void> {
    const file = await disk.create(JOURNAL_FILE, 2 * journalPages * UNIT_BYTES);
    const journal = new Journal(file, mark, journalPages, { area: 0, pages: [], used: 0, lost: [] });
    await journal.#writePages([[]], true);
    await file.close();
  }

  /** Throws `STORE_DAMAGED` where neither area begins with a whole snapshot. */
  static async open(disk: Disk, { journalPages }: Pick<Superblock, 'journalPages'>, mark: number): Promise<Journal> {
    return openWith(disk, JOURNAL_FILE, async (file) => {
      await file.sync(); // a process that was killed may have left what a reader sees and the medium has not taken
      const areas = [await readArea(file, mark, journalPages, 0), await readArea(file, mark, journalPages, 1)];
      const newest = areas.flatMap((area) => (area ? [area] : [])).sort((a, b) => serialOf(b) - serialOf(a))[0];
      if (!newest) throw new StoreError('STORE_DAMAGED', 'neither area of the journal holds a whole snapshot');
      return new Journal(file, mark, journalPages, newest);
    });
  }

  /** Serial of the newest page. */
  get serial(): number {
    return this.#serial;
  }

  /** Whether every entry after page `serial` is still there as it was written, none folded or dropped. */
  hasAllAfter(serial: number): boolean {
    return serial >= this.#first && serial <= this.#serial;
  }

  /** On the medium when it resolves. */
  async append(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const pages = packLines(entries.map((entry) => JSON.stringify(entry)));
    if (this.#used + pages.length > this.#areaPages) return this.#turnOver(entries);
    await this.#writePages(pages, false);
  }

  /** Living entries of the pages after `serial`, oldest first; of the whole snapshot where that page is no longer there. */
  async entriesAfter(serial: number): Promise<JournalEntry[]> {
    const area = await readArea(this.#file, this.#mark, this.#areaPages, this.#area);
    const pages = area?.pages ?? [];
    const first = pages[0]?.page.serial ?? 0;
    const from = serial < first ? 0 : serial;
    // A page whose sync was refused may be seen, and was never said to be there.
    const wanted = pages.filter(({ page }) => page.serial > from && page.serial <= this.#serial);
    try {
      return wanted.flatMap(({ page }) => page.lines.map(parseEntry));
    } catch (error) {
      throw new StoreError('STORE_DAMAGED', `the journal holds what is no entry: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  /** One line for each breach of the chain. */
  async check(): Promise<string[]> {
    const area = await readArea(this.#file, this.#mark, this.#areaPages, this.#area);
    const lines = (area?.lost ?? []).map((serial) => `journal: page ${serial} cannot be read`);
    if (!area) return ['journal: the current area no longer begins with a whole snapshot'];
    const last = area.pages.at(-1)?.page.serial ?? 0;
    if (last < this.#serial) lines.push(`journal: the chain ends at page ${last}, page ${this.#serial} was written`);
    return lines;
  }

  /** Begins anew with these entries, after `serial` at least: what could not be read of the journal is known from elsewhere. */
  async restart(entries: readonly JournalEntry[], serial: number): Promise<void> {
    this.#serial = Math.max(this.#serial, serial);
    await this.#snapshot(entries);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Moves to the other area: a snapshot of what lives, with the new entries in it. */
  async #turnOver(entries: readonly JournalEntry[]): Promise<void> {
    await this.#snapshot(livingEntries([...(await this.entriesAfter(0)), ...entries]));
  }

  async #snapshot(living: readonly JournalEntry[]): Promise<void> {
    const bytesMax = Math.floor(this.#areaPages * PAGE_TEXT_BYTES * SNAPSHOT_SHARE);
    const pages = packLines(foldEntries(living, bytesMax).map((entry) => JSON.stringify(entry)));
    if (pages.length > this.#areaPages)
      throw new StoreError('STORE_WRITE_FAILED', 'the journal cannot hold its entries');
    const before = { area: this.#area, used: this.#used };
    this.#area = this.#area === 0 ? 1 : 0;
    this.#used = 0;
    try {
      await this.#writePages(pages, true);
    } catch (error) {
      ({ area: this.#area, used: this.#used } = before);
      throw error;
    }
    this.#first = this.#serial - pages.length + 1;
  }

  async #writePages(pages: readonly (readonly string[])[], snapshot: boolean): Promise<void> {
    let { hash, serial } = { hash: this.#hash, serial: this.#serial };
    const units = pages.map((lines, i) => {
      serial += 1;
      const snapshotBegins = snapshot && i === 0;
      const snapshotEnds = snapshot && i === pages.length - 1;
      const page = { serial, snapshotBegins, snapshotEnds, continues: i > 0, previousHash: hash, lines };
      const unit = encodeJournalPage(page, this.#mark);
      hash = hashOfPage(unit);
      return unit;
    });
    const at = (this.#area * this.#areaPages + this.#used) * UNIT_BYTES;
    await this.#file.write(at, Buffer.concat(units));
    await this.#file.sync();
    this.#used += units.length;
    this.#serial = serial;
    this.#hash = hash;
  }
}

const serialOf = (area: Area): number => area.pages.at(-1)?.page.serial ?? 0;

/**
 * The area's pages, or undefined where it does not begin with a whole snapshot. The chain ends at the first page that does not
 * fit, unless a later append shows that there was one: then that page is lost. (Pages written in one go may come torn.)
 */
async function readArea(file: DiskFile, mark: number, areaPages: number, area: 0 | 1): Promise<Area | undefined> {
  const bytes = await file.read(area * areaPages * UNIT_BYTES, areaPages * UNIT_BYTES);
  const at = Array.from({ length: areaPages }, (_, i): PlacedPage | undefined => {
    const unit = bytes.subarray(i * UNIT_BYTES, (i + 1) * UNIT_BYTES);
    const page = decodeJournalPage(unit, mark);
    return page && { page, unit };
  });
  // An area is written from its beginning on: what belongs to its latest use has the highest serial for its place.
  const base = at.reduce((most, each, i) => Math.max(most, (each?.page.serial ?? 0) - i), 0);
  const startsAppend = (each: PlacedPage | undefined, i: number): boolean =>
    each !== undefined && each.page.serial === base + i && !each.page.continues && i > 0;
  const lastAppend = at.reduce((last, each, i) => (startsAppend(each, i) ? i : last), -1);
  const pages: PlacedPage[] = [];
  const lost: number[] = [];
  let used = 0;
  for (const [i, each] of at.entries()) {
    const before = pages.at(-1);
    const afterALoss = before?.page.serial !== base + i - 1;
    const chained = before === undefined || afterALoss || each?.page.previousHash.equals(hashOfPage(before.unit));
    if (each && each.page.serial === base + i && each.page.snapshotBegins === (i === 0) && chained) pages.push(each);
    else if (i < lastAppend) lost.push(base + i);
    else break;
    used = i + 1;
  }
  const whole = lastAppend > 0 || (pages[0]?.page.snapshotBegins && pages.some(({ page }) => page.snapshotEnds));
  return whole ? { area, pages, used, lost } : undefined;
}

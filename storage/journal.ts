import { type Disk, type DiskFile, UNIT_BYTES } from './disk.js';
import { StoreError } from './errors.js';
import { foldTombstones, type JournalEntry, livingEntries, parseEntry } from './journal-entry.js';
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
  readonly pages: readonly { readonly page: JournalPage; readonly unit: Buffer }[];
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

  private constructor(file: DiskFile, mark: number, areaPages: number, area: Area) {
    this.#file = file;
    this.#mark = mark;
    this.#areaPages = areaPages;
    this.#area = area.area;
    this.#used = area.pages.length;
    const last = area.pages.at(-1);
    this.#serial = last?.page.serial ?? 0;
    this.#first = area.pages[0]?.page.serial ?? 1;
    this.#hash = last ? hashOfPage(last.unit) : Buffer.alloc(HASH_BYTES);
  }

  static async format(disk: Disk, { journalPages }: Pick<Superblock, 'journalPages'>, mark: number): Promise<void> {
    const file = await disk.create(JOURNAL_FILE, 2 * journalPages * UNIT_BYTES);
    const journal = new Journal(file, mark, journalPages, { area: 0, pages: [] });
    await journal.#writePages([[]], true);
    await file.close();
  }

  /** Throws `STORE_DAMAGED` where neither area begins with a whole snapshot. */
  static async open(disk: Disk, { journalPages }: Pick<Superblock, 'journalPages'>, mark: number): Promise<Journal> {
    const file = await disk.open(JOURNAL_FILE);
    const areas = [await readArea(file, mark, journalPages, 0), await readArea(file, mark, journalPages, 1)];
    const newest = areas.flatMap((area) => (area ? [area] : [])).sort((a, b) => serialOf(b) - serialOf(a))[0];
    if (!newest) throw new StoreError('STORE_DAMAGED', 'neither area of the journal holds a whole snapshot');
    return new Journal(file, mark, journalPages, newest);
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
    const wanted = serial < first ? pages : pages.filter(({ page }) => page.serial > serial);
    return wanted.flatMap(({ page }) => page.lines.map(parseEntry));
  }

  /** One line for each breach of the chain. */
  async check(): Promise<string[]> {
    const area = await readArea(this.#file, this.#mark, this.#areaPages, this.#area);
    if (!area) return ['journal: the current area no longer begins with a whole snapshot'];
    const last = area.pages.at(-1)?.page.serial ?? 0;
    return last < this.#serial ? [`journal: the chain ends at page ${last}, page ${this.#serial} was written`] : [];
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Moves to the other area: a snapshot of what lives, with the new entries in it. */
  async #turnOver(entries: readonly JournalEntry[]): Promise<void> {
    const living = livingEntries([...(await this.entriesAfter(0)), ...entries]);
    const bytesMax = Math.floor(this.#areaPages * PAGE_TEXT_BYTES * SNAPSHOT_SHARE);
    const pages = packLines(foldTombstones(living, bytesMax).map((entry) => JSON.stringify(entry)));
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
      const page = { serial, snapshotBegins, snapshotEnds, previousHash: hash, lines };
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

/** The area's unbroken run of pages, or undefined where it does not begin with a whole snapshot. */
async function readArea(file: DiskFile, mark: number, areaPages: number, area: 0 | 1): Promise<Area | undefined> {
  const bytes = await file.read(area * areaPages * UNIT_BYTES, areaPages * UNIT_BYTES);
  const pages: { page: JournalPage; unit: Buffer }[] = [];
  let ended = false;
  for (let i = 0; i < areaPages; i += 1) {
    const unit = bytes.subarray(i * UNIT_BYTES, (i + 1) * UNIT_BYTES);
    const page = decodeJournalPage(unit, mark);
    const last = pages.at(-1);
    if (!page || page.snapshotBegins !== (i === 0)) break;
    if (last && (page.serial !== last.page.serial + 1 || !page.previousHash.equals(hashOfPage(last.unit)))) break;
    pages.push({ page, unit });
    ended ||= page.snapshotEnds;
  }
  return ended ? { area, pages } : undefined;
}

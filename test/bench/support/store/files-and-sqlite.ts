import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { BenchCall, BenchWriter, Keeper, NumberMatch } from './keeper.js';
import { type Database, loadSqlite, type Statement } from './sqlite.js';

const FILES_A_FOLDER = 1000;
const COLUMNS =
  'number INTEGER PRIMARY KEY, started INTEGER, ended INTEGER, line TEXT, direction TEXT, caller TEXT, path TEXT';

interface OpenFile {
  readonly number: number;
  readonly call: BenchCall;
  readonly file: string;
  fd: number | null;
  waiting: Uint8Array[];
  closed: boolean;
}

/**
 * What a developer would otherwise write: a file for each call, appended and synced once a second, and a row in SQLite
 * (write-ahead log, `synchronous=FULL`) when it is over. Nothing is sealed and "erased" is unlinked.
 */
export class FilesAndSqlite implements Keeper {
  readonly name = 'files + SQLite';
  readonly #folder: string;
  readonly #db: Database;
  readonly #insert: Statement;
  readonly #asked: Readonly<Record<'newest' | 'second' | 'range' | 'remove' | NumberMatch, Statement>>;
  readonly #open = new Set<OpenFile>();
  #last = 0;

  private constructor(folder: string, db: Database) {
    this.#folder = folder;
    this.#db = db;
    this.#insert = db.prepare('INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#asked = {
      newest: db.prepare('SELECT * FROM calls ORDER BY number DESC LIMIT ?'),
      second: db.prepare('SELECT * FROM calls WHERE number <= ? ORDER BY number DESC LIMIT ?'),
      whole: db.prepare('SELECT * FROM calls WHERE caller = ? ORDER BY number DESC LIMIT ?'),
      begins: db.prepare("SELECT * FROM calls WHERE caller GLOB ? || '*' ORDER BY number DESC LIMIT ?"),
      ends: db.prepare("SELECT * FROM calls WHERE caller LIKE '%' || ? ORDER BY number DESC LIMIT ?"),
      range: db.prepare('SELECT * FROM calls WHERE started >= ? AND started < ? ORDER BY started DESC LIMIT ?'),
      remove: db.prepare('DELETE FROM calls WHERE number = ? RETURNING path'),
    };
  }

  static async open(folder: string): Promise<FilesAndSqlite> {
    mkdirSync(folder, { recursive: true });
    const { Database } = await loadSqlite();
    const db = new Database(path.join(folder, 'calls.sqlite'));
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec(`CREATE TABLE IF NOT EXISTS calls (${COLUMNS})`);
    db.exec('CREATE INDEX IF NOT EXISTS by_start ON calls (started)');
    db.exec('CREATE INDEX IF NOT EXISTS by_caller ON calls (caller, number)');
    return new FilesAndSqlite(folder, db);
  }

  begin(call: BenchCall): BenchWriter {
    this.#last += 1;
    const sub = path.join(this.#folder, String(Math.floor(this.#last / FILES_A_FOLDER)));
    const one: OpenFile = {
      number: this.#last,
      call,
      file: path.join(sub, `${this.#last}.mp3`),
      fd: null,
      waiting: [],
      closed: false,
    };
    this.#open.add(one);
    return {
      append: (frame) => {
        one.waiting.push(frame);
      },
      close: () => {
        one.closed = true;
      },
    };
  }

  async commit(): Promise<void> {
    const closed: OpenFile[] = [];
    for (const one of this.#open) {
      this.#write(one);
      if (one.closed) closed.push(one);
    }
    if (closed.length === 0) return;
    this.#db.transaction((calls: readonly OpenFile[]) => {
      for (const { number, call, file } of calls) {
        const { startedWallMs, durationMs, line, direction, caller } = call;
        this.#insert.run(number, startedWallMs, startedWallMs + durationMs, line, direction, caller, file);
      }
    })(closed);
    for (const one of closed) this.#open.delete(one);
  }

  readonly newest = async (count: number): Promise<number> => this.#asked.newest.all(count).length;
  readonly second = async (count: number): Promise<number> => this.#asked.second.all(this.#last - count, count).length;
  readonly ofNumber = async (digits: string, match: NumberMatch, count: number): Promise<number> =>
    this.#asked[match].all(digits, count).length;
  readonly ofRange = async (from: number, to: number, count: number): Promise<number> =>
    this.#asked.range.all(from, to, count).length;

  async erase(numbers: readonly number[]): Promise<void> {
    const files: string[] = [];
    this.#db.transaction((gone: readonly number[]) => {
      for (const number of gone)
        for (const row of this.#asked.remove.all(number)) files.push((row as { path: string }).path);
    })(numbers);
    for (const file of files) {
      try {
        unlinkSync(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // a call without audio has no file
      }
    }
  }

  async close(): Promise<void> {
    await this.commit();
    for (const { fd } of this.#open) if (fd !== null) closeSync(fd);
    this.#db.close();
  }

  /** What waits goes to the file and is synced; a new file's name too. A call without audio has no file. */
  #write(one: OpenFile): void {
    if (one.waiting.length > 0) {
      if (one.fd === null) {
        mkdirSync(path.dirname(one.file), { recursive: true });
        one.fd = openSync(one.file, 'a');
        syncFolder(path.dirname(one.file));
      }
      writeSync(one.fd, Buffer.concat(one.waiting));
      fdatasyncSync(one.fd);
      one.waiting = [];
    }
    if (one.closed && one.fd !== null) {
      closeSync(one.fd);
      one.fd = null;
    }
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { run } from '../timed-process.js';

/** The part of better-sqlite3 that the bench uses. */
export interface Statement {
  run(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
}

export interface Database {
  prepare(sql: string): Statement;
  pragma(text: string): unknown;
  exec(sql: string): void;
  transaction<T>(work: (argument: T) => void): (argument: T) => void;
  close(): void;
}

type Constructor = new (file: string) => Database;

const { XDG_CACHE_HOME } = process.env;
/** Outside the project: what is only measured against is no dependency. */
const CACHE = path.join(XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'kikitome-bench');

/**
 * better-sqlite3, installed into a cache folder the first time: as a prebuilt binary where there is one to be had, else
 * compiled (a minute and a half) against the headers beside this Node, else against those that node-gyp fetches.
 */
export async function loadSqlite(): Promise<{ readonly Database: Constructor; readonly version: string }> {
  const require = createRequire(path.join(CACHE, 'package.json'));
  if (!existsSync(path.join(CACHE, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'))) {
    process.stderr.write(`Installing better-sqlite3 into ${CACHE} …\n`);
    mkdirSync(CACHE, { recursive: true });
    const prefix = path.resolve(process.execPath, '../..');
    const headers = existsSync(path.join(prefix, 'include/node/node.h')) ? [`--nodedir=${prefix}`] : [];
    await run('npm', [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--prefix',
      CACHE,
      ...headers,
      'better-sqlite3',
    ]);
  }
  const { version } = require('better-sqlite3/package.json') as { version: string };
  return { Database: require('better-sqlite3') as Constructor, version };
}

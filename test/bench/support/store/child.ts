import { fileURLToPath } from 'node:url';
import { run } from '../timed-process.js';

const CHILD = fileURLToPath(new URL('./store-child.mjs', import.meta.url));

/** What `store-child.mjs` says of itself. */
export interface ChildReport {
  /** `Store.open`, to ready. */
  readonly openMs: number;
  /** From the start of Node to the call of `Store.open`. */
  readonly loadMs: number;
  /** After opening and listing the newest 50. */
  readonly residentMiB: number;
  /** After the first search for a number, where a scan was asked for. */
  readonly searchedMiB: number;
  /** After every row has been read, where that was asked for. */
  readonly scannedMiB: number;
  readonly peakMiB: number;
}

/** Opens the store of `folder` in a process of its own; with `rebuild` its index is made anew, with `scan` every row is read. */
export async function inChild(what: 'open' | 'rebuild' | 'scan', folder: string): Promise<ChildReport> {
  return JSON.parse(await run(process.execPath, [CHILD, what, folder])) as ChildReport;
}

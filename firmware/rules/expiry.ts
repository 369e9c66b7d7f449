import type { Store } from '../../storage/store.js';
import type { OfficeRules } from './office.js';
import { keptUntilMs } from './retention.js';

/** Recordings erased as one batch: one journal write, one new root for all of them. */
const BATCH_MAX = 1000;

/** Numbers whose time is up at `wallMs`, the one that ended first in front. Held ones never are. */
async function* dueRecordings(store: Store, rules: OfficeRules, wallMs: number): AsyncIterable<number> {
  // What ended later has its time later, by every rule: the first that is not due ends the search.
  for await (const { n, endedWallMs } of store.endedBefore(wallMs)) {
    const untilMs = keptUntilMs(rules.retention, endedWallMs, rules.timeZone);
    if (untilMs === null || untilMs > wallMs) return;
    yield n;
  }
}

/** Erases what is due. Returns how many went. Cut anywhere, the next call does the rest. */
export async function eraseDue(store: Store, rules: OfficeRules, wallMs: number): Promise<number> {
  let erased = 0;
  for (;;) {
    const batch: number[] = [];
    for await (const n of dueRecordings(store, rules, wallMs)) {
      batch.push(n);
      if (batch.length === BATCH_MAX) break;
    }
    if (batch.length === 0) return erased;
    const gone = await store.erase(batch, 'expiry');
    erased += gone;
    if (gone === 0) return erased;
  }
}

import type { Counted } from '../../storage/row.js';
import type { Store } from '../../storage/store.js';
import type { OfficeRules } from './office.js';
import { keptUntilMs, OUT_OF_ORDER_MS } from './retention.js';

/** Recordings erased as one batch: one journal write, one new root for all of them. */
const BATCH_MAX = 1000;

/** Recordings whose time is up at `wallMs`, the one whose term is counted from earliest in front. Held ones never are. */
export async function* dueRecordings(store: Store, rules: OfficeRules, wallMs: number): AsyncIterable<Counted> {
  for await (const counted of store.countedBefore(wallMs)) {
    const untilMs = keptUntilMs(rules.retention, counted.countedWallMs, rules.timeZone);
    // The first that is not due for as long ends the search.
    if (untilMs === null || untilMs > wallMs + OUT_OF_ORDER_MS) return;
    if (untilMs <= wallMs) yield counted;
  }
}

/**
 * Erases what is due and may go: not while it is not settled from when its term is counted. Returns how many went. Cut
 * anywhere, the next call does the rest.
 */
export async function eraseDue(
  store: Store,
  rules: OfficeRules,
  wallMs: number,
  mayGo: (n: number) => Promise<boolean>,
): Promise<number> {
  let erased = 0;
  for (;;) {
    const batch: number[] = [];
    for await (const { n } of dueRecordings(store, rules, wallMs)) {
      if (await mayGo(n)) batch.push(n);
      if (batch.length === BATCH_MAX) break;
    }
    if (batch.length === 0) return erased;
    const gone = await store.erase(batch, 'expiry');
    erased += gone;
    if (gone === 0) return erased;
  }
}

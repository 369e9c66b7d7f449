import type { PartyPattern } from '../storage/party.js';
import type { Store, StoredRecording } from '../storage/store.js';
import type { CallRecord } from './call/call-record.js';
import { KikitomeError } from './errors.js';
import { wallTimeIn } from './rules/local-time.js';

/** What to look for. Times are as `wallTimeIn` reads them, a day in `to` meant whole; a number may begin or end with `*`. */
export interface CallQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly number?: string | undefined;
  readonly direction?: string | undefined;
  readonly line?: string | undefined;
  readonly handler?: string | undefined;
  /** Found anywhere in the memo, whatever the case. */
  readonly text?: string | undefined;
  readonly limit?: number | undefined;
  /** Only what comes behind this call in the same answer: the next page. */
  readonly before?: number | undefined;
}

/** Wall time, from the first moment to before the last. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When calls asked for began, in the office's zone. Throws `USAGE` for a time that is none, and for an end before the beginning. */
export function spanOf({ from, to }: CallQuery, timeZone: string): Span {
  const span = {
    fromMs: from === undefined ? 0 : timeOf(from, timeZone).fromWallMs,
    toMs: to === undefined ? Number.MAX_SAFE_INTEGER : timeOf(to, timeZone).toWallMs,
  };
  if (span.fromMs >= span.toMs) throw new KikitomeError('USAGE', `--from ${from} is not before --to ${to}`);
  return span;
}

/** The stored recordings that may match, by the index that narrows most; newest first. */
export function candidates(store: Store, query: CallQuery, { fromMs, toMs }: Span): AsyncIterable<StoredRecording> {
  const { from, to, number, before } = query;
  // Where nothing else is asked for, every candidate counts: no more are read than are wanted.
  const most = isNarrowedBeyondIndex(query) ? undefined : query.limit;
  if (number !== undefined) return store.withParty(partyPattern(number), before, most);
  if (from === undefined && to === undefined) return store.recordings(before, most);
  return store.startedBetween(fromMs, toMs, before, most);
}

/** Whether a candidate may still fail to match. A number is looked up alone, without regard to times. */
const isNarrowedBeyondIndex = ({ from, to, number, direction, line, handler, text }: CallQuery): boolean =>
  [direction, line, handler, text].some((each) => each !== undefined) ||
  (number !== undefined && (from !== undefined || to !== undefined));

/** What a candidate must still satisfy. */
export function matcherOf(
  { direction, line, handler, text }: CallQuery,
  { fromMs, toMs }: Span,
): (call: CallRecord) => boolean {
  const wanted = text?.toLowerCase();
  return (call) => {
    const startedMs = Date.parse(call.startedAt);
    if (startedMs < fromMs || startedMs >= toMs) return false;
    if (direction !== undefined && call.direction !== direction) return false;
    if (line !== undefined && call.line !== line) return false;
    if (handler !== undefined && call.handler !== handler) return false;
    return wanted === undefined || (call.memo?.toLowerCase().includes(wanted) ?? false);
  };
}

function timeOf(text: string, timeZone: string): NonNullable<ReturnType<typeof wallTimeIn>> {
  const at = wallTimeIn(text, timeZone);
  if (at !== null) return at;
  throw new KikitomeError('USAGE', `${JSON.stringify(text)} is no time; write 2026-11-24 or 2026-11-24T09:00+09:00`);
}

/** `0312345678`, `03*` or `*5678`; spaces and hyphens as people write them are ignored. */
function partyPattern(text: string): PartyPattern {
  const digits = text.replaceAll(/[\s()-]/g, '').replace(/^\*|\*$/g, '');
  if (!/^\d{1,16}$/.test(digits)) throw new KikitomeError('USAGE', `${JSON.stringify(text)} is no telephone number`);
  if (text.startsWith('*')) return { digits, match: 'ends' };
  return { digits, match: text.endsWith('*') ? 'begins' : 'whole' };
}

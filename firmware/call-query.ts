import type { PartyPattern } from '../storage/party.js';
import type { Store, StoredRecording } from '../storage/store.js';
import type { CallRecord } from './call/call-record.js';
import { KikitomeError } from './errors.js';

/** What to look for. Times are ISO 8601 with an offset; a number may begin or end with `*`. */
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

/** The stored recordings that may match, by the index that narrows most; newest first. */
export function candidates(store: Store, query: CallQuery): AsyncIterable<StoredRecording> {
  const { from, to, number, before } = query;
  // Where nothing else is asked for, every candidate counts: no more are read than are wanted.
  const most = isNarrowedBeyondIndex(query) ? undefined : query.limit;
  if (number !== undefined) return store.withParty(partyPattern(number), before, most);
  if (from === undefined && to === undefined) return store.recordings(before, most);
  return store.startedBetween(
    from === undefined ? 0 : timeOf(from),
    to === undefined ? Number.MAX_SAFE_INTEGER : timeOf(to),
    before,
    most,
  );
}

/** Whether a candidate may still fail to match. A number is looked up alone, without regard to times. */
const isNarrowedBeyondIndex = ({ from, to, number, direction, line, handler, text }: CallQuery): boolean =>
  [direction, line, handler, text].some((each) => each !== undefined) ||
  (number !== undefined && (from !== undefined || to !== undefined));

/** What a candidate must still satisfy. Throws `USAGE` for a time that is none. */
export function matcherOf({ from, to, direction, line, handler, text }: CallQuery): (call: CallRecord) => boolean {
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : timeOf(from);
  const toMs = to === undefined ? Number.POSITIVE_INFINITY : timeOf(to);
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

function timeOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) {
    throw new KikitomeError('USAGE', `${JSON.stringify(text)} is no time; write 2026-11-24T09:00+09:00`);
  }
  return ms;
}

/** `0312345678`, `03*` or `*5678`; spaces and hyphens as people write them are ignored. */
function partyPattern(text: string): PartyPattern {
  const digits = text.replaceAll(/[\s()-]/g, '').replace(/^\*|\*$/g, '');
  if (!/^\d{1,16}$/.test(digits)) throw new KikitomeError('USAGE', `${JSON.stringify(text)} is no telephone number`);
  if (text.startsWith('*')) return { digits, match: 'ends' };
  return { digits, match: text.endsWith('*') ? 'begins' : 'whole' };
}

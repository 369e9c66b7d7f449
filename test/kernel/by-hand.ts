import type { CallRecord } from '../../firmware/call/call-record.js';

/** Where a record's beginning may lie from the moment the pin was driven: the hook must be still for a while first. */
const BEGIN_MS = 300;
/** What a power cut may cost of a call in progress (`storage/DESIGN.md`). */
export const LOSS_MAX_MS = 2000;

/** A call that the guest's script made with its own hand, on the guest's clock. */
export interface ByHand {
  readonly liftMs: number;
  /** Null: never. */
  readonly hangUpMs: number | null;
}

/** Of the lines that `guest/power.sh` says. */
export function callsByHand(out: string): ByHand[] {
  const calls: ByHand[] = [];
  for (const [, word, at] of out.matchAll(/^(LIFT|HANGUP) ([\d.]+)$/gmu)) {
    const atMs = Number(at) * 1000;
    const last = calls.at(-1);
    if (word === 'LIFT') calls.push({ liftMs: atMs, hangUpMs: null });
    else if (last) calls[calls.length - 1] = { ...last, hangUpMs: atMs };
  }
  return calls;
}

/** Its record among `calls`, and how much of it is not there, had the power gone at `cutMs`. */
export function onRecord(
  { liftMs, hangUpMs }: ByHand,
  calls: readonly CallRecord[],
  cutMs: number,
): { readonly call: CallRecord | undefined; readonly lossMs: number } {
  const call = calls.find(({ startedAt }) => Math.abs(Date.parse(startedAt) - liftMs) <= BEGIN_MS);
  const keptUntilMs = call ? Date.parse(call.startedAt) + (call.durationMs ?? 0) : liftMs;
  return { call, lossMs: Math.min(hangUpMs ?? cutMs, cutMs) - keptUntilMs };
}

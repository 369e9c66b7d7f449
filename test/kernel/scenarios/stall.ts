import assert from 'node:assert/strict';
import type { MakeBench } from '../bench.js';
import { onlyLast, requireSame, told } from '../compare.js';
import { requireCameAndWent } from '../fault-events.js';
import { inboundCall } from './inbound-call.js';

/** Longer than what counts as a hang; the supervisor of a box would have restarted it some seconds later. */
const STALL_MS = 12_000;
/** An edge may be stamped this much late, beside what the player admits. */
const EDGE_MS = 10;
/** What ALSA keeps meanwhile, and how exactly a loss is measured. */
const BUFFERED_MS = 2000;
const MEASURE_MS = 300;
/** For so long after it an overrun is shown. */
const SHOWN_S = 62;

/** The recorder is stopped in a call: no edge is lost, what was not heard is on record as a gap, and the next call is whole. */
export async function stall(make: MakeBench): Promise<string[]> {
  const bench = make();
  const dirs = [
    inboundCall(bench, 'stalled', { seed: 31, sayMs: 18_000 }),
    inboundCall(bench, 'next', { seed: 34, at: '09:01:00' }),
  ];
  await bench.run(
    `arm || exit
     (until grep -q 'recording #' /run/recorder; do sleep 0.1; done; sleep 2
      kill -STOP $recorder; sleep ${STALL_MS / 1000}; kill -CONT $recorder) &
     play stalled && play next || exit; sleep ${SHOWN_S}; disarm && unmount_data`,
  );
  const [wanted, got] = [await bench.reference(...dirs), await bench.contents()];
  const same = requireSame([bench.played('next')], onlyLast(wanted), onlyLast(got));
  requireCameAndWent(got, ['PROCESS_STALLED', 'CAPTURE_OVERRUN']);
  assert.equal(got.calls.length, 2);
  const [call, reference] = [got.calls[0], wanted.calls[0]];
  assert.equal(call?.outcome, 'answered');
  assert.deepEqual(call.caller, reference?.caller);
  const offMs = Math.abs((call.durationMs ?? 0) - (reference?.durationMs ?? 0));
  assert.ok(offMs <= EDGE_MS + bench.played('stalled').lateMs, `the call's length is ${offMs} ms off`);
  const lostMs = call.gaps.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  assert.ok(lostMs >= STALL_MS - BUFFERED_MS - MEASURE_MS, `${lostMs} ms on record as lost`);
  assert.ok(lostMs <= STALL_MS + MEASURE_MS, `${lostMs} ms on record as lost`);
  return [
    `stopped for ${STALL_MS} ms: PROCESS_STALLED; ${lostMs.toFixed(0)} ms on record as lost, the call's length ${offMs.toFixed(1)} ms off`,
    `the next call: ${told(same)}`,
  ];
}

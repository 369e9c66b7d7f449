import assert from 'node:assert/strict';
import type { MakeBench } from '../bench.js';
import { shortCall } from './short-call.js';

const STALL_MS = 5000;
/** An edge may be stamped this much late, beside what the player admits. */
const EDGE_MS = 10;
/** What ALSA keeps meanwhile, and how exactly a loss is measured. */
const BUFFERED_MS = 2000;
const MEASURE_MS = 300;

/** The recorder is stopped in a call for 5 s: no edge is lost, and what was not heard is on record as a gap. */
export async function stall(make: MakeBench): Promise<string[]> {
  const bench = make();
  const dir = shortCall(bench, 31);
  const out = await bench.run(
    `arm || exit
     (until grep -q 'recording #' /run/recorder; do sleep 0.1; done; sleep 2
      kill -STOP $recorder; sleep ${STALL_MS / 1000}; kill -CONT $recorder) &
     play short || exit; sleep 8; disarm && unmount_data`,
  );
  const [reference] = (await bench.reference(dir)).calls;
  const { calls, breaches } = await bench.contents();
  assert.deepEqual(breaches, []);
  const [call] = calls;
  assert.equal(calls.length, 1, out);
  assert.equal(call?.outcome, 'answered');
  const offMs = Math.abs((call?.durationMs ?? 0) - (reference?.durationMs ?? 0));
  assert.ok(offMs <= EDGE_MS + bench.played('short').lateMs, `the call's length is ${offMs} ms off`);
  const lostMs = (call?.gaps ?? []).reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  assert.ok(lostMs >= STALL_MS - BUFFERED_MS - MEASURE_MS, `${lostMs} ms on record as lost`);
  assert.ok(lostMs <= STALL_MS + MEASURE_MS, `${lostMs} ms on record as lost`);
  return [`stopped for ${STALL_MS} ms: ${lostMs.toFixed(0)} ms on record as lost, the call's length ${offMs} ms off`];
}

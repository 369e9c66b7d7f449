import assert from 'node:assert/strict';
import { PATTERNS } from '../../../firmware/panel/view.js';
import type { MakeBench } from '../bench.js';
import { onlyLast, requireSame, told } from '../compare.js';
import { requireCameAndWent } from '../fault-events.js';
import { requireLamp } from '../lamp-seen.js';
import { inboundCall } from './inbound-call.js';

/** How long it stays unplugged once that was noticed; it is tried again every second. */
const AWAY_S = 4;
const RETRY_MS = 1000;
/** What was on its way from the card when it went, and finding it again. */
const EDGE_OF_GAP_MS = 500;

/** The sound card goes away in a call and comes back: the call has a gap of that length and its own end, and the next one is whole. */
export async function sound(make: MakeBench): Promise<string[]> {
  const bench = make();
  const dirs = [
    inboundCall(bench, 'cut', { seed: 32, sayMs: 15_000 }),
    inboundCall(bench, 'next', { seed: 33, at: '09:01:00' }),
  ];
  const out = await bench.run(
    `arm || exit
     watch_lamp ready 7
     (until grep -q 'recording #' /run/recorder; do sleep 0.1; done; sleep 2; watch_lamp recording 1
      card=/sys/bus/platform/drivers/snd_aloop
      echo snd_aloop.0 >$card/unbind
      until grep -q CAPTURE_LOST /run/recorder; do sleep 0.1; done
      sleep ${AWAY_S}; echo snd_aloop.0 >$card/bind) & world=$!
     play cut; wait $world; sleep 1
     play next || exit; sleep 62; disarm && unmount_data`,
  );
  const shown = [requireLamp(out, 'ready', PATTERNS.ready), requireLamp(out, 'recording', PATTERNS.recording)];
  const [wanted, got] = [await bench.reference(...dirs), await bench.contents()];
  const same = requireSame([bench.played('next')], onlyLast(wanted), onlyLast(got));
  requireCameAndWent(got, ['CAPTURE_LOST', 'CAPTURE_OVERRUN']);
  const [call] = got.calls;
  assert.equal(got.calls.length, 2);
  assert.equal(call?.outcome, 'answered');
  const [gap, ...more] = call.gaps;
  assert.deepEqual([gap?.cause, more], ['capture', []], JSON.stringify(call.gaps));
  const lengthMs = gap?.lengthMs ?? 0;
  assert.ok(
    lengthMs >= AWAY_S * 1000 && lengthMs <= AWAY_S * 1000 + RETRY_MS + EDGE_OF_GAP_MS,
    `a gap of ${lengthMs} ms`,
  );
  return [
    `gone for ${AWAY_S} s in a call: CAPTURE_LOST, a gap of ${lengthMs.toFixed(0)} ms; the next call: ${told(same)}`,
    ...shown,
  ];
}

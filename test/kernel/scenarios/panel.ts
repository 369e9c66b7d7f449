import assert from 'node:assert/strict';
import path from 'node:path';
import { faultPattern, PATTERNS } from '../../../firmware/panel/view.js';
import { TelephoneLine } from '../../scenario/telephone-line.js';
import type { Bench, MakeBench } from '../bench.js';
import { requireCameAndWent } from '../fault-events.js';
import { requireLamp } from '../lamp-seen.js';

/** Longer than anybody keeps silent. */
const SILENT_MS = 186_000;

/** What a person does to the box and the line, what the lamp counts meanwhile, and what is in the register afterwards. */
export async function panel(make: MakeBench): Promise<string[]> {
  const bench = make();
  leftOff(bench);
  const out = await bench.run(
    `arm || exit
     watch_lamp ready 7
     pull 21 up; sleep 1; watch_lamp lid 15; pull 21 down; sleep 1; watch_lamp over 7
     press 0.3; sleep 1; watch_lamp asked 15; sleep 15; watch_lamp noted 7
     pull 22 down; until grep -q LINE_DEAD /run/recorder; do sleep 1; done; watch_lamp dead 13; pull 22 up; sleep 1
     play left & player=$!
     until grep -q HANDSET_OFF_HOOK /run/recorder; do sleep 5; done; watch_lamp left 13
     wait $player || exit; sleep 1; watch_lamp all-well 7
     press 9; wait $recorder; echo "SWITCHED OFF $?"; wait $tail; unmount_data`,
  );
  const shown = [
    requireLamp(out, 'ready', PATTERNS.ready),
    requireLamp(out, 'lid', faultPattern('LID_OPENED')),
    requireLamp(out, 'over', PATTERNS.attention),
    requireLamp(out, 'asked', faultPattern('LID_OPENED')),
    requireLamp(out, 'noted', PATTERNS.ready),
    requireLamp(out, 'dead', faultPattern('LINE_DEAD')),
    requireLamp(out, 'left', faultPattern('HANDSET_OFF_HOOK')),
    requireLamp(out, 'all-well', PATTERNS.ready),
  ];
  // There is no systemd in this guest that could switch it off: that, too, is told, and the program ends.
  assert.match(out, /^kikitome: POWER_OFF_REFUSED: /mu, out);
  assert.match(out, /^SWITCHED OFF 1$/mu, out);
  const got = await bench.contents();
  assert.deepEqual(got.breaches, []);
  requireCameAndWent(got, ['LID_OPENED', 'LINE_DEAD', 'HANDSET_OFF_HOOK']);
  const noted = got.faults.filter(({ kind }) => kind === 'fault-acknowledged');
  assert.deepEqual(
    noted.map(({ code, by }) => [code, by]),
    [['LID_OPENED', 'button']],
  );
  const [call, ...more] = got.calls;
  assert.deepEqual([call?.direction, call?.outcome, call?.gaps, more], ['outbound', 'answered', [], []]);
  return ['lid, line voltage, a handset left off, the button: each in the register, each by the lamp', ...shown];
}

/** Lifted, dial tone, busy tone, and then nobody for minutes. */
function leftOff(bench: Bench): void {
  const line = new TelephoneLine({ seed: 35 });
  line.wait(500);
  line.lift();
  line.dialTone(3000);
  line.busyTone(3);
  line.wait(SILENT_MS + 25_000);
  line.hangUp();
  bench.trace(line.write(path.join(bench.folder, 'left'), 'line-1'), 'left');
}

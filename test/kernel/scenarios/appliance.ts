import assert from 'node:assert/strict';
import { applianceImage } from '../appliance-image.js';
import type { MakeBench } from '../bench.js';

const HANG_MAX_MS = 30_000;

/** The whole recorder as it is installed, under systemd: armed by itself, and again after it hung; who may do what. */
export async function appliance(make: MakeBench): Promise<string[]> {
  const bench = make();
  const out = await bench.run(
    `. /app/test/kernel/guest/appliance.sh
     tell_start || exit
     pull 4 up; until_true 60 has_call && echo CALL || exit
     hang || exit
     until_true 30 says_fault PROCESS_STALLED && echo STALLED
     hang || exit`,
    ['--root', applianceImage(), '--fast', 'paced'],
  );
  console.log(out);
  const told = (word: string): string => new RegExp(`^${word} (.*)$`, 'mu').exec(out)?.[1] ?? assert.fail(out);
  assert.equal(told('USER'), 'kikitome');
  const hungMs = [...out.matchAll(/^HANG (\d+)/gmu)].map(([, ms]) => Number(ms));
  assert.ok(hungMs.length > 0 && Math.max(...hungMs) <= HANG_MAX_MS, out);
  return [`armed ${told('ARMED')} ms after power-on, format included`];
}

import assert from 'node:assert/strict';
import path from 'node:path';
import type { MakeBench } from '../bench.js';
import { type Counter, type Recordings, setUpBox } from '../counter.js';
import { requireHandedOver } from '../handed-over.js';
import { PluggedBox } from '../plugged-box.js';
import { makeStick, readStick } from '../sticks.js';

const STICK = 'office';
const NUMBERS = [1, 2, 3];

/** In a copy the recorder is killed, and then the power goes; the stick stays in. */
export async function cutCopy(make: MakeBench): Promise<string[]> {
  const bench = make();
  const audio = await setUpBox(bench, { callsS: [9, 14, 60], allowed: [STICK] });
  const image = makeStick(path.join(bench.folder, STICK), 'vfat', 64);
  const box = new PluggedBox(bench, STICK, image);
  try {
    return await copyThrice(box, image, audio);
  } finally {
    await box.off();
  }
}

async function copyThrice(box: PluggedBox, image: string, audio: Recordings): Promise<string[]> {
  let counter = await box.on();
  await again(counter);
  await counter.says(/^copying/mu);
  counter.look();
  counter.sh("pkill -9 -f '[f]irmware/main.js run'");
  await again(counter);
  await counter.says(/^copying/mu);
  await box.cut();
  counter = await box.on();
  await box.hurry(counter);
  await again(counter);
  await counter.says(/^copied, read back and compared.*\(3\)$/mu);
  counter.hold(2.5);
  counter.untilUnmounted();
  await box.cut();
  requireHandedOver(readStick(image, 'vfat', `${image}-read`), audio, NUMBERS);
  return [
    'the recorder killed in a copy, the power cut in the next: each asks for the PIN anew, nothing half-made is left',
  ];
}

/** A box that has come up with the stick in: nothing goes on without the PIN. */
async function again(counter: Counter): Promise<void> {
  await counter.says(/^USB stick ready/mu);
  assert.doesNotMatch(counter.said, /^copying/mu);
  counter.look();
  await counter.type();
  await counter.says(/^PIN$/mu);
}

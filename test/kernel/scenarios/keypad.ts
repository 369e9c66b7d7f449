import assert from 'node:assert/strict';
import type { MakeBench } from '../bench.js';

const PRESSED = ['kp_1', 'kp_2', 'num_lock', 'kp_0', 'backspace', 'kp_enter'];
const HEARD = ['1', '2', '0', 'clear', 'enter'];

/** A ten-key pad on USB, by the kernel's own input device; what is typed reaches nobody else. */
export async function keypad(make: MakeBench): Promise<string[]> {
  const guest = make().boot(`node $guest/keypad.js ${HEARD.length}`, ['--keyboard', 'on']);
  await guest.says(/^LISTENING$/mu);
  // The pad is looked for at once; QEMU's keys go to whoever has the keyboard by now.
  for (const key of PRESSED) guest.press(key);
  assert.equal(await guest.end(), 0, guest.out);
  const heard = [...guest.out.matchAll(/^KEY (\w+)$/gmu)].map(([, key]) => key);
  assert.deepEqual(heard, HEARD);
  return [`${PRESSED.join(' ')} heard as ${heard.join(' ')}`];
}

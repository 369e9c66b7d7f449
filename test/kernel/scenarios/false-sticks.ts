import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { MakeBench } from '../bench.js';
import { atTheCounter, type Counter, type Recordings, setUpBox } from '../counter.js';
import { registerOf } from '../handed-over.js';
import { makeStick } from '../sticks.js';
import type { PlugOptions } from '../usb.js';

const SECTOR_BYTES = 512;
const WRITTEN = '"format": "kikitome-handover"';
const ALLOWED = ['good', 'refuses', 'forgets', 'lies', 'hangs'];

/**
 * Sticks that do not keep what they are given: a sector that cannot be written, one that cannot be read back, a byte that is another
 * one by the time it is read, nothing more at all. Never told as done.
 */
export async function falseSticks(make: MakeBench): Promise<string[]> {
  const bench = make();
  const audio = await setUpBox(bench, { callsS: [9, 14, 60], allowed: ALLOWED });
  const at = (id: string) => makeStick(path.join(bench.folder, id), 'vfat', 64);
  const said: string[] = [];
  const whole = await atTheCounter(bench, async (counter) => {
    const good = at('good');
    await copies(counter, 'good', good);
    await counter.says(/^copied, read back/mu);
    await counter.takeAway('good');
    // Sticks that are made alike keep the same bytes in the same places.
    const sector = Math.floor(middleOf(good, audio, 2) / SECTOR_BYTES);
    for (const [id, iotype] of [
      ['refuses', 'write'],
      ['forgets', 'read'],
    ] as const) {
      await copies(counter, id, at(id), { bad: [{ iotype, sector }] });
      said.push(`${id}: ${await requireFalse(counter, id)}`);
    }
    const lies = at('lies');
    await copies(counter, 'lies', lies);
    while (!readFileSync(lies).includes(WRITTEN)) await pause(10);
    flipByte(lies, middleOf(lies, audio, 3));
    said.push(`lies: ${await requireFalse(counter, 'lies')}`);
    await copies(counter, 'hangs', at('hangs'), { writeBytesS: 50_000 });
    await counter.sockets.pace('hangs', { writeBytesS: 1, readBytesS: 1 });
    counter.sh('sleep 20');
    assert.doesNotMatch(counter.said, /^copied/mu);
    await counter.sockets.pull('hangs');
    await counter.says(/^! STICK_PULLED stick: .*$/mu);
    said.push('hangs: a stick that takes nothing more for 20 s, then pulled: STICK_PULLED');
  });
  const results = (await registerOf(bench)).flatMap(({ detail }) => detail['result'] ?? []);
  assert.equal(results.filter((result) => result === 'done').length, 1, results.join(', '));
  assert.equal(results.filter((result) => result === 'STICK_FALSE').length, 3, results.join(', '));
  return [...said, whole];
}

async function copies(counter: Counter, id: string, image: string, options?: PlugOptions): Promise<void> {
  counter.look();
  await counter.sockets.plug(id, image, options);
  await counter.says(/^USB stick ready/mu);
  await counter.type();
  await counter.says(/^copying/mu);
}

/** Returns what was told. */
async function requireFalse(counter: Counter, id: string): Promise<string> {
  const [told] = await counter.says(/^! STICK_FALSE stick: .*$/mu);
  assert.doesNotMatch(counter.said, /^copied/mu, id);
  await counter.takeAway(id);
  assert.doesNotMatch(counter.said, /^copied/mu, id);
  return told;
}

/** Where on a stick the middle of a recording is. */
function middleOf(image: string, audio: Recordings, number: number): number {
  const bytes = audio.get(number) ?? Buffer.alloc(0);
  const half = bytes.length >> 1;
  const at = readFileSync(image).indexOf(bytes.subarray(half, half + SECTOR_BYTES));
  assert.ok(at > 0, `recording ${number} is not on the stick`);
  return at;
}

function flipByte(image: string, at: number): void {
  const file = openSync(image, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.of((byte[0] ?? 0) ^ 0xff), 0, 1, at);
  closeSync(file);
}

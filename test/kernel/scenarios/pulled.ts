import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Chance } from '../../support/chance.js';
import type { MakeBench } from '../bench.js';
import { atTheCounter, type Counter, type Recordings, setUpBox } from '../counter.js';
import { registerOf, requireHandedOver } from '../handed-over.js';
import { checkStick, makeStick, readStick } from '../sticks.js';

const STICK = 'office';
const NUMBERS = [1, 2, 3, 4];
/** Slow enough that there is time to pull it, in the middle of a file and between two. */
const WRITE_BYTES_S = 120_000;
/** A pull may be followed by another one, once the stick is in again. */
const AGAIN = 0.3;
const DONE = /^copied, read back and compared/mu;

/** A stick is pulled at random moments of a copy, again and again (`KERNEL_PULLS`, 20; `SEED`), while a call is recorded. */
export async function pulled(make: MakeBench): Promise<string[]> {
  const pulls = Number(process.env['KERNEL_PULLS'] ?? 20);
  const seed = Number(process.env['SEED'] ?? 1);
  const chance = new Chance(seed);
  const bench = make();
  const audio = await setUpBox(bench, { callsS: [12, 25, 40, 60], allowed: [STICK] });
  const complaints = new Map<string, number>();
  let [made, tooLate, sessions] = [0, 0, 0];
  const whole = await atTheCounter(bench, async (counter) => {
    let copyMs = 0;
    while (made < pulls) {
      const about = `seed ${seed}, pull ${made + 1}`;
      const image = makeStick(path.join(bench.folder, `${sessions}.stick`), 'vfat', 64);
      counter.look();
      await plug(counter, image);
      await counter.says(/^USB stick ready/mu);
      await counter.type();
      await counter.says(/^copying/mu);
      const sinceMs = performance.now();
      while (copyMs > 0) {
        await pause(chance.between(0, copyMs));
        const saidBefore = counter.said;
        await counter.sockets.pull(STICK);
        made += 1;
        await counter.says(/^not handed over: STICK_PULLED$|^copied, read back/mu);
        if (DONE.test(counter.said)) {
          // In time, or a moment before it was told: either way it must be so.
          if (!DONE.test(saidBefore)) console.log(`    ${about}: told as done while it was pulled`);
          tooLate += 1;
          break;
        }
        await counter.says(/^! STICK_PULLED stick: /mu);
        noteComplaints(complaints, image);
        const another = chance.happens(AGAIN) && made < pulls;
        counter.look();
        await plug(counter, image);
        await counter.says(/^copying/mu);
        if (another) continue;
        await counter.says(DONE);
        assert.doesNotMatch(counter.said, /^PIN$/mu, about);
        break;
      }
      if (copyMs === 0) {
        await counter.says(DONE);
        copyMs = performance.now() - sinceMs;
      }
      counter.hold(2.5);
      counter.untilUnmounted();
      await counter.sockets.pull(STICK).catch(() => undefined); // it may be out
      counter.sh('kikitome collect 1 2 3 4 --data $store');
      requireDone(readStick(image, 'vfat', path.join(bench.folder, 'read')), audio, about);
      sessions += 1;
    }
  });
  const results = (await registerOf(bench)).flatMap(({ detail }) => detail['result'] ?? []);
  const count = (result: string) => results.filter((each) => each === result).length;
  assert.equal(count('STICK_PULLED'), made - tooLate, results.join(', '));
  assert.equal(count('done'), sessions, results.join(', '));
  const told = [...complaints].map(([complaint, times]) => `${times} × ${complaint}`);
  return [
    `seed ${seed}: ${made} pulls, ${tooLate} of them when all was done; ${sessions} copies, each complete in the end`,
    `fsck.vfat after a pull: ${told.join('; ') || 'nothing'}`,
    whole,
  ];
}

const plug = (counter: Counter, image: string) => counter.sockets.plug(STICK, image, { writeBytesS: WRITE_BYTES_S });

function requireDone(stick: string, audio: Recordings, about: string): void {
  try {
    requireHandedOver(stick, audio, NUMBERS);
  } catch (error) {
    throw new Error(about, { cause: error });
  }
}

/** What a person's computer would say of the stick that was just pulled. */
function noteComplaints(complaints: Map<string, number>, image: string): void {
  const copy = `${image}.pulled`;
  copyFileSync(image, copy);
  for (const line of new Set(checkStick(copy, 'vfat').said.split('\n'))) {
    const complaint = line.trim().replaceAll(/\d+/gu, 'N');
    if (/^fsck|^stick:|^$|Leaving|Reclaim/u.test(complaint)) continue;
    complaints.set(complaint, (complaints.get(complaint) ?? 0) + 1);
  }
}

import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileNameOf } from '../../../firmware/retrieval/manifest.js';
import { Chance } from '../../support/chance.js';
import type { MakeBench } from '../bench.js';
import { atTheCounter, type Counter, type Recordings, setUpBox } from '../counter.js';
import { registerOf, requireHandedOver } from '../handed-over.js';
import { checkStick, fileOn, makeStick, readStick } from '../sticks.js';

const STICK = 'office';
const NUMBERS = [1, 2, 3, 4];
/** Slow enough that there is time to pull it, in the middle of a file and between two. */
const PACE = { writeBytesS: 120_000, readBytesS: 600_000 };
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
  let [made, tooLate, sessions, tornInAll] = [0, 0, 0, 0];
  const whole = await atTheCounter(bench, async (counter) => {
    let copyBytes = 0;
    while (made < pulls) {
      const about = `seed ${seed}, pull ${made + 1}`;
      const image = makeStick(path.join(bench.folder, `${sessions}.stick`), 'vfat', 64);
      counter.look();
      await plug(counter, image);
      await counter.says(/^USB stick ready/mu);
      await counter.type();
      await counter.says(/^copying/mu);
      const beganAt = await counter.sockets.moved(STICK);
      if (copyBytes === 0) {
        await counter.says(DONE);
        copyBytes = (await counter.sockets.moved(STICK)) - beganAt;
      } else {
        for (let goesOn = true; goesOn; ) {
          await pullAfter(counter, chance.between(0, copyBytes));
          made += 1;
          await counter.says(/^not handed over: STICK_PULLED$|^copied, read back/mu);
          if (DONE.test(counter.said)) {
            tooLate += 1; // and it must be so
            break;
          }
          await counter.says(/^! STICK_PULLED stick: /mu);
          noteComplaints(complaints, image);
          const torn = NUMBERS.filter((number) => !isWholeOrAbsent(image, audio, number));
          assert.ok(torn.length <= 1, `${about}: recordings ${torn.join(', ')} have their names and are not whole`);
          tornInAll += torn.length;
          goesOn = made < pulls && chance.happens(AGAIN);
          counter.look();
          await plug(counter, image);
          await counter.says(/^copying/mu);
          if (!goesOn) await counter.says(DONE);
          assert.doesNotMatch(counter.said, /^PIN$/mu, about);
        }
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
    `after a pull ${tornInAll} of those recordings that had their names were not whole: what was being renamed`,
    `fsck.vfat after a pull: ${told.join('; ') || 'nothing'}`,
    whole,
  ];
}

/** Pulls the stick once so many more bytes have gone to it and come from it, or as soon as it is told as done. */
async function pullAfter(counter: Counter, bytes: number): Promise<void> {
  const until = (await counter.sockets.moved(STICK)) + bytes;
  while ((await counter.sockets.moved(STICK)) < until && !DONE.test(counter.said)) await pause(10);
  await counter.sockets.pull(STICK);
}

const plug = (counter: Counter, image: string) => counter.sockets.plug(STICK, image, PACE);

function requireDone(stick: string, audio: Recordings, about: string): void {
  try {
    requireHandedOver(stick, audio, NUMBERS);
  } catch (error) {
    throw new Error(about, { cause: error });
  }
}

function isWholeOrAbsent(image: string, audio: Recordings, number: number): boolean {
  const bytes = fileOn(image, fileNameOf(number));
  return bytes === undefined || bytes.equals(audio.get(number) ?? Buffer.alloc(0));
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

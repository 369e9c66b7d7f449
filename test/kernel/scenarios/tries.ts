import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openPinHash } from '../../../drivers/argon2/pin-hash.js';
import { openStore } from '../../../firmware/open-store.js';
import { Pin, type PinStatus } from '../../../firmware/pin/pin.js';
import type { MonotonicMs } from '../../../hal/clock.js';
import { Chance } from '../../support/chance.js';
import { must } from '../../support/world.js';
import type { Bench, MakeBench } from '../bench.js';
import { type Counter, PIN, setUpBox } from '../counter.js';
import { makeDisk, storeOn } from '../disk.js';
import { PluggedBox } from '../plugged-box.js';
import { makeStick } from '../sticks.js';

const STICK = 'office';
const WRONG = '271828';
const VERDICT = /^wrong PIN$|^no PIN is taken/mu;
const VERDICT_S = 4;

/** Wrong PINs with the power cut after each gain nobody a try; waits and the lock outlast it. */
export async function tries(make: MakeBench): Promise<string[]> {
  const seed = Number(process.env['SEED'] ?? 1);
  const bench = make();
  await setUpBox(bench, { callsS: [9, 14, 60], allowed: [STICK] });
  const image = makeStick(path.join(bench.folder, STICK), 'vfat', 64);
  const box = new PluggedBox(bench, STICK, image);
  try {
    return await tryAll(bench, box, new Chance(seed), seed);
  } finally {
    await box.off();
  }
}

async function tryAll(bench: Bench, box: PluggedBox, chance: Chance, seed: number): Promise<string[]> {
  const said: string[] = [];
  let [cuts, unseen] = [0, 0];
  for (let failures = 0; failures < 3; ) {
    const about = `seed ${seed}, cut ${cuts + 1}`;
    const counter = await box.on();
    await counter.says(/^USB stick ready/mu);
    counter.look();
    await counter.type(WRONG);
    if (chance.happens(0.5)) await counter.says(VERDICT);
    else await pause(chance.between(0, VERDICT_S) * 1000);
    const told = VERDICT.test(counter.said);
    await box.cut();
    cuts += 1;
    const { failures: now } = await statusOf(bench);
    assert.ok(now === failures || now === failures + 1, `${about}: ${failures} wrong ones became ${now}`);
    assert.ok(now > failures || !told, `${about}: a try that was answered is not on the medium`);
    if (now > failures && !told) unseen += 1;
    failures = now;
  }
  said.push(
    `seed ${seed}: ${cuts} cuts after a wrong PIN, none gave a try back; ${unseen} were counted before they were answered`,
  );

  let counter = await box.on();
  await requireRefused(counter, 30);
  // Nobody gets round it by the clock on the wall.
  counter.sh('date -s "+1 day"');
  counter.look();
  await counter.type(PIN);
  await counter.says(/^no PIN is taken now \(\d+ s\)$/mu);
  counter.sh('date -s "-1 day"; sleep 31');
  counter.look();
  await counter.type(WRONG);
  await counter.says(/^no PIN is taken now \(60 s\)$/mu);
  await box.cut();
  counter = await box.on();
  await requireRefused(counter, 60);
  await box.cut();
  assert.equal((await statusOf(bench)).failures, 4);
  said.push('the wait of 30 s, and then that of 60 s, begins anew at power-on; a clock set a day on ends none');

  await fail(bench, 6);
  for (const last of [false, true]) {
    counter = await box.on();
    await counter.says(/^! PIN_LOCKED pin: 10 wrong PINs in a row$/mu);
    await counter.says(/^USB stick ready/mu);
    await counter.type(PIN);
    await counter.says(/^no PIN is taken now$/mu);
    assert.doesNotMatch(counter.said, /^copying/mu);
    if (!last) await box.cut();
  }
  counter.sh('kikitome pin unlock --data $store');
  counter.look();
  await counter.type(PIN);
  await counter.says(/^copying/mu);
  said.push('locked by ten wrong ones, over a cut; unlocked by pin unlock');
  await box.cut();
  return said;
}

async function requireRefused(counter: Counter, seconds: number): Promise<void> {
  await counter.says(/^USB stick ready/mu);
  await counter.type(PIN);
  const [, left] = await counter.says(/^no PIN is taken now \((\d+) s\)$/mu);
  assert.ok(Number(left) <= seconds && Number(left) > seconds / 3, `${left} s are left of ${seconds}`);
  assert.doesNotMatch(counter.said, /^copying/mu);
}

/** What the medium says, seen from outside while the box is off. */
async function statusOf(bench: Bench): Promise<PinStatus> {
  const folder = await storeOn(bench.disk, path.join(bench.folder, 'seen'));
  return JSON.parse((await must(['pin', 'status', '--data', folder, '--json'])).out) as PinStatus;
}

/** Further wrong PINs, by the same program outside, where somebody else's clock goes faster. */
async function fail(bench: Bench, times: number): Promise<void> {
  const folder = await storeOn(bench.disk, path.join(bench.folder, 'seen'));
  const wall = () => Date.now();
  let nowMs = 0;
  const store = await openStore({ folder, chance: randomBytes, wall });
  const clock = { now: () => nowMs as MonotonicMs, wall };
  const pin = await Pin.open({ store, clock, openHash: openPinHash });
  for (let i = 0; i < times; i += 1) {
    nowMs += 3_600_000;
    assert.equal(await pin.attempt(WRONG, 'box'), 'wrong');
  }
  await store.close();
  makeDisk(bench.disk, 160, path.dirname(folder));
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { applianceImage } from '../appliance-image.js';
import { type Bench, type MakeBench, PACED } from '../bench.js';
import { makeStick } from '../sticks.js';
import { UsbSockets } from '../usb.js';

/** From a standstill to armed again, of the guest's time. */
const HANG_MAX_MS = 30_000;
/** Real seconds until a guest is given up. */
const LIMIT_S = '3600';
const SCRIPT = '. /app/test/kernel/guest/appliance.sh\n';
/** QEMU's devices that are no sticks, and are plugged in all the same. */
const STRANGERS = ['usb-kbd', 'usb-mouse', 'usb-net'];
/** What a mount of a stick must say, beside read-write or read-only. */
const SAFE = ['nosuid', 'nodev', 'noexec', 'noatime', 'nosymfollow'];

/**
 * The whole recorder as it is installed, under systemd: armed by itself, again after it hung, and without its sound card; who may do
 * what; a stick, and what is none; a start on a read-only root, and switched off by its button; a kernel that stands still in a call.
 */
export async function appliance(make: MakeBench): Promise<string[]> {
  const bench = make();
  const options = ['--root', applianceImage(), ...PACED, '--timeout', LIMIT_S];
  const stick = makeStick(path.join(bench.folder, 'stick'), 'vfat', 64);
  // The hook detector's pin is low from the start: a call is in progress as the box is switched on.
  const guest = bench.boot(
    `${SCRIPT} tell_start || exit
     rest; until_true 60 has_call && echo CALL || exit
     hang || exit
     until_true 30 says_fault PROCESS_STALLED && echo STALLED || exit
     sound_gone; refusals; stick "$(shown MainPID)"; strangers ${STRANGERS.join(' ')}`,
    options,
  );
  await guest.says(/^PLUG$/mu);
  const sockets = new UsbSockets(bench.folder);
  await sockets.plug('stick', stick);
  await guest.says(/^PULL$/mu);
  await sockets.pull('stick');
  for (const stranger of STRANGERS) {
    await guest.says(new RegExp(`^PLUG ${stranger}$`, 'mu'));
    await sockets.plugDevice('stranger', stranger);
    await guest.says(new RegExp(`^UNPLUG ${stranger}$`, 'mu'));
    await sockets.unplug('stranger');
  }
  const status = await guest.end();
  const { out } = guest;
  assert.equal(status, 0, out);
  const told = (word: string, from = out): string =>
    new RegExp(`^${word} ?(.*)$`, 'mu').exec(from)?.[1] ?? assert.fail(`no ${word} in ${from}`);
  requireAtHome(told);
  const hungMs = Number(told('HANG'));
  assert.ok(hungMs <= HANG_MAX_MS, out);
  for (const line of [
    'CALL',
    'STALLED',
    'GONE: no restart',
    'STARTED WITHOUT: no restart',
    'HEARD AGAIN',
    'STOPPED success 0',
    'STOPPED: nobody calls it a hang',
    'WRITTEN',
    'hello',
    'PULLED: let go',
    'PULLED: the recorder goes on',
    'GUARD active',
    ...STRANGERS.map((stranger) => `BLOCKED ${stranger} 0`),
    'STRANGERS GONE',
  ])
    assert.ok(out.split('\n').includes(line), `no ${line} in ${out}`);
  assert.doesNotMatch(out, /^(ALLOWED|OTHERWISE|IT RUNS|DRIVEN|116 alsa)/mu);
  assert.equal([...out.matchAll(/^REFUSED /gmu)].length, 12, out);
  requireMounted(told('MOUNTED'), 'rw');
  requireMounted(told('SEALED'), 'ro');

  const second = bench.boot(
    `${SCRIPT} rest; tell_start || exit; touch /x 2>/dev/null && echo "WRITABLE"; hold_button; sleep 100`,
    [...options, '--ro', 'on'],
  );
  await second.end(); // not by its script: it is switched off by its button
  const readOnly = second.out;
  assert.match(readOnly, /^HELD$/mu);
  assert.match(readFileSync(path.join(bench.folder, 'run', 'console'), 'utf8'), /reboot: Power down/u, readOnly);
  requireAtHome((word) => told(word, readOnly));
  assert.doesNotMatch(readOnly, /^WRITABLE/mu);
  const { calls, breaches } = await bench.contents('/');
  assert.deepEqual(breaches, []);
  assert.ok(calls.length >= 1);
  const afterReset = await standStill(bench, options, calls.length);
  const armedMs = (said: string): string => (Number(told('ARMED', said)) / 1000).toFixed(1);
  return [
    `armed ${armedMs(out)} s after power-on with the first format, ${armedMs(readOnly)} s on a read-only root`,
    `a kernel that stood still in a call was reset by the hardware watchdog, and armed ${armedMs(afterReset)} s after that`,
    `switched off by its button; armed again ${(hungMs / 1000).toFixed(1)} s after it hung right behind a sign of life`,
  ];
}

/** Nobody but the hardware watchdog is there to help. Returns what was said after it did. */
async function standStill(bench: Bench, options: readonly string[], callsBefore: number): Promise<string> {
  const guest = bench.boot(
    `${SCRIPT} if [ -e /share/stood-still ]; then tell_start && tell_watchdog; else rest; tell_start && stand_still; fi`,
    [...options, '--watchdog', 'on'],
  );
  assert.equal(await guest.end(), 0, guest.out);
  const [, after = ''] = guest.out.split(/^STANDS STILL$/mu);
  assert.match(after, /^STATUS armed: line-1$/mu, guest.out);
  assert.match(after, /^WATCHDOG active 14 32$/mu, guest.out);
  assert.match(after, /^TOLD OF$/mu, guest.out);
  const { calls, breaches } = await bench.contents('/');
  assert.deepEqual(breaches, []);
  // What was going on as the machine started again comes after it.
  const cut = calls.slice(callsBefore).find(({ outcome }) => outcome === 'interrupted');
  assert.ok((cut?.durationMs ?? 0) > 3000, JSON.stringify(calls));
  return after;
}

/** What must hold of a service that has just been armed. */
function requireAtHome(told: (word: string) => string): void {
  assert.equal(told('USER'), 'kikitome');
  assert.equal(told('GROUPS'), 'audio dialout gpio input kikitome');
  assert.ok(Number(told('PINS')) > 0, 'it has no pins');
  assert.equal(told('SWAP'), '0 0');
  assert.equal(told('LISTENERS'), '0');
  assert.equal(told('STATUS'), 'armed: line-1');
  assert.equal(told('UNHEARD'), '0', 'systemd refused to hear something');
  assert.equal(told('FAILED'), '');
}

function requireMounted(said: string, how: 'rw' | 'ro'): void {
  const [type, options = ''] = said.split(/\s+/u);
  assert.equal(type, 'vfat');
  for (const option of [how, ...SAFE])
    assert.ok(options.split(',').includes(option), `${option} is missing in ${said}`);
}

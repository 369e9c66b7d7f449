import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MakeBench } from '../bench.js';
import { atTheCounter, type Counter, type Recordings, setUpBox } from '../counter.js';
import { requireHandedOver } from '../handed-over.js';
import { empty, makeStick, partitioned, readStick } from '../sticks.js';
import type { PlugOptions } from '../usb.js';

const MIB = 1 << 20;
const NUMBERS = [1, 2, 3];
const ALLOWED = [
  'full',
  'hostile-vfat',
  'hostile-ext4',
  'bare',
  'uas',
  'first',
  'second',
  'protected',
  'ntfs',
  'blank',
];

/** What is plugged in, and the fault that it is. Nothing on it changes. */
interface Refused {
  readonly make: (image: string) => void;
  readonly options?: PlugOptions;
  readonly fault: RegExp;
}

const REFUSED: Readonly<Record<string, Refused>> = {
  stranger: {
    make: (image) => makeStick(image, 'vfat', 40),
    fault: /^! STICK_REFUSED stick: serial number stranger is not on the list$/mu,
  },
  blank: { make: (image) => empty(image, 8 * MIB), fault: /^! STICK_REFUSED stick: no-volume: /mu },
  ntfs: { make: makeNtfs, fault: /^! STICK_REFUSED stick: file-system: ntfs; format it as FAT32/mu },
  protected: {
    make: (image) => makeStick(image, 'vfat', 40),
    options: { readOnly: true },
    fault: /^! STICK_REFUSED stick: write-protected: /mu,
  },
};

/** What is no stick for this box, full, hostile, two at a time, without partitions, or by another protocol: while a call is recorded. */
export async function strangeSticks(make: MakeBench): Promise<string[]> {
  const bench = make();
  const audio = await setUpBox(bench, { callsS: [9, 14, 30], allowed: ALLOWED });
  const at = (name: string) => path.join(bench.folder, name);
  const said: string[] = [];
  const whole = await atTheCounter(bench, async (counter) => {
    for (const [id, { make, options, fault }] of Object.entries(REFUSED)) {
      const image = at(id);
      make(image);
      const before = hashOf(image);
      counter.look();
      await counter.sockets.plug(id, image, options);
      const [told] = await counter.says(fault);
      counter.hold(2.5);
      await counter.type();
      await counter.sockets.pull(id);
      assert.doesNotMatch(counter.said, /^PIN$|^copying/mu, id);
      assert.equal(hashOf(image), before, `${id} was changed`);
      said.push(`${id}: ${told}`);
    }
    said.push(await phone(counter));
    said.push(await full(counter, at('full')));
    for (const fileSystem of ['vfat', 'ext4'] as const) {
      const id = `hostile-${fileSystem}`;
      const mischief = makeMischief(at(`${id}-folder`), fileSystem);
      makeStick(at(id), fileSystem, 64, (volume) => putOn(volume, fileSystem, mischief));
      await handOver(counter, id, at(id));
      const stick = readStick(at(id), fileSystem, at(`${id}-read`));
      requireHandedOver(stick, audio, NUMBERS);
      said.push(`${id}: ${requireUntouched(mischief, stick)} strange things on it as they were`);
    }
    execFileSync('mkfs.vfat', ['-F', '32', '-s', '1', empty(at('bare'), 64 * MIB)], { stdio: 'ignore' });
    await handOver(counter, 'bare', at('bare'));
    execFileSync('mcopy', ['-s', '-n', '-Q', '-i', at('bare'), '::/', makeFolder(at('bare-read'))]);
    requireHandedOver(at('bare-read'), audio, NUMBERS);
    said.push('a stick without partitions: as any other');
    said.push(await two(counter, [at('first'), at('second')], audio));
  });
  return [...said, whole];
}

async function handOver(counter: Counter, id: string, image: string): Promise<void> {
  counter.look();
  await counter.sockets.plug(id, image);
  await counter.says(/^USB stick ready/mu);
  await counter.type();
  await counter.says(/^copied, read back and compared/mu);
  await counter.takeAway(id);
}

/** A telephone that offers its pictures. */
async function phone(counter: Counter): Promise<string> {
  counter.look();
  await counter.sockets.plugDevice('phone', 'usb-mtp', { rootdir: '/usr/share' });
  const [told] = await counter.says(/^! STICK_REFUSED stick: not-storage: USB interfaces of class 06$/mu);
  await counter.sockets.unplug('phone');
  return `phone: ${told}`;
}

async function full(counter: Counter, image: string): Promise<string> {
  makeStick(image, 'vfat', 64, (volume) => {
    const listed = execFileSync('mdir', ['-i', volume], { encoding: 'utf8' });
    const free = Number(/([\d ]+) bytes free/u.exec(listed)?.[1]?.replaceAll(' ', ''));
    writeFileSync(`${image}.rubbish`, Buffer.alloc(free - 200_000));
    execFileSync('mcopy', ['-i', volume, `${image}.rubbish`, '::/rubbish']);
  });
  counter.look();
  await counter.sockets.plug('full', image);
  await counter.says(/^USB stick ready/mu);
  await counter.type();
  const [told] = await counter.says(/^! STICK_FULL stick: .*$/mu);
  counter.hold(2.5);
  counter.untilUnmounted();
  await counter.sockets.pull('full');
  const names = execFileSync('ls', [readStick(image, 'vfat', `${image}-read`)], { encoding: 'utf8' });
  assert.equal(names, 'rubbish\n');
  return `full: ${told}, nothing left on it`;
}

/** The first one counts; the second one is left alone until the first one is gone. */
async function two(counter: Counter, images: readonly [string, string], audio: Recordings): Promise<string> {
  const [first, second] = images;
  for (const image of images) makeStick(image, 'vfat', 64);
  const before = hashOf(second);
  counter.look();
  await counter.sockets.plug('first', first);
  await counter.says(/^USB stick ready/mu);
  await counter.sockets.plug('second', second);
  counter.sh('for i in {1..50}; do [ -e /dev/sdb1 ] && break; sleep 0.1; done; sleep 2');
  await counter.type();
  await counter.says(/^copied, read back and compared/mu);
  counter.sh('kikitome collect --direction outbound --data $store');
  counter.hold(2.5);
  counter.untilUnmounted();
  assert.equal(hashOf(second), before, 'the second stick was changed');
  counter.look();
  await counter.sockets.pull('first');
  await counter.says(/^USB stick ready/mu);
  await counter.type();
  await counter.says(/^copied, read back and compared/mu);
  await counter.takeAway('second');
  for (const image of images) requireHandedOver(readStick(image, 'vfat', `${image}-read`), audio, NUMBERS);
  return 'two sticks: the first one, and when it is gone the second one';
}

/** Names that are ours, programs, links out of the stick: on FAT without the links. Returns the folder. */
function makeMischief(folder: string, fileSystem: 'vfat' | 'ext4'): string {
  makeFolder(folder);
  writeFileSync(path.join(folder, 'autorun.inf'), '[autorun]\r\nopen=evil.exe\r\n');
  writeFileSync(path.join(folder, 'evil.exe'), Buffer.alloc(5000, 'evil'), { mode: 0o6755 });
  writeFileSync(path.join(folder, '=cmd.csv'), '=1+1');
  for (const day of daysAbout()) {
    const ours = path.join(folder, `kikitome-${day}-1`);
    if (fileSystem === 'vfat') writeFileSync(ours, 'not a folder');
    else symlinkSync('/data/store', ours);
  }
  return folder;
}

function putOn(volume: string, fileSystem: 'vfat' | 'ext4', folder: string): void {
  if (fileSystem === 'ext4')
    execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-d', folder, volume], { stdio: 'ignore' });
  else execFileSync('sh', ['-c', `mcopy -i ${volume} ${folder}/* ::/`]);
}

/** How many things there were. */
function requireUntouched(before: string, after: string): number {
  const listed = execFileSync('find', [before, '-mindepth', '1', '-printf', '%P %y %l\n'], { encoding: 'utf8' });
  const things = listed.split('\n').filter(Boolean);
  const now = execFileSync('find', [after, '-mindepth', '1', '-printf', '%P %y %l\n'], { encoding: 'utf8' });
  for (const thing of things) {
    assert.ok(now.split('\n').includes(thing), `${thing} is not there any more`);
    const [, name = '', kind] = /^(.*) (\w) /u.exec(thing) ?? [];
    if (kind === 'f')
      assert.ok(readFileSync(path.join(after, name)).equals(readFileSync(path.join(before, name))), name);
  }
  return things.length;
}

/** Yesterday, today and tomorrow: the box's day is not this machine's. */
const daysAbout = (): string[] =>
  [-1, 0, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));

function makeNtfs(image: string): void {
  const volume = empty(`${image}.volume`, 16 * MIB);
  execFileSync('mkntfs', ['-q', '-F', '-Q', volume], { stdio: 'ignore' });
  partitioned(image, 0x07, readFileSync(volume));
  rmSync(volume);
}

function makeFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

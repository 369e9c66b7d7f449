import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { StickFileSystem } from '../../../hal/stick.js';
import type { MakeBench } from '../bench.js';
import { atTheCounter, type Counter, setUpBox } from '../counter.js';
import { registerOf, requireHandedOver } from '../handed-over.js';
import { checkStick, makeStick, readStick } from '../sticks.js';

const FILE_SYSTEMS: readonly StickFileSystem[] = ['vfat', 'exfat', 'ext4'];
const OPTIONS = ['ro', 'nosuid', 'nodev', 'noexec', 'nosymfollow', 'noatime'];
const NUMBERS = [1, 2, 3];

/** Recordings leave by sticks of every file system that is taken, by button and keypad, while a call is recorded. */
export async function retrieval(make: MakeBench): Promise<string[]> {
  const bench = make();
  const audio = await setUpBox(bench, { callsS: [9, 14, 30], allowed: FILE_SYSTEMS });
  const imageOf = (fileSystem: StickFileSystem) => path.join(bench.folder, `${fileSystem}.stick`);
  const whole = await atTheCounter(bench, async (counter) => {
    for (const fileSystem of FILE_SYSTEMS) {
      makeStick(imageOf(fileSystem), fileSystem, 64);
      counter.look();
      await counter.sockets.plug(fileSystem, imageOf(fileSystem));
      await counter.says(/^USB stick ready/mu);
      counter.hold(2.5);
      await counter.says(/^PIN$/mu);
      await counter.type();
      await counter.says(/^copied, read back and compared.*\(3\)$/mu);
      const mounted = counter.sh('grep /run/kikitome/stick /proc/mounts || :');
      for (const option of OPTIONS) assert.match(mounted, new RegExp(`\\b${option}\\b`, 'u'), fileSystem);
      counter.hold(2.5);
      mkdirSync(path.join(bench.share, fileSystem));
      lookAtStick(counter, fileSystem);
      await counter.sockets.pull(fileSystem);
      counter.sh('kikitome collect --direction outbound --data $store');
      assert.doesNotMatch(counter.said, /^!/mu);
    }
  });
  const said: string[] = [];
  for (const fileSystem of FILE_SYSTEMS) {
    const { status, said: complaint } = checkStick(imageOf(fileSystem), fileSystem);
    assert.equal(status, 0, complaint);
    requireHandedOver(path.join(bench.share, fileSystem), audio, NUMBERS);
    if (fileSystem !== 'exfat') {
      requireHandedOver(readStick(imageOf(fileSystem), fileSystem, path.join(bench.folder, 'read')), audio, NUMBERS);
    }
    said.push(`${fileSystem}: mounted ${OPTIONS.join(',')} at the end; every file as recorded; fsck finds nothing`);
  }
  const kinds = (await registerOf(bench)).map(({ kind, detail }) => `${kind} ${detail['result'] ?? ''}`.trim());
  for (const kind of ['pin-attempt right', 'copy-begun', 'copy-ended done']) {
    assert.equal(kinds.filter((each) => each === kind).length, FILE_SYSTEMS.length, kinds.join(', '));
  }
  return [...said, whole];
}

/** The stick has been let go; the kernel itself reads it, for somebody who only has its share. */
function lookAtStick(counter: Counter, name: string): void {
  counter.sh(
    `while grep -q /run/kikitome/stick /proc/mounts; do sleep 0.1; done
     mount -o ro /dev/disk/by-label/OFFICE /mnt && cp -r /mnt/. /share/${name}; umount /mnt`,
  );
}

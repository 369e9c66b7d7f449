import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const STICK_MOUNT = fileURLToPath(new URL('../../../scripts/appliance/stick/stick-mount', import.meta.url));

/** What the commands that `stick-mount` runs do here; `udevadm` and the rest in turn. */
const USUAL: Readonly<Record<string, string>> = {
  udevadm: 'echo ID_BUS=usb; echo ID_USB_INTERFACES=:080650:',
  blkid: 'echo vfat',
  id: 'echo 990',
  mountpoint: 'exit 1',
  dd: 'exit 0',
  mount: 'echo "$@" >>"$0.ran"',
};

describe('stick-mount', () => {
  let root = '';
  const at = (...names: string[]) => path.join(root, ...names);
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-stick-mount-'));
    for (const folder of ['dev', 'run', 'bin']) mkdirSync(at(folder));
    writeFileSync(at('dev', 'sda1'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** The script as it is but for its places, with a plain file for the device. Returns its exit and the words it leaves. */
  const run = (commands: Readonly<Record<string, string>> = {}, args = ['rw', 'sda1']) => {
    for (const [name, body] of Object.entries({ ...USUAL, ...commands })) {
      writeFileSync(at('bin', name), `#!/bin/sh\n${body}\n`);
      chmodSync(at('bin', name), 0o755);
    }
    const text = readFileSync(STICK_MOUNT, 'utf8')
      .replaceAll('[ -b ', '[ -f ')
      .replaceAll('=/dev/$2', `=${at('dev')}/$2`)
      .replaceAll('=/run/', `=${at('run')}/`);
    writeFileSync(at('stick-mount'), text);
    const env = { PATH: `${at('bin')}:/usr/bin:/bin` };
    const { status, stderr } = spawnSync('sh', [at('stick-mount'), ...args], { env, encoding: 'utf8' });
    const file = at('run', 'kikitome-stick.refused');
    return { status, stderr, words: existsSync(file) ? readFileSync(file, 'utf8').trim() : null };
  };

  it('mounts a stick, and leaves no words of the one before', () => {
    writeFileSync(at('run', 'kikitome-stick.refused'), 'old');
    const { status, stderr, words } = run();
    assert.deepEqual([status, stderr, words], [0, '', null]);
    assert.match(
      readFileSync(at('bin', 'mount.ran'), 'utf8'),
      /^-t vfat -o rw,nosuid,nodev,noexec,noatime,.*nosymfollow/,
    );
  });

  it('mounts a disk behind a bridge, whose bus is told as ata', () => {
    assert.equal(run({ udevadm: 'echo ID_BUS=ata; echo ID_USB_INTERFACES=:080650:080662:' }).status, 0);
  });

  for (const [what, commands, words] of [
    ['is not on USB', { udevadm: 'echo ID_BUS=ata' }, /is not USB storage alone$/],
    ['is a keyboard as well', { udevadm: 'echo ID_USB_INTERFACES=:080650:030101:' }, /is not USB storage alone$/],
    ['has another file system', { blkid: 'echo ntfs' }, /has ntfs; FAT32, exFAT or ext4 is wanted$/],
    ['the kernel will not take', { mount: 'echo "mount: unknown filesystem type" >&2; exit 32' }, /^mount: unknown/],
  ] as const) {
    it(`refuses one that ${what}, and says why for the recorder to read`, () => {
      const refused = run(commands);
      assert.equal(refused.status, 1);
      assert.match(refused.words ?? '', words);
    });
  }

  for (const [what, commands, args] of [
    ['was pulled meanwhile', { blkid: 'exit 2', dd: 'exit 1' }, ['rw', 'sda1']],
    ['is not there', {}, ['rw', 'sdb1']],
    ['has no plain name', {}, ['rw', '../run']],
    ['cannot be read', { mount: `echo "mount: can't read superblock on /dev/sda1." >&2; exit 32` }, ['rw', 'sda1']],
  ] as const) {
    it(`fails for one that ${what}, which is no refusal`, () => {
      const { status, words } = run(commands, [...args]);
      assert.deepEqual([status, words], [1, null]);
    });
  }
});

describe('the udev rule for sticks', () => {
  it('goes by what the kernel says: what later rules find out is not there yet when it is read', () => {
    const lines = readFileSync(path.join(path.dirname(STICK_MOUNT), '60-kikitome-stick.udev.rules'), 'utf8').split(
      '\n',
    );
    const rules = lines.filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(
      rules.map((rule) => rule.split(', ').filter((each) => each.includes('=='))),
      [['SUBSYSTEM=="block"', 'SUBSYSTEMS=="usb"']],
    );
  });
});

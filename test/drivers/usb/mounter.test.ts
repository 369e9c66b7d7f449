import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandMounter, UnitMounter } from '../../../drivers/usb/mounter.js';
import { MachineRunner } from '../../../drivers/usb/runner.js';
import { UsbVolume } from '../../../drivers/usb/volume.js';
import { SimulatedRunner } from './simulated-machine.js';

const VOLUME = { devpath: '/devices/x/block/sda/sda1', device: '/dev/sda1', fileSystem: 'vfat' } as const;

/** What a kernel would have mounted in the one place, with the commands that were run. */
class Mounted {
  times = 0;

  constructor(runner: SimulatedRunner) {
    const run = runner.run.bind(runner);
    runner.run = async (command, args) => {
      const ran = await run(command, args);
      if (command === 'umount' && this.times === 0) return { ...ran, exit: 32, complaint: 'not mounted' };
      this.times += command === 'umount' ? -1 : 1;
      return ran;
    };
  }
}

describe('mounting', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-mount-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('by commands: nothing on it can run, and sealing mounts it anew, read-only', async () => {
    const runner = new SimulatedRunner();
    const mounted = new Mounted(runner);
    const mounter = new CommandMounter(runner, root);
    assert.equal(await mounter.mount(VOLUME), root);
    await mounter.seal(VOLUME);
    await mounter.release();
    const options = 'nosuid,nodev,noexec,noatime,fmask=0177,dmask=0077,utf8,errors=remount-ro,nosymfollow';
    assert.equal(mounted.times, 0);
    assert.deepEqual(runner.ran, [
      `umount ${root}`,
      `mount -t vfat -o rw,${options} /dev/sda1 ${root}`,
      `umount ${root}`,
      `mount -t vfat -o ro,${options} /dev/sda1 ${root}`,
      `umount ${root}`,
    ]);
  });

  it('by commands, where killed recorders have left mounts: they are taken away first', async () => {
    const runner = new SimulatedRunner();
    const mounted = new Mounted(runner);
    mounted.times = 2;
    await new CommandMounter(runner, root).mount(VOLUME);
    assert.equal(mounted.times, 1);
    assert.deepEqual(
      runner.ran.map((line) => line.split(' ')[0]),
      ['umount', 'umount', 'umount', 'mount'],
    );
  });

  it('by commands, where mount does not know nosymfollow, and where it fails', async () => {
    const runner = new SimulatedRunner();
    const mounter = new CommandMounter(runner, root);
    let refusals = 1;
    runner.run = async (command, args) => {
      if (command === 'umount' && args[0] !== '--lazy') return { exit: 32, out: '', complaint: 'not mounted' };
      runner.ran.push([command, ...args].join(' '));
      refusals -= 1;
      return { exit: refusals >= 0 ? 32 : 0, out: '', complaint: 'unknown option' };
    };
    await mounter.mount(VOLUME);
    assert.match(runner.ran[0] ?? '', /nosymfollow/);
    assert.match(runner.ran[1] ?? '', /^mount/);
    assert.doesNotMatch(runner.ran[1] ?? '', /nosymfollow/);
    refusals = 9;
    await assert.rejects(mounter.mount(VOLUME), { code: 'DEVICE_FAILED', message: /unknown option/ });
    await assert.rejects(mounter.seal(VOLUME), { code: 'DEVICE_FAILED' });
    await mounter.release();
    assert.equal(runner.ran.at(-1), `umount --lazy ${root}`);
  });

  it('by units: starts and stops two, by their names', async () => {
    const runner = new SimulatedRunner();
    const mounter = new UnitMounter(runner);
    assert.equal(await mounter.mount(VOLUME), '/run/kikitome-stick');
    await mounter.seal(VOLUME);
    await mounter.release(VOLUME);
    const released = 'systemctl --no-ask-password stop kikitome-stick@sda1.service kikitome-stick-sealed@sda1.service';
    assert.deepEqual(runner.ran, [
      released, // what a recorder that was killed has left
      'systemctl --no-ask-password start kikitome-stick@sda1.service',
      'systemctl --no-ask-password stop kikitome-stick@sda1.service',
      'systemctl --no-ask-password start kikitome-stick-sealed@sda1.service',
      released,
    ]);
  });

  it('by commands: what can be read and is not mounted is refused, what cannot be read has failed', async () => {
    for (const [complaint, dd, code] of [
      ["mount: /x: unknown filesystem type 'exfat'.", 0, 'DEVICE_REFUSED'],
      ["mount: /x: unknown filesystem type 'exfat'.", 1, 'DEVICE_FAILED'],
      ["mount: /x: can't read superblock on /dev/sda1.", 0, 'DEVICE_FAILED'],
    ] as const) {
      const runner = new SimulatedRunner();
      runner.answers.set('umount', { exit: 32 });
      runner.answers.set('mount', { exit: 32, complaint });
      runner.answers.set('dd if=/dev/sda1', { exit: dd });
      const message = `/dev/sda1: ${complaint}`;
      await assert.rejects(new CommandMounter(runner, root).mount(VOLUME), { code, message });
    }
  });

  it('by units: refused are what systemd will not start and what stick-mount says so of, and nothing that was pulled', async () => {
    const folder = path.join(root, 'stick');
    const unit = 'kikitome-stick@sda1.service';
    const ended = `Job for ${unit} failed because the control process exited with error code.`;
    for (const [complaint, words, code, message] of [
      ['Interactive authentication required.', null, 'DEVICE_REFUSED', /authentication/],
      [`Failed to start ${unit}: Unit ${unit} not found.`, null, 'DEVICE_REFUSED', /not found/],
      [
        ended,
        'mount: /x: unknown\u0007 filesystem type\n',
        'DEVICE_REFUSED',
        /^\/dev\/sda1: mount: \/x: unknown filesystem type$/,
      ],
      [ended, null, 'DEVICE_FAILED', /control process/],
      // Pulled meanwhile: the words are those of another stick, before.
      [`Job for ${unit} canceled.`, 'mount: /x: unknown filesystem type', 'DEVICE_FAILED', /canceled/],
      [`A dependency job for ${unit} failed.`, 'mount: /x: unknown filesystem type', 'DEVICE_FAILED', /dependency/],
    ] as const) {
      const runner = new SimulatedRunner();
      runner.answers.set('systemctl --no-ask-password start', { exit: 1, complaint });
      if (words === null) rmSync(`${folder}.refused`, { force: true });
      else writeFileSync(`${folder}.refused`, words);
      await assert.rejects(new UnitMounter(runner, folder).mount(VOLUME), { code, message }, complaint);
    }
  });

  it('a stick that was mounted and cannot be sealed has failed', async () => {
    const runner = new SimulatedRunner();
    runner.answers.set('systemctl --no-ask-password start kikitome-stick-sealed', { exit: 1, complaint: 'Refused.' });
    await assert.rejects(new UnitMounter(runner, root).seal(VOLUME), { code: 'DEVICE_FAILED' });
  });

  it('a real ext4 image that is told to be FAT is refused', async function () {
    if (process.getuid?.() !== 0 || !existsSync('/dev/loop-control')) {
      console.log('      (skipped: mounting needs root and loop devices)');
      this.skip();
    }
    const image = path.join(root, 'image');
    writeFileSync(image, '');
    truncateSync(image, 2 << 20);
    execFileSync('mkfs.ext4', ['-q', image]);
    const device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
    const mounter = new CommandMounter(new MachineRunner(), path.join(root, 'mounted'));
    try {
      await assert.rejects(mounter.mount({ ...VOLUME, device }), { code: 'DEVICE_REFUSED' });
    } finally {
      execFileSync('losetup', ['--detach', device]);
    }
  });

  it('a top folder that refuses is that of a stick that was pulled, once another file system lies there', async () => {
    const away = path.join(root, 'away');
    mkdirSync(away);
    const release = async (): Promise<void> => undefined;
    const mount = async (): Promise<string> => away;
    const volume = await UsbVolume.open(VOLUME, { mount, seal: release, release });
    rmSync(away, { recursive: true });
    symlinkSync('/proc', away); // where nobody makes a folder
    await assert.rejects(volume.makeFolder('ours'), { code: 'DEVICE_GONE' });
  });

  it('a machine’s command that is not there, fails, or says something', async () => {
    const runner = new MachineRunner();
    assert.equal((await runner.run('kikitome-no-such-command', [])).exit, null);
    const failed = await runner.run('sh', ['-c', 'echo one; echo "two  three" >&2; exit 7']);
    assert.deepEqual(failed, { exit: 7, out: 'one\n', complaint: 'two three' });
  });

  it('a real ext4 image: written, sealed, read back from the medium', async function () {
    if (process.getuid?.() !== 0 || !existsSync('/dev/loop-control')) {
      console.log('      (skipped: mounting needs root and loop devices)');
      this.skip();
    }
    const image = path.join(root, 'image');
    writeFileSync(image, '');
    truncateSync(image, 16 << 20);
    execFileSync('mkfs.ext4', ['-q', image]);
    let device = '';
    try {
      device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch (error) {
      console.log(`      (skipped: no loop device: ${(error as Error).message.split('\n')[0]})`);
      this.skip();
    }
    const mounter = new CommandMounter(new MachineRunner(), path.join(root, 'mounted'));
    const volume = await UsbVolume.open({ devpath: '/x', device, fileSystem: 'ext4' }, mounter);
    try {
      const options = readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .find((line) => line.startsWith(`${device} `));
      for (const option of ['rw', 'nosuid', 'nodev', 'noexec'])
        assert.match(options ?? '', new RegExp(`\\b${option}\\b`));
      symlinkSync('/etc', path.join(root, 'mounted', 'evil'));
      assert.equal(await volume.makeFolder('evil'), false);
      assert.equal(await volume.makeFolder('ours'), true);
      const file = await volume.create('ours', 'a.part');
      await file.write(Buffer.alloc(300_000, 'k'));
      await file.finish();
      await volume.rename('ours', 'a.part', 'a');
      await volume.seal();
      assert.match(readFileSync('/proc/mounts', 'utf8'), new RegExp(`^${device} \\S+ ext4 ro,`, 'm'));
      let bytes = 0;
      for await (const piece of volume.read('ours', 'a')) bytes += piece.length;
      assert.equal(bytes, 300_000);
      // Where nothing has been written yet a volume that is read-only refuses; later on it has been given up by the kernel.
      await assert.rejects(volume.makeFolder('more'), { code: 'DEVICE_REFUSED', message: /mounted read-only/ });
      await assert.rejects(volume.create('ours', 'b'), { code: 'DEVICE_FAILED' });
    } finally {
      await volume.close();
      execFileSync('losetup', ['--detach', device]);
    }
    assert.doesNotMatch(readFileSync('/proc/mounts', 'utf8'), new RegExp(`^${device} `, 'm'));
  });

  it('a real ext4 image that is too small is full', async function () {
    if (process.getuid?.() !== 0 || !existsSync('/dev/loop-control')) {
      console.log('      (skipped: mounting needs root and loop devices)');
      this.skip();
    }
    const image = path.join(root, 'image');
    writeFileSync(image, '');
    truncateSync(image, 2 << 20);
    execFileSync('mkfs.ext4', ['-q', image]);
    const device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
    const mounter = new CommandMounter(new MachineRunner(), path.join(root, 'mounted'));
    const volume = await UsbVolume.open({ devpath: '/x', device, fileSystem: 'ext4' }, mounter);
    try {
      await volume.makeFolder('ours');
      const file = await volume.create('ours', 'a.part');
      await assert.rejects(
        (async () => {
          for (let i = 0; i < 64; i += 1) await file.write(Buffer.alloc(1 << 16));
          await file.finish();
        })(),
        { code: 'DEVICE_FULL' },
      );
      await file.abandon();
    } finally {
      await volume.close();
      execFileSync('losetup', ['--detach', device]);
    }
  });
});

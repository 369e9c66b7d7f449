import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Errno, errnoName } from '../../../drivers/kernel/errno.js';
import { openKernel } from '../../../drivers/kernel/kernel.js';

/** FIONREAD: how many bytes wait, into an int. */
const WAITING = 0x541b;

describe('the real kernel', () => {
  const kernel = openKernel();
  const readable = (handle: number) => new Promise<void>((resolve) => kernel.whenReadable(handle, resolve));

  /** A pipe opened for reading and writing. */
  function pipe(): { readonly handle: number; say(text: string): void } {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'kikitome-')), 'pipe');
    execFileSync('mkfifo', [file]);
    const handle = kernel.open(file);
    assert.ok(handle > 0);
    return { handle, say: (text) => writeSync(handle, text) };
  }

  it('waits without reading, reads without waiting, and asks by ioctl', async () => {
    const { handle, say } = pipe();
    const buffer = new Uint8Array(8);
    assert.equal(kernel.read(handle, buffer), Errno.AGAIN);
    const heard = readable(handle);
    say('abc');
    await heard;
    const waiting = new Uint8Array(4);
    assert.equal(kernel.ioctl(handle, WAITING, waiting), 0);
    assert.equal(waiting[0], 3);
    assert.equal(kernel.read(handle, buffer), 3);
    assert.equal(kernel.read(handle, buffer), Errno.AGAIN);
    assert.equal(kernel.unblock(handle), 0);
    kernel.close(handle);
  });

  it('calls nobody who has cancelled, and serves the next handle of the same number', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { handle, say } = pipe();
      const cancel = kernel.whenReadable(handle, () => assert.fail('cancelled'));
      cancel();
      const heard = readable(handle);
      say('x');
      await heard;
      kernel.whenReadable(handle, () => assert.fail('closed'));
      kernel.close(handle);
    }
  });

  it('returns what went wrong as a number', () => {
    const missing = kernel.open('/nowhere/at/all');
    assert.equal(missing, Errno.NOENT);
    assert.equal(errnoName(missing), 'ENOENT');
    assert.deepEqual(kernel.list('/nowhere/at/all'), []);
    const { handle } = pipe();
    assert.equal(kernel.ioctl(handle, 0x8044b401, new Uint8Array(68)), Errno.NOTTY);
    kernel.close(handle);
  });

  it('lets a process end that only waits for nothing any more', () => {
    const program = `
      const { openKernel } = await import(${JSON.stringify(new URL('../../../drivers/kernel/kernel.ts', import.meta.url).href)});
      const kernel = openKernel();
      const handle = kernel.open(process.argv[1]);
      kernel.whenReadable(handle, () => undefined)();
      kernel.close(handle);`;
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'kikitome-')), 'pipe');
    execFileSync('mkfifo', [file]);
    execFileSync(process.execPath, ['--import=tsx', '--input-type=module', '-e', program, file], { stdio: 'pipe' });
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';

/** An ext4 file system in a file, as the data partition of a box: empty, or with what is in a folder. */
export function makeDisk(image: string, megabytes: number, folder?: string): string {
  rmSync(image, { force: true });
  const file = openSync(image, 'w');
  ftruncateSync(file, megabytes * 1024 * 1024);
  closeSync(file);
  const filled = folder === undefined ? [] : ['-d', folder];
  execFileSync('mke2fs', ['-q', '-t', 'ext4', ...filled, image], { stdio: 'ignore' });
  return image;
}

/**
 * The store at `at` on a disk whose machine is off, copied into `folder`; the disk stays as it is. What a boot would do to the
 * file system first is done to the copy: its journal played. Throws where the file system is broken beyond that.
 */
export function storeOn(disk: string, folder: string, at = '/store'): string {
  const image = `${folder}.ext4`;
  execFileSync('cp', ['--sparse=always', disk, image]);
  const { status, stdout } = spawnSync('e2fsck', ['-fy', image], { encoding: 'utf8' });
  // 1 = the journal was played or a leftover put right.
  if (status === null || status > 1) throw new Error(`e2fsck: ${status} ${stdout}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync('debugfs', ['-R', `rdump ${at} ${folder}`, image], { stdio: 'ignore' });
  return path.join(folder, path.basename(at));
}

import { execFile, execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
/** Of the file system: what a large one has. */
export const BLOCK_BYTES = 4096;

/** An ext4 file system in a file, as the data partition of a box: empty, or with what is in a folder (zeros become holes). */
export function makeDisk(image: string, megabytes: number, folder?: string): string {
  rmSync(image, { force: true });
  const file = openSync(image, 'w');
  ftruncateSync(file, megabytes * 1024 * 1024);
  closeSync(file);
  const filled = folder === undefined ? [] : ['-d', folder];
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-b', String(BLOCK_BYTES), ...filled, image], { stdio: 'ignore' });
  return image;
}

/** The store at `at` on a disk whose machine is off, copied into `folder`; the disk stays as it is. As `storeIn`. */
export async function storeOn(disk: string, folder: string, at?: string): Promise<string> {
  const image = `${folder}.ext4`;
  await exec('cp', ['--sparse=always', disk, image]);
  return storeIn(image, folder, at);
}

/**
 * The store at `at` in an image, copied into `folder`, once that has been done to the file system which a boot does: its journal played.
 * Throws where that leaves anything to be mended.
 */
export async function storeIn(image: string, folder: string, at = '/store'): Promise<string> {
  await exec('e2fsck', ['-y', '-E', 'journal_only', image]);
  await exec('e2fsck', ['-fn', image]);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await exec('debugfs', ['-R', `rdump ${at} ${folder}`, image]);
  return path.join(folder, path.basename(at));
}

/** The blocks of a file of the file system, by their numbers. */
export async function blocksOf(image: string, file: string): Promise<Set<number>> {
  const { stdout } = await exec('debugfs', ['-R', `blocks ${file}`, image]);
  return new Set(stdout.trim().split(/\s+/u).map(Number));
}

import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import type { StickFileSystem } from '../../hal/stick.js';

const MIB = 1 << 20;
/** Where the one partition begins. */
const FIRST_BYTE = MIB;
const SECTOR_BYTES = 512;
/** How partitions name them. */
const PARTITION_TYPES = { vfat: 0x0c, exfat: 0x07, ext4: 0x83, ntfs: 0x07 } as const;

const MAKERS: Readonly<Record<StickFileSystem, readonly string[]>> = {
  vfat: ['mkfs.vfat', '-F', '32', '-s', '1', '-n', 'OFFICE'],
  exfat: ['mkfs.exfat', '-L', 'OFFICE'],
  ext4: ['mke2fs', '-q', '-t', 'ext4', '-L', 'OFFICE', '-m', '0'],
};

/** A stick as it is bought: one partition with a file system. `fill` may put something into the bare file system first. */
export function makeStick(
  image: string,
  fileSystem: StickFileSystem,
  megabytes: number,
  fill: (volume: string) => void = () => undefined,
): string {
  const volume = `${image}.volume`;
  empty(volume, megabytes * MIB);
  const [command = '', ...args] = MAKERS[fileSystem];
  execFileSync(command, [...args, volume], { stdio: ['ignore', 'ignore', 'pipe'] });
  fill(volume);
  partitioned(image, PARTITION_TYPES[fileSystem], readFileSync(volume));
  rmSync(volume);
  return image;
}

/** A stick with one partition that holds these bytes. */
export function partitioned(image: string, type: number, bytes: Uint8Array): string {
  empty(image, FIRST_BYTE + bytes.length);
  const entry = Buffer.alloc(16);
  entry.writeUInt8(type, 4);
  entry.writeUInt32LE(FIRST_BYTE / SECTOR_BYTES, 8);
  entry.writeUInt32LE(bytes.length / SECTOR_BYTES, 12);
  const file = openSync(image, 'r+');
  writeSync(file, entry, 0, 16, 446);
  writeSync(file, Buffer.of(0x55, 0xaa), 0, 2, 510);
  writeSync(file, bytes, 0, bytes.length, FIRST_BYTE);
  closeSync(file);
  return image;
}

export function empty(image: string, bytes: number): string {
  rmSync(image, { force: true });
  const file = openSync(image, 'w');
  ftruncateSync(file, bytes);
  closeSync(file);
  return image;
}

/** The partition of a stick by itself, as a file of its own. */
export function volumeOf(image: string): string {
  const volume = `${image}.volume`;
  const bytes = statSync(image).size - FIRST_BYTE;
  execFileSync('dd', [`if=${image}`, `of=${volume}`, 'bs=1M', 'skip=1', `count=${bytes / MIB}`, 'status=none']);
  return volume;
}

/** Everything on a FAT or ext4 stick, read by tools that know nothing of the kernel, into `folder`. */
export function readStick(image: string, fileSystem: 'vfat' | 'ext4', folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const volume = volumeOf(image);
  if (fileSystem === 'vfat') execFileSync('mcopy', ['-s', '-n', '-Q', '-i', volume, '::/', folder], { stdio: 'pipe' });
  else execFileSync('debugfs', ['-R', `rdump / ${folder}`, volume], { stdio: 'pipe' });
  rmSync(volume);
  return folder;
}

/** The file of this name in any folder of a FAT stick, whatever else is broken on it; undefined where there is none. */
export function fileOn(image: string, name: string): Buffer | undefined {
  const volume = volumeOf(image);
  try {
    const listed = spawnSync('mdir', ['-b', '-/', '-i', volume, '::/'], { encoding: 'utf8' }).stdout.split('\n');
    const found = listed.find((line) => line.endsWith(`/${name}`));
    return found === undefined
      ? undefined
      : spawnSync('mcopy', ['-n', '-i', volume, found, '-'], { maxBuffer: 1 << 26 }).stdout;
  } finally {
    rmSync(volume);
  }
}

const CHECKERS: Readonly<Record<StickFileSystem, readonly string[]>> = {
  vfat: ['fsck.vfat', '-n'],
  exfat: ['fsck.exfat', '-n'],
  ext4: ['e2fsck', '-fn'],
};

/** What a person's computer would say of a stick, 0: nothing. The stick stays as it is. */
export function checkStick(
  image: string,
  fileSystem: StickFileSystem,
): { readonly status: number; readonly said: string } {
  const volume = volumeOf(image);
  const [command = '', ...args] = CHECKERS[fileSystem];
  const { status, stdout, stderr } = spawnSync(command, [...args, volume], { encoding: 'utf8' });
  rmSync(volume);
  return { status: status ?? -1, said: (stdout + stderr).replaceAll(volume, 'stick') };
}

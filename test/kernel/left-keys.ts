import { KeyVault } from '../../storage/key-vault.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { openRoot } from '../../storage/root.js';
import { markOf, readSuperblock } from '../../storage/superblock.js';

/** The numbers of the recordings whose keys the medium gives away as it is, before a store has been opened and has tidied up. */
export async function leftKeys(folder: string): Promise<Set<number>> {
  const disk = new NodeDisk(folder);
  const superblock = await readSuperblock(disk);
  const mark = markOf(superblock);
  const effaceable = await openRoot(disk, mark);
  const chance = (): never => {
    throw new Error('a look needs no chance');
  };
  const around = { effaceable, chance, mark, pagesMax: superblock.keyPagesMax };
  const vault = await KeyVault.open(disk, around).catch(async (error: unknown) => {
    await effaceable.close();
    throw error;
  });
  try {
    const numbers = new Set<number>();
    for await (const { number } of vault.entries()) numbers.add(number);
    return numbers;
  } finally {
    await vault.close();
  }
}

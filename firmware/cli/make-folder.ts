import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those above it that are missing, for its owner alone. Returns the topmost one made, undefined where all
 * were there. (Node's own recursive `mkdir` tries for ever where the file system has no room for names, as under `/proc`.)
 * Rejects as `mkdir` does; `ENOTDIR` where a file has one of the names.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return undefined;
  if (found) throw Object.assign(new Error(`${folder} is not a folder`), { code: 'ENOTDIR' });
  const parent = path.dirname(path.resolve(folder));
  const first = parent === path.resolve(folder) ? undefined : await makeFolder(parent);
  await mkdir(folder, { mode: 0o700 }).catch(async (error: unknown) => {
    if (first !== undefined) await rm(first, { recursive: true, force: true });
    // The folder above is there: "no such entry" means that it takes none.
    if ((error as { code?: string }).code === 'ENOENT')
      throw Object.assign(new Error(`${parent} takes no folder`), { code: 'EACCES' });
    throw error;
  });
  return first ?? folder;
}

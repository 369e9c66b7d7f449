import { stat } from 'node:fs/promises';

/** An upgrade is laid beside the version that runs, then takes its place: 400 MiB as `scripts/install` counts, and some to live on. */
const UPGRADE_BYTES = 1 << 30;

/** What a store in `folder` must leave free for the next version of the program in `home`: nothing on a medium of its own. */
export async function upgradeRoomBytes(home: string, folder: string): Promise<number> {
  const [program, data] = await Promise.all([stat(home), stat(folder)]);
  return program.dev === data.dev ? UPGRADE_BYTES : 0;
}

import { type Chance, type Disk, UNIT_BYTES } from './disk.js';
import { StoreError } from './errors.js';
import { tableUnits } from './key-page.js';
import { KEYS_FILE, KeyVault } from './key-vault.js';
import { RING_FILE } from './ring.js';
import { openRoot } from './root.js';
import type { Store } from './store.js';
import { layoutGrownTo, markOf, type Superblock, writeSuperblock } from './superblock.js';

/**
 * Makes a store larger where it is: keys first, ring second, the superblock's new revision last, which is the moment it
 * counts. Nothing moves. Closes the store: it opens in its new size. Throws `CAPACITY_TOO_SMALL` where that would not be
 * larger, `CAPACITY_TOO_LARGE` where the medium has no room.
 */
export async function growStore(store: Store, disk: Disk, chance: Chance, capacityBytes: number): Promise<Superblock> {
  const { superblock, serial } = await store.inspect(async (state) => {
    const { ring, superblock } = state.parts;
    // Serials that are in use, or known to be passed over, keep their places.
    return { superblock, serial: Math.max(ring.serialOf(state.head), ...state.passed) };
  });
  const { segments, keyPages } = layoutGrownTo(superblock, capacityBytes);
  if (segments <= superblock.segments) {
    throw new StoreError('CAPACITY_TOO_SMALL', `the store has ${superblock.segments} segments already`);
  }
  const more = (segments - superblock.segments) * superblock.segmentUnits * UNIT_BYTES;
  if (more > (await disk.freeBytes())) throw new StoreError('CAPACITY_TOO_LARGE', `${more} bytes more are not free`);
  await store.close();

  await disk.extend(KEYS_FILE, (2 * tableUnits(superblock.keyPagesMax) + 2 * keyPages) * UNIT_BYTES);
  const mark = markOf(superblock);
  const effaceable = await openRoot(disk, mark);
  const vault = await KeyVault.open(disk, { effaceable, chance, mark, pagesMax: superblock.keyPagesMax });
  if (keyPages > vault.pages) await vault.grow(keyPages);
  await vault.close();
  await disk.extend(RING_FILE, segments * superblock.segmentUnits * UNIT_BYTES);
  const grown: Superblock = {
    ...superblock,
    revision: superblock.revision + 1,
    capacityBytes,
    segments,
    grown: [...superblock.grown, { serial, segments: superblock.segments }],
  };
  await writeSuperblock(disk, grown);
  return grown;
}

import { open } from 'node:fs/promises';
import path from 'node:path';
import type { DiskFile } from '../../../../storage/disk.js';
import { NodeDisk } from '../../../../storage/node-disk.js';

/** A folder whose files are made as holes: stands in for a large medium that `format` would take an hour to fill. */
export class SparseDisk extends NodeDisk {
  override async create(name: string, sizeBytes: number): Promise<DiskFile> {
    const handle = await open(path.join(this.folder, name), 'wx', 0o600);
    try {
      await handle.truncate(sizeBytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return this.open(name);
  }

  override async freeBytes(): Promise<number> {
    return Number.MAX_SAFE_INTEGER;
  }
}

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../../firmware/open-store.js';
import { formatStore } from '../../storage/format.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { Store } from '../../storage/store.js';
import { seededChance } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';

const MIB = 1 << 20;

describe('NodeDisk', () => {
  let folder: string;
  let advanced = 0;
  const disk = () => new NodeDisk(folder, () => void advanced++);
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kikitome-disk-'));
    advanced = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('tells of each access that has come to its end, of a long file while it is being made', async () => {
    const file = await disk().create('file', 40 * MIB);
    assert.equal(advanced, 40 + 2, 'each MiB, and each 16 of them on the medium');
    await file.write(0, Buffer.alloc(4096));
    await file.read(0, 4096);
    await file.sync();
    assert.equal(advanced, 42 + 3);
    await assert.rejects(file.write(40 * MIB, Buffer.alloc(1)), { code: 'ERANGE' });
    assert.equal(advanced, 45, 'what failed has brought nothing on its way');
    await file.close();
  });

  it('tells as a store is opened whose index has to be made from all of the ring', async () => {
    const options = { eraseEverything: false, chance: seededChance(1), wallMs: 0, capacityBytes: 64 * MIB };
    const { segments, segmentUnits } = await formatStore(disk(), options);
    const opening = { chance: seededChance(2), wall: () => 0 };
    const store = await Store.open({ ...opening, disk: disk(), openMap: async () => new MemoryMap() });
    await store.close();
    advanced = 0;
    const rebuilt = await openStore({ ...opening, folder, onAdvance: () => void advanced++ });
    assert.ok(rebuilt.indexRebuilt);
    await rebuilt.close();
    const reads = (segments * segmentUnits * 4096) / (512 * 1024);
    assert.ok(advanced >= reads, `${advanced} of at least ${reads}`);
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { IndexRoom } from '../../storage/index-room.js';
import { LevelMap } from '../../storage/level-map.js';

const INDEX_BYTES = 8 << 20;
const IMAGE_BYTES = 32 << 20;

/** So many bytes of rows, as the index puts them down. */
async function put(map: LevelMap, from: number, rows: number): Promise<void> {
  for (let i = from; i < from + rows; i += 1) {
    await map.batch([{ type: 'put', key: `r!${String(i).padStart(8, '0')}`, value: 'x'.repeat(500) }]);
  }
}

/** To the last block. */
function fill(file: string): void {
  const rubbish = openSync(file, 'w');
  for (let bytes = 1 << 20; bytes >= 512; ) {
    try {
      writeSync(rubbish, Buffer.alloc(bytes, 1));
    } catch {
      bytes /= 2;
    }
  }
  closeSync(rubbish);
}

describe('the room that is kept for the index', () => {
  let at = '';
  let mounted = '';
  let isMounted = false;

  before(function () {
    at = mkdtempSync(path.join(tmpdir(), 'kikitome-room-'));
    mounted = path.join(at, 'mounted');
    const image = path.join(at, 'image');
    mkdirSync(mounted);
    writeFileSync(image, '');
    truncateSync(image, IMAGE_BYTES);
    try {
      execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', image], { stdio: 'pipe' });
      execFileSync('mount', ['-o', 'loop', image, mounted], { stdio: 'pipe' });
      isMounted = true;
    } catch (error) {
      const why = (error as Error).message.split('\n')[0];
      console.log(`      skipped: a loop device with ext4 needs root and mkfs.ext4 (${why})`);
      this.skip();
    }
  });

  after(() => {
    if (isMounted) execFileSync('umount', [mounted]);
    rmSync(at, { recursive: true, force: true });
  });

  it('is given up once the medium is full, and kept again when it is not', async () => {
    const folder = path.join(mounted, 'written');
    const [room, rubbish] = [path.join(folder, 'room'), path.join(mounted, 'rubbish')];
    let map = await LevelMap.open(folder, INDEX_BYTES);
    await put(map, 0, 10);
    assert.ok(existsSync(room));
    fill(rubbish);
    await assert.rejects(put(map, 10, 2000));
    assert.ok(!existsSync(room));
    await map.close();
    // As a medium that refuses is treated: opened anew.
    map = await LevelMap.open(folder, INDEX_BYTES);
    assert.ok(!existsSync(room)); // it would fill what it had made room in
    await put(map, 0, 3000);
    assert.equal((await map.page({ gte: 'r!', lt: 'r"' }, 4000)).length, 3000);
    rmSync(rubbish);
    await put(map, 3000, 64);
    assert.ok(existsSync(room));
    await map.close();
    rmSync(folder, { recursive: true });
  });

  it('is made piece by piece where nobody may wait for it, and whatever a power cut left of it', async () => {
    const room = new IndexRoom(mounted, 16 << 20);
    const sizeOf = (): number => statSync(path.join(mounted, 'room')).size;
    writeFileSync(path.join(mounted, 'room'), 'x'); // too little
    for (const bytes of [(3 << 20) + 1, (6 << 20) + 1, 8 << 20]) {
      assert.ok(!room.isKept);
      await room.keep(3 << 20);
      assert.equal(sizeOf(), bytes);
    }
    assert.ok(room.isKept);
    truncateSync(path.join(mounted, 'room'), 9 << 20); // of a larger store
    await room.keep();
    assert.deepEqual([sizeOf(), room.isKept], [8 << 20, true]);
    assert.ok(await room.give());
    assert.ok(!(await room.give()));
  });

  it('lets an index be opened on a full medium, as nothing else does', async () => {
    for (const indexBytes of [INDEX_BYTES, 0]) {
      const folder = path.join(mounted, `opened-${indexBytes}`);
      const rubbish = path.join(mounted, 'rubbish');
      const before = await LevelMap.open(folder, indexBytes);
      await put(before, 0, 10);
      await before.close();
      fill(rubbish);
      if (indexBytes === 0) {
        await assert.rejects(LevelMap.open(folder, indexBytes), { code: 'STORE_WRITE_FAILED' });
      } else {
        const map = await LevelMap.open(folder, indexBytes);
        await put(map, 10, 1000);
        assert.equal((await map.page({ gte: 'r!', lt: 'r"' }, 2000)).length, 1010);
        await map.close();
      }
      rmSync(rubbish);
      rmSync(folder, { recursive: true });
    }
  });
});

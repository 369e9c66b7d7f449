import assert from 'node:assert/strict';
import type { Particulars } from '../../storage/recording-writer.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { assertClean, audioOf, breachesOf, format, MIB, openStore, record, speech } from './support/office.js';

/** What the types do not let through, and another version or a mistake might have written. */
const odd = (value: unknown): Particulars => value as Particulars;

describe('what is sealed with a recording and is no object', () => {
  for (const [title, value] of [
    ['a list', ['x']],
    ['a word', 'x'],
    ['null', null],
  ] as const) {
    it(`${title} as particulars: listed with what the store knows, heard, named by check, and stops nothing`, async () => {
      const disk = new CrashDisk(seededRandom(1));
      await format(disk, 4 * MIB, 1);
      const map = new MemoryMap();
      const store = await openStore(disk, map, 2);
      await record(store, 2, () => 3000);
      const writer = store.begin(odd(value), 1000);
      writer.append(speech(3, 5000).subarray(0, 4000));
      await store.commit();
      writer.close({ endedWallMs: 2000, party: '0312345678', particulars: odd(value) });
      await store.commit();
      await store.hold(3, odd(value), 0.5);
      await record(store, 2, () => 3000);
      {
        const listed: number[] = [];
        for await (const { row } of store.recordings()) listed.push(row.n);
        assert.deepEqual(listed, [5, 4, 3, 2, 1]);
        const { row, particulars, hold } = await store.recording(3);
        assert.deepEqual([row.endedWallMs, row.bytes, particulars, hold], [2000, 4000, {}, {}]);
        assert.ok((await audioOf(store, 3)).equals(speech(3, 5000).subarray(0, 4000)));
      }
      const lines = await breachesOf(store);
      assert.deepEqual(
        lines.map((line) => line.split(':')[0]),
        ['1 recording 3', '10 recording 3'],
      );
      await store.close();
      const image = disk.image();
      for (const index of [map, new MemoryMap()]) {
        const again = await openStore(CrashDisk.of(image), index, 3);
        const { row, particulars, hold } = await again.recording(3);
        assert.deepEqual([row.state, row.endedWallMs, row.bytes, particulars, hold], ['kept', 2000, 4000, {}, {}]);
        await again.release(3);
        assert.equal(await again.erase([3], 'order'), 1);
        await assertClean(again);
        await again.close();
      }
    });
  }

  it('and was open at a power cut, with the index lost: handed over to be closed, and kept', async () => {
    const disk = new CrashDisk(seededRandom(2));
    await format(disk, 4 * MIB, 2);
    const store = await openStore(disk, new MemoryMap(), 3);
    const writer = store.begin(odd(['x']), 1000);
    writer.append(speech(1, 4000));
    await store.commit();
    disk.reboot();
    const again = await openStore(disk, new MemoryMap(), 4);
    const finished = await again.finishInterrupted(({ row, particulars }) => {
      assert.deepEqual(particulars, {});
      return { endedWallMs: row.startedWallMs, party: null, particulars };
    });
    assert.equal(finished, 1);
    assert.ok((await audioOf(again, 1)).equals(speech(1, 4000)));
    await assertClean(again);
  });
});

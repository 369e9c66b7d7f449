import assert from 'node:assert/strict';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { openMp3Codec } from '../../drivers/lame/codec.js';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import { FaultBook } from '../../firmware/faults/fault-book.js';
import { Keeper } from '../../firmware/keeper.js';
import { Reckoner } from '../../firmware/reckon/reckoner.js';
import { Recorder } from '../../firmware/recorder.js';
import { OpenRecordings } from '../../firmware/recordings.js';
import { DEFAULT_SETTINGS } from '../../firmware/settings.js';
import type { WallMs } from '../../hal/clock.js';
import { formatStore } from '../../storage/format.js';
import { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { cleanTrace } from '../support/traces.js';

const RATE_HZ = 8000;

describe('scenario: a box that is switched on without the time', () => {
  it('keeps its calls for their whole term from when they ended, and reckons them on their day', async () => {
    // One call before the clock is set, at 60 s; one that goes on meanwhile; one after it.
    const edges = [
      { atMs: 2000, hook: 'off' } as const,
      { atMs: 8000, hook: 'on' } as const,
      { atMs: 50_000, hook: 'off' } as const,
      { atMs: 70_000, hook: 'on' } as const,
      { atMs: 130_000, hook: 'off' } as const,
      { atMs: 136_000, hook: 'on' } as const,
    ];
    const dir = cleanTrace(edges, new Int16Array(200 * RATE_HZ), { startsAt: '2026-05-01T09:00:00+09:00' });
    const realClock = new SimulatedClock(0 as WallMs);
    const board = openVirtualBoard({ traces: [openTrace(dir)], speed: 'max', realClock });
    const { clock } = board;
    assert.ok(clock instanceof SimulatedClock);
    clock.setTrust('unset');
    const disk = new CrashDisk(seededRandom(1));
    await formatStore(disk, { capacityBytes: 8 << 20, eraseEverything: false, chance: seededChance(2), wallMs: 0 });
    const [map, chance] = [new MemoryMap(), seededChance(3)];
    const store = await Store.open({ disk, openMap: async () => map, chance, wall: () => clock.wall() });
    const keeper = await Keeper.open(store, clock);
    const reckoner = await Reckoner.open(store, clock, ['line-1'], keeper);
    const faults = await FaultBook.open(store, clock);
    const codec = await openMp3Codec();
    const recorder = new Recorder({ board, store, codec, keeper, reckoner, settings: DEFAULT_SETTINGS, faults });
    clock.after$(60_000).subscribe(() => {
      clock.stepWall(Date.parse('2026-11-24T09:01:00+09:00') - clock.wall());
      clock.setTrust('synchronised');
    });
    recorder.start();
    await board.play({ settled: () => recorder.settled() });
    const recordings = new OpenRecordings(store, () => clock.wall());
    const calls = [];
    for await (const call of recordings.calls({})) calls.unshift(call);
    assert.deepEqual(
      calls.map((call) => [call.clock, call.endedAt?.slice(0, 19), call.retention.until?.slice(0, 19)]),
      [
        ['unset', '2026-05-01T09:00:08', '2026-12-24T09:00:08'],
        ['unset', '2026-05-01T09:01:10', '2026-12-24T09:01:10'],
        ['synchronised', '2026-11-24T09:02:16', '2026-12-24T09:02:16'],
      ],
    );
    const tally = recorder.tallies.get('line-1')?.get('2026-11-24');
    assert.deepEqual([tally?.calls, tally?.recordings, tally?.unexplained.count], [3, 3, 0]);
    assert.equal(tally?.watched.length, 1);
    assert.equal(tally?.watched[0]?.[0], Date.parse('2026-11-24T09:00:00+09:00'));
    await recorder.stop();
    await store.close();
  });
});

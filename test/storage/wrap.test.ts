import assert from 'node:assert/strict';
import { StoreError } from '../../storage/errors.js';
import type { RecordingWriter } from '../../storage/recording-writer.js';
import type { Store } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { Chance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { assertClean, audioOf, format, MIB, openStore, sha256, speech } from './support/office.js';

const LINES = 4;
const LAPS = 50;
const SHARE = 0.5;

interface Call {
  readonly writer: RecordingWriter;
  readonly bytes: Buffer;
  said: number;
}

const lapsOf = (store: Store): Promise<number> =>
  store.inspect(async ({ parts: { ring }, headSerial }) => headSerial / ring.segments);

async function assertWhole(
  store: Store,
  hashes: ReadonlyMap<number, string>,
  held: ReadonlySet<number>,
): Promise<void> {
  await assertClean(store);
  const here: number[] = [];
  for await (const { row, hold } of store.recordings()) {
    here.push(row.n);
    assert.equal(hold !== null, held.has(row.n), `hold of ${row.n}`);
    if (row.state === 'kept') assert.equal(sha256(await audioOf(store, row.n)), hashes.get(row.n), `audio of ${row.n}`);
  }
  assert.deepEqual(
    here,
    [...here].sort((a, b) => b - a),
    'newest first',
  );
  for (const n of held) assert.ok(here.includes(n), `held recording ${n} is gone`);
  // Each number is here or was counted when it went.
  let buried = 0;
  for await (const entry of store.tombstones()) buried += entry.t === 'erased' ? 1 : entry.count;
  assert.equal(here.length + buried, store.status.lastNumber);
}

describe('a ring that wraps', () => {
  it(`${LAPS} times under ${LINES} lines with random holds (seed 5): nothing held is lost, order and numbers are right`, async () => {
    const chance = new Chance(5);
    const disk = new CrashDisk(seededRandom(5));
    const map = new MemoryMap();
    await format(disk, 5 * MIB, 5);
    let store = await openStore(disk, map, 6);
    const hashes = new Map<number, string>();
    const held = new Set<number>();
    const calls: Call[] = [];
    let refused = 0;
    let reopened = 0;
    let nextCheck = 10;
    let ageOfOldest = 0;
    while ((await lapsOf(store)) < LAPS) {
      while (calls.length < LINES) {
        const writer = store.begin({ line: `line-${calls.length + 1}` });
        calls.push({ writer, bytes: speech(writer.number, chance.integer(1, 25) * 4032), said: 0 });
      }
      for (const call of calls) {
        const end = Math.min(call.bytes.length, call.said + 4032);
        for (; call.said < end; call.said += 288) call.writer.append(call.bytes.subarray(call.said, call.said + 288));
      }
      const over = calls.filter(({ writer, said, bytes }) => said >= bytes.length || writer.mustClose);
      for (const { writer, bytes, said } of over) {
        const closed = writer.close({ endedWallMs: writer.number, party: null, particulars: { n: writer.number } });
        assert.equal(closed.sha256, sha256(bytes.subarray(0, said)));
        hashes.set(writer.number, closed.sha256);
      }
      await store.commit();
      for (const call of over) calls.splice(calls.indexOf(call), 1);
      for (const { writer } of over) {
        if (!chance.happens(0.2)) continue;
        try {
          await store.hold(writer.number, { reason: `hold ${writer.number}` }, SHARE);
          held.add(writer.number);
        } catch (error) {
          assert.ok(error instanceof StoreError && error.code === 'HOLD_BUDGET', String(error));
          refused += 1;
          const { heldBytes, budgetBytes } = store.holdBudget(SHARE);
          assert.ok(heldBytes <= budgetBytes);
        }
      }
      if (held.size > 0 && chance.happens(0.05)) {
        const n = [...held][chance.integer(0, held.size - 1)] ?? 0;
        await store.release(n);
        held.delete(n);
      }
      for (const n of held) ageOfOldest = Math.max(ageOfOldest, store.status.lastNumber - n);
      if ((await lapsOf(store)) >= nextCheck) {
        nextCheck += 10;
        await assertWhole(store, hashes, held);
      }
      if (chance.happens(0.003)) {
        // Stopped and started in between, now and then without its index.
        for (const { writer, bytes, said } of calls) {
          writer.close({ endedWallMs: 1, party: null, particulars: {} });
          hashes.set(writer.number, sha256(bytes.subarray(0, said)));
        }
        calls.length = 0;
        await store.close();
        reopened += 1;
        store = await openStore(disk, map, 1000 + reopened, chance.happens(0.5));
        await assertWhole(store, hashes, held);
      }
    }
    for (const { writer, bytes, said } of calls) {
      hashes.set(writer.number, sha256(bytes.subarray(0, said)));
      writer.close({ endedWallMs: 1, party: null, particulars: {} });
    }
    await store.commit();
    await assertWhole(store, hashes, held);
    console.log(
      `      ${store.status.lastNumber} calls, ${held.size} held, ${refused} holds refused, oldest held ${ageOfOldest} calls ago`,
    );
    assert.ok(refused > 0, 'the budget was never reached');
    let early = 0;
    for await (const entry of store.tombstones()) {
      if (entry.t === 'erased') assert.equal(entry.rule, 'capacity');
      early += entry.t === 'erased' ? 1 : (entry.byRule.capacity ?? 0);
    }
    assert.ok(early > 500);
    await store.close();
    const rebuilt = await openStore(disk, new MemoryMap(), 8);
    await assertWhole(rebuilt, hashes, held);
    await rebuilt.close();
  });

  it('once more than its length with a single call: it is told to close in time, and what is closed stays readable', async () => {
    const disk = new CrashDisk(seededRandom(9));
    await format(disk, 4 * MIB, 9);
    const store = await openStore(disk, new MemoryMap(), 10);
    let writer = store.begin({ line: 'line-1' });
    let told = 0;
    for (let second = 0; second < 900; second += 1) {
      writer.append(speech(second, 4032));
      await store.commit();
      if (!writer.mustClose) continue;
      told += 1;
      const { bytes } = writer.close({ endedWallMs: second, party: null, particulars: {} });
      await store.commit();
      assert.equal((await audioOf(store, writer.number)).length, bytes);
      writer = store.begin({ line: 'line-1' });
    }
    assert.ok(told >= 2, `told ${told} times`);
    await assertClean(store);
    await store.close();
  });

  it('a call that does not close when told is erased with a tombstone, and appending says so', async () => {
    const disk = new CrashDisk(seededRandom(11));
    await format(disk, 4 * MIB, 11);
    const store = await openStore(disk, new MemoryMap(), 12);
    const writer = store.begin({ line: 'line-1' });
    const endless = async (): Promise<void> => {
      for (let second = 0; second < 900; second += 1) {
        writer.append(speech(second, 4032));
        await store.commit();
      }
    };
    await assert.rejects(endless, (error) => error instanceof StoreError && error.code === 'RECORDING_TOO_LONG');
    assert.ok(writer.mustClose);
    await assert.rejects(
      store.recording(1),
      (error) => error instanceof StoreError && error.code === 'RECORDING_ERASED',
    );
    const next = store.begin({ line: 'line-1' });
    next.append(Buffer.alloc(100, 1));
    next.close({ endedWallMs: 1, party: null, particulars: {} });
    await store.commit();
    assert.equal((await audioOf(store, next.number)).length, 100);
    await assertClean(store);
  });

  it('a ring full of held recordings up to the budget goes on recording', async () => {
    const disk = new CrashDisk(seededRandom(13));
    await format(disk, 4 * MIB, 13);
    const store = await openStore(disk, new MemoryMap(), 14);
    const held = new Set<number>();
    const hashes = new Map<number, string>();
    for (let i = 0; i < 400; i += 1) {
      const writer = store.begin({ line: 'line-1' });
      const bytes = speech(writer.number, 9000);
      for (let at = 0; at < bytes.length; at += 288) writer.append(bytes.subarray(at, at + 288));
      hashes.set(writer.number, writer.close({ endedWallMs: i, party: null, particulars: {} }).sha256);
      await store.commit();
      try {
        await store.hold(writer.number, { reason: 'all of them' }, 1);
        held.add(writer.number);
      } catch (error) {
        assert.ok(error instanceof StoreError && error.code === 'HOLD_BUDGET');
      }
    }
    assert.ok(held.size > 20);
    await assertWhole(store, hashes, held);
  });
});

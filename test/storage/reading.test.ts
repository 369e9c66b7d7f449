import assert from 'node:assert/strict';
import { partyMatcher, partyOf } from '../../storage/party.js';
import type { Store, StoredRecording } from '../../storage/store.js';
import { CrashDisk } from '../power/crash-disk.js';
import { Chance, seededRandom } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import { format, MIB, openStore, WALL } from './support/office.js';

interface Known {
  readonly n: number;
  readonly startedWallMs: number;
  readonly party: string;
  open: boolean;
  held: boolean;
  memo: string | null;
}

const START = WALL - 1e9;

/** What a store should answer, kept the simplest way. */
class Model {
  readonly calls = new Map<number, Known>();

  newest(below = Number.POSITIVE_INFINITY): number[] {
    return [...this.calls.keys()].filter((n) => n < below).sort((a, b) => b - a);
  }

  between(from: number, to: number): number[] {
    const inside = [...this.calls.values()].filter(({ startedWallMs: at }) => at >= from && at < to);
    return inside.sort((a, b) => b.startedWallMs - a.startedWallMs || b.n - a.n).map(({ n }) => n);
  }

  withParty(digits: string, match: 'whole' | 'begins' | 'ends'): number[] {
    const fits = {
      whole: (party: string) => party === digits,
      begins: (party: string) => party.startsWith(digits),
      ends: (party: string) => party.endsWith(digits),
    }[match];
    return [...this.calls.values()]
      .filter(({ open, party }) => !open && fits(party))
      .map(({ n }) => n)
      .sort((a, b) => b - a);
  }
}

async function numbers(recordings: AsyncIterable<StoredRecording>, most = Number.POSITIVE_INFINITY): Promise<number[]> {
  const found: number[] = [];
  for await (const { row } of recordings) {
    found.push(row.n);
    if (found.length >= most) break;
  }
  return found;
}

async function compare(store: Store, model: Model, chance: Chance): Promise<void> {
  assert.deepEqual(await numbers(store.recordings()), model.newest());
  const page = chance.integer(1, 90);
  const first = await numbers(store.recordings(), page);
  assert.deepEqual(first, model.newest().slice(0, page));
  assert.deepEqual(await numbers(store.recordings(undefined, page)), first);
  const last = first.at(-1);
  if (last !== undefined) assert.deepEqual(await numbers(store.recordings(last)), model.newest(last));

  const from = START + chance.integer(-10, 200) * 1000;
  const to = from + chance.integer(0, 300) * 1000;
  const inside = model.between(from, to);
  assert.deepEqual(await numbers(store.startedBetween(from, to)), inside);
  const behind = inside[chance.integer(0, Math.max(0, inside.length - 1))];
  if (behind !== undefined) {
    const rest = inside.slice(inside.indexOf(behind) + 1);
    assert.deepEqual(await numbers(store.startedBetween(from, to, behind)), rest);
    assert.deepEqual(await numbers(store.startedBetween(from, to, behind, page)), rest.slice(0, page));
  }
  for (const match of ['whole', 'begins', 'ends'] as const) {
    const party = `03${chance.integer(0, 40)}`;
    const digits = match === 'ends' ? party.slice(-1) : match === 'begins' ? party.slice(0, 3) : party;
    const all = model.withParty(digits, match);
    assert.deepEqual(await numbers(store.withParty({ digits, match })), all, match);
    assert.deepEqual(await numbers(store.withParty({ digits, match }, all[0], page)), all.slice(1, 1 + page), match);
  }
  for await (const { row, hold, note } of store.recordings()) {
    const known = model.calls.get(row.n);
    assert.equal(row.state, known?.open ? 'recording' : 'kept');
    assert.equal(hold !== null, known?.held);
    assert.equal(note?.['memo'] ?? null, known?.memo);
  }
  const { recordings, recordedMs, newestWallMs, oldestWallMs } = await store.summary();
  const kept = [...model.calls.values()].filter(({ open }) => !open).length;
  assert.equal(recordings, model.calls.size);
  assert.equal(recordedMs, kept * 1000);
  assert.equal(newestWallMs, model.calls.get(model.newest()[0] ?? 0)?.startedWallMs ?? null);
  assert.equal(oldestWallMs, model.calls.get(model.newest().at(-1) ?? 0)?.startedWallMs ?? null);
}

/** Random days of an office, every answer compared after each step or so. */
async function live(seed: number, steps: number): Promise<void> {
  const chance = new Chance(seed);
  const disk = new CrashDisk(seededRandom(seed));
  await format(disk, 16 * MIB, seed);
  const map = new MemoryMap();
  let store = await openStore(disk, map, seed);
  const model = new Model();
  const writers = new Map<number, ReturnType<Store['begin']>>();
  for (let step = 0; step < steps; step += 1) {
    const any = [...model.calls.values()];
    const closed = any.filter(({ open }) => !open);
    const one = closed[chance.integer(0, Math.max(0, closed.length - 1))];
    const what = chance.integer(0, 11);
    if (what <= 4) {
      const startedWallMs = START + chance.integer(0, 200) * 1000;
      const writer = store.begin({ line: 'line-1' }, startedWallMs);
      writer.append(Buffer.alloc(288, step));
      await store.commit();
      const party = `03${chance.integer(0, 40)}`;
      model.calls.set(writer.number, { n: writer.number, startedWallMs, party, open: true, held: false, memo: null });
      writers.set(writer.number, writer);
    } else if (what <= 7) {
      const [n, writer] = [...writers][0] ?? [];
      const known = model.calls.get(n ?? 0);
      if (!writer || !known) continue;
      writer.close({ endedWallMs: known.startedWallMs + 1000, party: known.party, particulars: { line: 'line-1' } });
      await store.commit();
      known.open = false;
      writers.delete(known.n);
    } else if (what === 8 && one) {
      const gone = closed.filter(({ held }) => !held).slice(0, chance.integer(1, 3));
      const ids = await Promise.all(gone.map(async ({ n }) => (await store.recording(n)).row.id));
      await store.erase(
        gone.map(({ n }) => n),
        'order',
      );
      for (const { n } of gone) {
        model.calls.delete(n);
        await assert.rejects(store.recording(n), { code: 'RECORDING_ERASED' });
      }
      for (const id of ids) await assert.rejects(store.recording(id), { code: 'RECORDING_ERASED' });
    } else if (what === 9 && one) {
      if (one.held) await store.release(one.n);
      else await store.hold(one.n, { reason: 'r' }, 0.5);
      one.held = !one.held;
    } else if (what === 10 && one) {
      one.memo = `memo ${step}`;
      await store.annotate(one.n, { memo: one.memo });
    } else if (what === 11 && writers.size === 0) {
      await store.close();
      store = await openStore(disk, chance.happens(0.3) ? new MemoryMap() : map, seed + step);
      if (chance.happens(0.5)) await store.summary(); // counted from now on
    }
    if (chance.happens(0.4)) await compare(store, model, chance);
  }
  await compare(store, model, chance);
  await store.close();
}

describe('reading a store', () => {
  for (const seed of [1, 2, 3, 4])
    it(`gives what a naive model gives, whatever happened before (seed ${seed})`, () => live(seed, 300));

  it('finds parties in order as it finds them one by one (seed 5)', async () => {
    const chance = new Chance(5);
    const disk = new CrashDisk(seededRandom(5));
    await format(disk, 64 * MIB, 5);
    const store = await openStore(disk, new MemoryMap(), 5);
    const parties = new Map<number, string>();
    for (let i = 0; i < 1500; i += 1) {
      const length = chance.integer(1, 16);
      const party = String(chance.integer(0, 999)).padStart(length, '0').slice(0, length);
      const writer = store.begin({}, START + i);
      writer.close({ endedWallMs: START + i + 1, party, particulars: {} });
      parties.set(writer.number, party);
      if (i % 50 === 49) await store.commit();
      if (i % 500 !== 499) continue;
      for (let asked = 0; asked < 40; asked += 1) {
        const digits = String(chance.integer(0, 999)).padStart(chance.integer(1, 5), '0');
        for (const match of ['whole', 'begins', 'ends'] as const) {
          const matches = partyMatcher({ digits, match });
          const expected = [...parties].filter(([, each]) => matches(partyOf(each).high, partyOf(each).low));
          const sorted = expected.map(([n]) => n).sort((a, b) => b - a);
          assert.deepEqual(await numbers(store.withParty({ digits, match })), sorted, `${match} ${digits}`);
        }
      }
    }
    await store.close();
  });
});

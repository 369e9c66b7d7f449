import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StoreError } from '../../storage/errors.js';
import { formatStore } from '../../storage/format.js';
import { foldTombstones, type JournalEntry, livingEntries, type Tombstone } from '../../storage/journal-entry.js';
import { decodeJournalPage, encodeJournalPage, PAGE_TEXT_BYTES, packLines } from '../../storage/journal-page.js';
import { partyMatcher, partyOf } from '../../storage/party.js';
import { idFromBytes, idToBytes, isRecordingId, newRecordingId, wallMsOf } from '../../storage/recording-id.js';
import { layoutFor } from '../../storage/superblock.js';
import { CrashDisk } from '../power/crash-disk.js';
import { seededChance, seededRandom } from '../support/chance.js';
import { FaultyDisk } from './support/faulty-disk.js';
import { format, MIB } from './support/office.js';
import { partyDigits } from './support/party-digits.js';

describe('layout', () => {
  for (const mib of [4, 5, 16, 64, 200, 1024, 64 * 1024, 512 * 1024]) {
    it(`accounts for every byte of ${mib} MiB`, () => {
      const layout = layoutFor(mib * MIB);
      const ring = layout.segments * layout.segmentUnits * 4096;
      const journal = 2 * layout.journalPages * 4096;
      const keys = 2 * layout.keyPages * 4096 + 2 * Math.ceil((64 + 32 * layout.keyPagesMax) / 4096) * 4096;
      const slots = layout.keyPages * 67;
      const rest = mib * MIB - ring - journal - keys - 2 * 8192;
      assert.ok(rest >= 2 * MIB + slots * 1024 * 0.97, `the index is left ${rest} bytes for ${slots} recordings`);
      assert.ok(layout.segments >= 4);
      assert.ok(ring > 0.25 * mib * MIB || mib < 16, `a ring of ${ring}`);
    });
  }

  it('files have the sizes that the layout says, and a small store is refused with the least that works', async () => {
    const disk = new CrashDisk(seededRandom(1));
    const superblock = await format(disk, 16 * MIB, 1);
    const sizes = [...disk.image()].map(([, bytes]) => bytes.length);
    assert.ok(sizes.reduce((sum, each) => sum + each) <= 16 * MIB - 2 * MIB);
    assert.equal(disk.image().get('ring')?.length, superblock.segments * superblock.segmentUnits * 4096);
    let least = 0;
    assert.throws(
      () => layoutFor(2 * MIB),
      (error) => {
        least = Number(/smallest store is (\d+) MiB/.exec((error as Error).message)?.[1]);
        return error instanceof StoreError && error.code === 'CAPACITY_TOO_SMALL';
      },
    );
    assert.ok(layoutFor(least * MIB).segments >= 4);
  });

  it('max leaves 3 % of what is free, 64 MiB at least; more where it is told to, but never more than half', async () => {
    const capacityMib = async (freeMib: number, leaveMib?: number): Promise<number> => {
      const disk = new FaultyDisk(new CrashDisk(seededRandom(1)));
      disk.free = () => freeMib * MIB;
      const leave = leaveMib === undefined ? {} : { leaveBytes: leaveMib * MIB };
      const options = { ...leave, eraseEverything: false, chance: seededChance(1), wallMs: 0 };
      return (await formatStore(disk, { capacityBytes: 'max', ...options })).capacityBytes / MIB;
    };
    assert.equal(await capacityMib(80), 80 - 64);
    assert.equal(await capacityMib(160, 0), 160 - 64);
    assert.equal(await capacityMib(160, 72), 160 - 72);
    assert.equal(await capacityMib(160, 1024), 160 - 80);
  });
});

const digits = fc.stringMatching(/^\d{1,16}$/);

describe('parties in key slots', () => {
  it('match as strings do (property, seed 3)', () => {
    fc.assert(
      fc.property(
        fc.option(digits),
        digits,
        fc.constantFrom('whole', 'begins', 'ends' as const),
        (number, wanted, match) => {
          const { high, low } = partyOf(number);
          const asText =
            number !== null &&
            { whole: number === wanted, begins: number.startsWith(wanted), ends: number.endsWith(wanted) }[match];
          assert.equal(partyMatcher({ digits: wanted, match })(high, low), asText);
        },
      ),
      { seed: 3, numRuns: 3000 },
    );
  });

  it('match parts of themselves (property, seed 4)', () => {
    fc.assert(
      fc.property(digits, fc.nat(16), (number, cut) => {
        const { high, low } = partyOf(number);
        assert.equal(partyDigits({ high, low }), number);
        const [head, tail] = [number.slice(0, cut), number.slice(cut)];
        if (head !== '') assert.ok(partyMatcher({ digits: head, match: 'begins' })(high, low));
        if (tail !== '') assert.ok(partyMatcher({ digits: tail, match: 'ends' })(high, low));
        assert.ok(partyMatcher({ digits: number, match: 'whole' })(high, low));
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it('what is no number matches nothing', () => {
    const { high, low } = partyOf('anonymous');
    for (const match of ['whole', 'begins', 'ends'] as const) {
      for (const wanted of ['', 'f', '0', '12345678901234567'])
        assert.equal(partyMatcher({ digits: wanted, match })(high, low), false);
    }
  });
});

describe('recording ids', () => {
  it('keep their time and order, and come back from bytes (property, seed 5)', () => {
    const chance = seededChance(5);
    fc.assert(
      fc.property(fc.nat(2 ** 44), fc.nat(2 ** 30), (ms, later) => {
        const id = newRecordingId(ms, chance);
        assert.ok(isRecordingId(id));
        assert.equal(idFromBytes(idToBytes(id)), id);
        assert.equal(wallMsOf(id), ms);
        // As the ULID specification has it: one number of 128 bits in base 32.
        let value = 0n;
        for (const c of id) value = value * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(c));
        assert.equal(idToBytes(id).toString('hex'), value.toString(16).padStart(32, '0'));
        if (later > 0) assert.ok(newRecordingId(ms + later, chance) > id);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('other texts are none', () => {
    for (const text of ['', '0'.repeat(25), '8'.repeat(26), 'I'.repeat(26), `${'0'.repeat(25)}l`, '0'.repeat(27)]) {
      assert.equal(isRecordingId(text), false, text);
    }
  });
});

const chance = seededChance(6);
const tombstone = (n: number, rule: Tombstone['rule'] = 'capacity'): Tombstone => ({
  t: 'erased',
  n,
  id: newRecordingId(n, chance),
  sha256: 'ab'.repeat(32),
  startedWallMs: n,
  endedWallMs: n + 1,
  bytes: 10,
  rule,
  atWallMs: 5,
});

const bytesOf = (entries: readonly JournalEntry[]): number =>
  entries.reduce((sum, entry) => sum + Buffer.byteLength(JSON.stringify(entry)) + 1, 0);

const numbersOf = (entries: readonly JournalEntry[]): number[] =>
  entries
    .flatMap((entry) => {
      if (entry.t === 'erased') return [entry.n];
      return entry.t === 'erased-range'
        ? Array.from({ length: entry.to - entry.from + 1 }, (_, i) => entry.from + i)
        : [];
    })
    .sort((a, b) => a - b);

describe('the journal', () => {
  it('folds the oldest tombstones, no more than it must, and forgets no number and no rule (property, seed 7)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 80 }),
        fc.nat(10_000),
        (numbers, bytesMax) => {
          const entries: JournalEntry[] = [
            { t: 'setting', key: 'a', value: 1, atWallMs: 1 },
            ...numbers.map((n) => tombstone(n, n % 3 === 0 ? 'expiry' : 'capacity')),
          ];
          const folded = foldTombstones(entries, bytesMax);
          assert.deepEqual(
            numbersOf(folded),
            [...numbers].sort((a, b) => a - b),
          );
          assert.ok(folded.some(({ t }) => t === 'setting'));
          if (bytesOf(entries) <= bytesMax) assert.equal(folded.length, entries.length);
          const expired = folded.reduce((sum, entry) => {
            if (entry.t === 'erased-range') return sum + (entry.byRule.expiry ?? 0);
            return sum + (entry.t === 'erased' && entry.rule === 'expiry' ? 1 : 0);
          }, 0);
          assert.equal(expired, numbers.filter((n) => n % 3 === 0).length);
          for (const entry of folded)
            if (entry.t === 'erased-range') assert.equal(entry.count, entry.to - entry.from + 1);
          // Folding in two steps leaves the same numbers as in one.
          assert.deepEqual(numbersOf(foldTombstones(folded, bytesMax / 2)), numbersOf(folded));
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });

  it('keeps the latest hold, note and setting, and nothing of what is erased', () => {
    const [a, b] = [tombstone(1), tombstone(2)];
    const of = ({ n, id }: Tombstone) => ({ n, id, atWallMs: 1 });
    const entries: JournalEntry[] = [
      { t: 'hold', ...of(a), sealed: 'first' },
      { t: 'release', ...of(a) },
      { t: 'hold', ...of(a), sealed: 'second' },
      { t: 'note', ...of(a), sealed: 'old' },
      { t: 'note', ...of(a), sealed: 'new' },
      { t: 'hold', ...of(b), sealed: 'x' },
      { t: 'note', ...of(b), sealed: 'x' },
      { t: 'setting', key: 'k', value: 1, atWallMs: 1 },
      { t: 'setting', key: 'k', value: 2, atWallMs: 2 },
      b,
    ];
    const living = livingEntries(entries);
    assert.deepEqual(
      living.map((entry) => ('sealed' in entry ? entry.sealed : 'value' in entry ? entry.value : entry.t)),
      ['second', 'new', 2, 'erased'],
    );
    assert.deepEqual(livingEntries(living), living);
    assert.deepEqual(
      livingEntries([...entries, { t: 'release', ...of(a) }]).filter(({ t }) => t === 'hold'),
      [],
    );
  });

  it('packs lines in order, whole, within pages (property, seed 8)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 1200, unit: fc.constantFrom('a', '電', '"') }), {
          maxLength: 40,
        }),
        (lines) => {
          const pages = packLines(lines);
          assert.deepEqual(pages.flat(), lines);
          for (const [i, page] of pages.entries()) {
            const previousHash = Buffer.alloc(32, i);
            const whole = {
              serial: i + 1,
              snapshotBegins: i === 0,
              snapshotEnds: false,
              continues: i > 0,
              previousHash,
              lines: page,
            };
            const unit = encodeJournalPage(whole, 77);
            assert.deepEqual(decodeJournalPage(unit, 77), whole);
            assert.equal(decodeJournalPage(unit, 78), undefined);
            assert.ok(Buffer.byteLength(page.map((line) => `${line}\n`).join('')) <= PAGE_TEXT_BYTES);
          }
        },
      ),
      { seed: 8, numRuns: 200 },
    );
  });
});

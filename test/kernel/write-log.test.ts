import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Chance } from '../support/chance.js';
import { afterCut, readWriteLog, SECTOR_BYTES, type Write } from './write-log.js';

const MAGIC = 0x6a736677736872n;

/** A log as QEMU writes it: sector, sectors, flags and what was written. */
function logOf(entries: readonly { sector?: number; sectors?: number; flags?: number; fill?: number }[]): Buffer {
  const head = Buffer.alloc(SECTOR_BYTES);
  head.writeBigUInt64LE(MAGIC, 0);
  head.writeBigUInt64LE(1n, 8);
  head.writeBigUInt64LE(BigInt(entries.length), 16);
  head.writeUInt32LE(SECTOR_BYTES, 24);
  const parts = entries.flatMap(({ sector = 0, sectors = 0, flags = 0, fill }) => {
    const entry = Buffer.alloc(SECTOR_BYTES);
    for (const [i, value] of [sector, sectors, flags].entries()) entry.writeBigUInt64LE(BigInt(value), i * 8);
    return fill === undefined ? [entry] : [entry, Buffer.alloc(sectors * SECTOR_BYTES, fill)];
  });
  return Buffer.concat([head, ...parts]);
}

const write = (sector: number, sectors: number, fill: number, lasting = false): Write => {
  return { kind: 'write', sector, bytes: Buffer.alloc(sectors * SECTOR_BYTES, fill), lasting };
};
const firstBytes = (disk: Buffer): number[] =>
  Array.from({ length: disk.length / SECTOR_BYTES }, (_, sector) => disk[sector * SECTOR_BYTES] ?? -1);

describe('the log of a disk', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kikitome-log-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const read = (bytes: Buffer) => {
    writeFileSync(path.join(folder, 'log'), bytes);
    return readWriteLog(path.join(folder, 'log'));
  };

  it('is read entry by entry, a discard without data', () => {
    const entries = [
      { sector: 7, sectors: 2, fill: 1 },
      { flags: 1 },
      { sector: 9, sectors: 100, flags: 4 },
      { sector: 3, sectors: 1, flags: 3, fill: 2 },
    ];
    assert.deepEqual(read(logOf(entries)), [
      write(7, 2, 1),
      { kind: 'flush' },
      { kind: 'discard' },
      write(3, 1, 2, true),
      { kind: 'flush' },
    ]);
  });

  it('is refused where it is something else or cut short', () => {
    assert.throws(() => read(Buffer.alloc(4096)), /no write log/u);
    const whole = logOf([{ sector: 7, sectors: 2, fill: 1 }]);
    assert.throws(() => read(whole.subarray(0, whole.length - 1)), /cut short/u);
  });

  it('leaves what was flushed, and of the rest what the dice say', () => {
    const flushed = Buffer.alloc(32 * SECTOR_BYTES, 9);
    const pending = [write(8, 2, 1), write(12, 1, 2, true), write(9, 2, 3), write(20, 8, 4)];
    const at = (disk: Buffer) => [8, 9, 10, 12, 20].map((sector) => firstBytes(disk)[sector]);
    assert.deepEqual(at(afterCut(flushed, pending, 'nothing', new Chance(1))), [9, 9, 9, 2, 9]);
    assert.deepEqual(at(afterCut(flushed, pending, 'the last alone', new Chance(1))), [9, 9, 9, 2, 4]);
    const seen = new Set<string>();
    for (let seed = 0; seed < 300; seed += 1) {
      const sectors = firstBytes(afterCut(flushed, pending, 'some', new Chance(seed)));
      assert.equal(sectors[12], 2, 'what lasts without a flush');
      seen.add(`${sectors[8]}${sectors[9]}${sectors[10]}`);
      seen.add(new Set(sectors.slice(20, 28)).size === 2 ? 'torn' : 'whole');
    }
    // Sector 9 is the first write's, the second's, or as it was, whatever became of its neighbours.
    for (const each of ['999', '119', '133', '933', 'torn', 'whole']) assert.ok(seen.has(each), each);
  });
});

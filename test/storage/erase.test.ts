import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LevelMap } from '../../storage/level-map.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { Store } from '../../storage/store.js';
import { seededChance } from '../support/chance.js';
import { assertClean, audioOf, format, MIB, record, type Truth, wall } from './support/office.js';

const SEED = 51;
const UNIT = 4096;

type Image = ReadonlyMap<string, Buffer>;

/** Every byte of every file in the folder. */
async function imageOf(folder: string): Promise<Image> {
  const image = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const at = path.join(entry.parentPath, entry.name);
    image.set(path.relative(folder, at), await readFile(at));
  }
  return image;
}

/** What somebody does who has the box and SPEC.md, and shares no code with the store. */
function tryOpen(key: Buffer, nonce: Buffer, associated: Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < 16) return undefined;
  const text = sealed.subarray(0, -16);
  try {
    const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
    decipher.setAAD(associated, { plaintextLength: text.length });
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(text), decipher.final()]);
  } catch {
    return undefined;
  }
}

const everyWindow = function* (bytes: Buffer, stride: number): Iterable<Buffer> {
  for (let at = 0; at + 32 <= bytes.length; at += stride) yield bytes.subarray(at, at + 32);
};

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

interface Loot {
  /** Plain texts of key tables, key pages and blocks. */
  readonly tables: Buffer[];
  readonly pages: Buffer[];
  readonly blocks: Buffer[];
  readonly particulars: Buffer[];
}

/** Tries every 32 bytes of `root` on every table, of every table on every page, of every page on every block and row. */
function attack(image: Image): Loot {
  const loot: Loot = { tables: [], pages: [], blocks: [], particulars: [] };
  const keys = image.get('keys') ?? Buffer.alloc(0);
  const root = image.get('root') ?? Buffer.alloc(0);
  const units = (bytes: Buffer, magic: string): number[] => {
    const found: number[] = [];
    for (let at = 0; at + UNIT <= bytes.length; at += UNIT)
      if (bytes.toString('latin1', at, at + 4) === magic) found.push(at);
    return found;
  };
  for (const at of units(keys, 'KTT1')) {
    const pages = keys.readUInt32LE(at + 28);
    const sealed = keys.subarray(at + 48, at + 48 + pages * 32 + 16);
    for (const key of everyWindow(root, 1)) {
      if (isBlank(key)) continue;
      const table = tryOpen(key, keys.subarray(at + 16, at + 28), keys.subarray(at, at + 16), sealed);
      if (table) loot.tables.push(table);
    }
  }
  const pageBytes = 67 * 60;
  for (const at of units(keys, 'KTP1')) {
    for (const table of loot.tables) {
      for (const key of everyWindow(table, 32)) {
        const page = tryOpen(
          key,
          keys.subarray(at + 20, at + 32),
          keys.subarray(at, at + 20),
          keys.subarray(at + 32, at + 32 + pageBytes + 16),
        );
        if (page) loot.pages.push(page);
      }
    }
  }
  const recordingKeys = new Map<string, { id: Buffer; key: Buffer }>();
  for (const page of loot.pages) {
    for (let at = 0; at + 60 <= page.length; at += 60) {
      const [id, key] = [page.subarray(at, at + 16), page.subarray(at + 28, at + 60)];
      if (!isBlank(id)) recordingKeys.set(id.toString('hex') + key.toString('hex'), { id, key });
    }
  }
  const ring = image.get('ring') ?? Buffer.alloc(0);
  for (const at of units(ring, 'KTB1')) {
    const type = ring[at + 5];
    const sealed = ring.subarray(at + 48, at + 48 + ring.readUInt16LE(at + 6) + 16);
    const nonce = Buffer.alloc(12);
    nonce[0] = 2;
    ring.copy(nonce, 8, at + 12, at + 16);
    for (const { key } of recordingKeys.values()) {
      const plain =
        type === 2
          ? tryOpen(key, nonce, ring.subarray(at, at + 32), sealed)
          : tryOpen(key, sealed.subarray(0, 12), ring.subarray(at, at + 32), sealed.subarray(12));
      if (plain) loot.blocks.push(plain);
    }
  }
  // Sealed particulars, holds and notes, wherever base64 stands: rows and journal, living and left over.
  for (const [name, bytes] of image) {
    if (name === 'ring' || name === 'keys') continue;
    for (const [text] of bytes.toString('latin1').matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)) {
      const sealed = Buffer.from(text, 'base64');
      for (const { id, key } of recordingKeys.values()) {
        const plain = tryOpen(key, sealed.subarray(0, 12), Buffer.from(`row${ulid(id)}`), sealed.subarray(12));
        if (plain) loot.particulars.push(plain);
      }
    }
  }
  return loot;
}

function ulid(id: Buffer): string {
  let value = BigInt(`0x${id.toString('hex')}`);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}

/** What must not be found of a recording, in any form it ever had. */
function tracesOf({ bytes, memo, party }: Truth): Buffer[] {
  const bcd = Buffer.alloc(8);
  const hex = party.padEnd(16, 'f');
  bcd.writeUInt32LE(Number.parseInt(hex.slice(0, 8), 16), 0);
  bcd.writeUInt32LE(Number.parseInt(hex.slice(8), 16), 4);
  const bigEndian = Buffer.from(hex, 'hex');
  const texts = [
    memo,
    party,
    Buffer.from(memo).toString('base64').slice(2, -4),
    Buffer.from(party, 'utf16le').toString('latin1'),
  ];
  return [
    bytes.subarray(0, 32),
    bytes.subarray(-48, -16),
    bcd,
    bigEndian,
    ...texts.map((text) => Buffer.from(text, 'latin1')),
  ];
}

describe(`after an erasure (seed ${SEED})`, () => {
  let folder = '';
  let store: Store;
  let truths: Truth[] = [];
  const erased = new Set<number>();

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kikitome-erase-'));
    await format(new NodeDisk(folder), 6 * MIB, SEED);
    const openMap = () => LevelMap.open(path.join(folder, 'index'));
    store = await Store.open({ disk: new NodeDisk(folder), openMap, chance: seededChance(SEED + 1), wall });
    truths = await record(store, 80, (i) => 3000 + (i % 5) * 2000);
    for (const n of [3, 4, 20]) await store.annotate(n, { memo: `confidential memo of call ${n}.` });
    await store.hold(70, { reason: 'confidential memo of call 70.' }, 0.5);
  });

  after(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const has = (image: Image, needle: Buffer): string | undefined => {
    for (const [name, bytes] of image) if (bytes.includes(needle)) return name;
    return undefined;
  };
  const opens = (loot: Loot, needle: Buffer): boolean =>
    [...loot.pages, ...loot.blocks, ...loot.particulars].some((plain) => plain.includes(needle));

  it('before it, nothing stands in the clear, and the keys that are on the box open everything', async () => {
    const image = await imageOf(folder);
    const loot = attack(image);
    assert.ok(loot.tables.length > 0 && loot.pages.length > 0);
    for (const truth of truths) {
      const [audio, end, , , memo] = tracesOf(truth);
      for (const trace of tracesOf(truth))
        assert.equal(has(image, trace), undefined, `recording ${truth.n} in the clear`);
      assert.ok(
        audio && end && memo && opens(loot, audio) && opens(loot, end) && opens(loot, memo),
        `the attack finds ${truth.n}`,
      );
    }
  });

  for (const [title, going, rule] of [
    ['one', [3], 'order'],
    ['a batch over key pages', [1, 4, 5, 20, 66, 67, 68, 69], 'expiry'],
    ['every second of the rest', Array.from({ length: 15 }, (_, i) => 21 + 2 * i), 'expiry'],
  ] as const) {
    it(`${title}: no frame, number, memo or key of it is found or opened; what stays can be`, async () => {
      const before = await imageOf(folder);
      const keysBefore = attack(before).pages;
      await store.erase(going, rule);
      for (const n of going) erased.add(n);
      const image = await imageOf(folder);
      const loot = attack(image);
      for (const truth of truths) {
        const gone = erased.has(truth.n);
        for (const trace of tracesOf(truth)) {
          assert.equal(has(image, trace), undefined, `recording ${truth.n} in the clear`);
          if (gone) assert.ok(!opens(loot, trace), `something of recording ${truth.n} can be opened`);
        }
        if (!gone) assert.ok(opens(loot, truth.bytes.subarray(0, 32)), `recording ${truth.n} should open`);
      }
      // Keys that stood in the pages before and whose recordings went: not under any key that is still here, nor in the clear.
      for (const page of keysBefore) {
        for (let at = 0; at + 60 <= page.length; at += 60) {
          const number = page.readUInt32LE(at + 16);
          if (!going.some((n) => n === number)) continue;
          const key = page.subarray(at + 28, at + 60);
          assert.ok(!opens(loot, key) && has(image, key) === undefined, `the key of ${number}`);
        }
      }
      // The root of before is nowhere.
      const rootBefore = before.get('root')?.subarray(16, 48) ?? Buffer.alloc(0);
      assert.equal(has(image, rootBefore), undefined, 'the old root');
      for (const { n, bytes } of truths) {
        if (erased.has(n)) await assert.rejects(store.recording(n), { code: 'RECORDING_ERASED' });
        else assert.ok((await audioOf(store, n)).equals(bytes));
      }
      await assertClean(store);
    });
  }
});

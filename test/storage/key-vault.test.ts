import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EffaceableStore, RootSecret } from '../../storage/effaceable.js';
import { readState } from '../../storage/key-file.js';
import { KeyPages } from '../../storage/key-pages.js';
import { KEYS_FILE, KeyVault, type Slot } from '../../storage/key-vault.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { newRecordingId } from '../../storage/recording-id.js';
import { seededChance } from '../support/chance.js';
import { FaultyDisk } from './support/faulty-disk.js';

const PAGES = 40;
const SEED = 71;

/** A root key in memory. */
class Root implements EffaceableStore {
  readonly assurance = 'effaceable';
  readonly where = 'memory';
  #secret: RootSecret | undefined;
  read = async (): Promise<RootSecret | undefined> => this.#secret;
  replace = async (secret: RootSecret): Promise<void> => {
    this.#secret = secret;
  };
  free = async (): Promise<void> => undefined;
  close = async (): Promise<void> => undefined;
}

describe('The vault of keys', () => {
  const chance = seededChance(SEED);
  const around = { effaceable: new Root(), chance, mark: 7, pagesMax: PAGES };
  const taken: (Slot & { readonly key: Buffer })[] = [];
  let folder: string;
  let disk: FaultyDisk;
  let vault: KeyVault;
  let reads = 0;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kikitome-vault-'));
    disk = new FaultyDisk(new NodeDisk(folder));
    disk.errors = (call) => {
      if (call === 'read') reads += 1;
      return undefined;
    };
    await KeyVault.format(disk, PAGES, around);
    const filled = await KeyVault.open(disk, around);
    for (let slot = 0; slot < filled.slots; slot += 5) {
      filled.nextSlot = slot;
      const entry = await filled.put(newRecordingId(slot, chance), slot + 1);
      if (entry) taken.push(entry);
    }
    await filled.flush();
    await filled.close();
  });

  beforeEach(async () => {
    vault = await KeyVault.open(disk, around);
    reads = 0;
  });

  afterEach(() => vault.close());
  after(() => rm(folder, { recursive: true }));

  it('gives many keys as it gives one, and none for another’s slot, a free one or one past the end', async () => {
    const [first, second] = taken;
    assert.ok(first && second);
    const strangers = [
      { slot: first.slot, id: second.id },
      { slot: 1, id: first.id },
      { ...first, slot: vault.slots },
    ];
    const keys = await vault.getMany([...strangers, ...taken]);
    assert.deepEqual(keys, [undefined, undefined, undefined, ...taken.map(({ key }) => key)]);
    assert.equal(reads, PAGES, 'a page is read once for all who want it');
    for (const { slot, id, key } of taken.slice(0, 20)) assert.deepEqual(await vault.get(slot, id), key);
    assert.equal(reads, PAGES, 'and stays');
  });

  it('is walked without staying in memory', async () => {
    let seen = 0;
    await vault.eachParty(() => {
      seen += 1;
    });
    assert.equal(seen, taken.length);
    const walked = reads;
    await vault.getMany(taken);
    assert.equal(reads, walked + PAGES);
  });

  it('leaves no key behind where a walk has passed, and blanks nothing that is in memory', async () => {
    const file = await disk.open(KEYS_FILE);
    const { table } = await readState(file, around);
    const pages = new KeyPages(file, around, () => table);
    const kept = await pages.load(3);
    const passed: Buffer[] = [];
    for await (const run of pages.all(PAGES)) for (const { body } of run) passed.push(body);
    for (const [page, body] of passed.entries())
      assert.equal(
        body.every((byte) => byte === 0),
        page !== 3,
        `page ${page}`,
      );
    assert.equal(passed[3], kept.body);
    await file.close();
  });
});

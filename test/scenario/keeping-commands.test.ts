import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LevelMap } from '../../storage/level-map.js';
import { NodeDisk } from '../../storage/node-disk.js';
import { Store } from '../../storage/store.js';
import { seededChance } from '../support/chance.js';
import { kikitome } from '../support/world.js';

const START = Date.parse('2026-11-24T09:00:00+09:00');

/** Opens the store in a folder as another program would, for what no recorder of ours writes. */
const openRaw = (data: string) =>
  Store.open({
    disk: new NodeDisk(data),
    openMap: () => LevelMap.open(path.join(data, 'index')),
    chance: seededChance(1),
    wall: () => START,
  });

describe('scenario: a whole store at the command line', () => {
  let folder: string;
  let data: string;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kikitome-whole-'));
    data = path.join(folder, 'data');
    assert.equal((await kikitome(['format', '--data', data, '--capacity', '16MiB'])).exit, 0);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('a recording whose particulars nobody can read is listed, taken out, and named by check; opening goes on', async () => {
    const store = await openRaw(data);
    const strange = store.begin({ line: 'line-9', version: 7 }, START);
    strange.append(Buffer.alloc(288, 1));
    strange.close({ endedWallMs: START + 1000, party: null, particulars: { line: 'line-9', version: 7 } });
    store.begin({ stranger: true }, START + 5000).append(Buffer.alloc(288, 2)); // and one that is cut short
    await store.commit();
    await store.hold(1, { nobody: 'knows' }, 0.5);
    await store.annotate(1, { memo: 5 });
    await store.close();

    const listed = await kikitome(['calls', '--data', data, '--json']);
    assert.equal(listed.exit, 0, listed.err);
    const calls = JSON.parse(listed.out);
    assert.deepEqual(
      calls.map(({ number, line, direction, outcome, state, durationMs }: Record<string, unknown>) => [
        number,
        line,
        direction,
        outcome,
        state,
        durationMs,
      ]),
      [
        [2, '?', null, null, 'kept', 0],
        [1, 'line-9', null, null, 'kept', 1000],
      ],
    );
    assert.deepEqual(calls[1].hold.by, '?');
    assert.match((await kikitome(['calls', '--data', data])).out, /^ +1 {2}line-9 .* \? /m);
    const out = path.join(folder, 'out.mp3');
    assert.equal((await kikitome(['extract', '1', '--data', data, '--to', out])).exit, 0);
    assert.ok(readFileSync(out).equals(Buffer.alloc(288, 1)));
    const { exit, out: said } = await kikitome(['check', '--data', data]);
    assert.equal(exit, 4);
    assert.deepEqual(
      said
        .trim()
        .split('\n')
        .map((line) => line.slice(0, line.indexOf(' ('))),
      ['4 recording 2: its particulars cannot be read', '4 recording 1: its particulars cannot be read'],
    );
  });

  it('disposal leaves a certificate for programs and one for people, in both languages, and nothing else', async () => {
    const store = await openRaw(data);
    for (let i = 0; i < 3; i += 1) {
      const writer = store.begin({ i }, START + i);
      writer.close({ endedWallMs: START + i, party: null, particulars: { i } });
    }
    await store.commit();
    await store.hold(2, { reason: 'r' }, 0.5);
    await store.erase([3], 'order');
    await store.close();

    const certificate = path.join(folder, 'certificate.json');
    const command = ['dispose', '--data', data, '--by', '総務課 情報係', '--certificate', certificate];
    const refused = await kikitome(command);
    assert.deepEqual([refused.exit, refused.err.split(': ')[1]], [1, 'HOLDS_REMAIN'], refused.err);
    const done = await kikitome([...command, '--even-held', '--lang', 'ja']);
    assert.equal(done.exit, 0, done.err);
    assert.deepEqual(readdirSync(data), []);

    const record = JSON.parse(readFileSync(certificate, 'utf8'));
    assert.deepEqual(
      [record.destroyed, record.heldAmongThem, record.numbers, record.erasedBefore, record.by, record.rootKey],
      [2, 1, { first: 1, last: 3 }, { order: 1 }, '総務課 情報係', 'best-effort'],
    );
    assert.match(record.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00$/);
    const text = readFileSync(`${certificate}.txt`, 'utf8');
    for (const line of [/^消去証明書$/m, /^Certificate of destruction$/m, /^消去した者 +総務課 情報係$/m])
      assert.match(text, line);
    for (const line of [/^by +総務課 情報係$/m, /^erased before +by order 1$/m, /^立会者 署名 +_+$/m])
      assert.match(text, line);
    assert.ok(text.includes(record.storeId) && text.includes(record.at));
    assert.ok(text.startsWith(done.out.trimEnd()), 'what was printed');
    const ended = await kikitome(['calls', '--data', data]);
    assert.match(ended.err, /^kikitome: STORE_MISSING/);
  });

  it('a root chip is named once and found again; a second store on it is refused and leaves nothing', async () => {
    const chip = path.join(folder, 'nvmem');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(chip, Buffer.alloc(256, 0xff));
    const here = path.join(folder, 'on-chip');
    const made = await kikitome(['format', '--data', here, '--capacity', '16MiB', '--root-chip', chip]);
    assert.equal(made.exit, 0, made.err);
    const status = JSON.parse((await kikitome(['status', '--data', here, '--json'])).out);
    assert.equal(status.store.rootKey, 'effaceable');
    const second = path.join(folder, 'second');
    const refused = await kikitome(['format', '--data', second, '--capacity', '16MiB', '--root-chip', chip]);
    assert.deepEqual([refused.exit, refused.err.split(': ')[1]], [1, 'ROOT_CHIP_TAKEN']);
    assert.equal(refused.err.trimEnd().split('\n').length, 1);
    assert.ok(!existsSync(second));
    rmSync(chip);
    const lost = await kikitome(['calls', '--data', here]);
    assert.deepEqual([lost.exit, lost.err.split(': ')[1]], [1, 'ROOT_CHIP_MISSING']);
  });
});

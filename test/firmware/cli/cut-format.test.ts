import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beginFormat, isFormatting } from '../../../storage/format.js';
import { NodeDisk } from '../../../storage/node-disk.js';
import { callsOf } from '../../scenario/recorded.js';
import { cleanTrace } from '../../support/traces.js';
import { kikitome, must } from '../../support/world.js';

describe('a format that the power cut into', () => {
  let root: string;
  const folder = (): string => path.join(root, 'store');
  const disk = (): NodeDisk => new NodeDisk(folder());
  const format = ['--capacity', '4MiB'];
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-cut-'));
    mkdirSync(folder());
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const clean = async (): Promise<void> => {
    await must(['check', '--data', folder()]);
    assert.ok(!(await isFormatting(disk())));
    assert.ok(!existsSync(path.join(folder(), 'formatting')));
  };

  /** Three seconds with the handset lifted. */
  const call = (): string =>
    cleanTrace([{ atMs: 500, hook: 'off' } as const, { atMs: 3500, hook: 'on' } as const], new Int16Array(8 * 6000), {
      dir: path.join(root, 'trace'),
    });

  const LEFT: readonly (readonly [string, () => void])[] = [
    ['before its first file', () => undefined],
    ['with an index alone', () => mkdirSync(path.join(folder(), 'index'))],
    ['while the root was made', () => writeFileSync(path.join(folder(), 'root'), '')],
    ['while the root was filled', () => writeFileSync(path.join(folder(), 'root'), Buffer.alloc(4096))],
    [
      'while the ring was filled',
      () => {
        for (const name of ['root', 'keys', 'journal', 'ring'])
          writeFileSync(path.join(folder(), name), 'x'.repeat(9000));
      },
    ],
    ['before the superblock was written', () => writeFileSync(path.join(folder(), 'superblock'), Buffer.alloc(8192))],
  ];
  for (const [when, leave] of LEFT) {
    it(`is begun again: cut ${when}`, async () => {
      await beginFormat(disk());
      leave();
      await must(['format', '--data', folder(), ...format]);
      await clean();
    });
  }

  it('is begun again where its sign was cut off', async () => {
    writeFileSync(path.join(folder(), 'formatting'), '');
    await must(['format', '--data', folder(), ...format]);
    await clean();
  });

  it('is begun again where all was there but the end', async () => {
    await must(['format', '--data', folder(), ...format]);
    await beginFormat(disk());
    await must(['format', '--data', folder(), '--capacity', '6MiB']);
    await clean();
  });

  it('has left no store to record on, even with all there', async () => {
    await must(['format', '--data', folder(), ...format]);
    await beginFormat(disk());
    const { exit, err } = await kikitome(['run', '--data', folder(), '--trace', call(), '--speed', 'max']);
    assert.equal(exit, 1);
    assert.match(err, /STORE_MISSING.*never finished/u);
  });

  it('is not what any other files are, whatever they are called', async () => {
    writeFileSync(path.join(folder(), 'ring'), 'of gold');
    writeFileSync(path.join(folder(), 'formatting'), 'my notes');
    const { exit, err } = await kikitome(['format', '--data', folder(), ...format]);
    assert.equal(exit, 1);
    assert.match(err, /STORE_EXISTS/u);
    assert.deepEqual(readdirSync(folder()).sort(), ['formatting', 'ring']);
  });

  it('leaves nothing where it fails by itself', async () => {
    const { exit } = await kikitome(['format', '--data', folder(), '--capacity', '900TiB']);
    assert.equal(exit, 1);
    assert.deepEqual(readdirSync(folder()), []);
    await beginFormat(disk());
    writeFileSync(path.join(folder(), 'ring'), '');
    truncateSync(path.join(folder(), 'ring'), 1 << 20);
    assert.equal((await kikitome(['format', '--data', folder(), '--capacity', '900TiB'])).exit, 1);
    assert.ok(await isFormatting(disk()), 'what is left is known as left over');
    await must(['format', '--data', folder(), ...format]);
    await clean();
  });

  it('is told of a move, too: half a store is not taken for the whole one', async () => {
    const [from, to] = [folder(), path.join(root, 'target')];
    const move = ['store', 'move', '--data', from, '--to', to, '--capacity'];
    await must(['format', '--data', from, ...format]);
    await must(['run', '--data', from, '--trace', call(), '--speed', 'max']);
    assert.equal((await kikitome([...move, '900TiB'])).exit, 1);
    assert.deepEqual(readdirSync(to), []);
    await must([...move, '6MiB']);
    assert.equal((await kikitome([...move, '6MiB'])).exit, 1, 'a whole store is there');
    assert.equal((await callsOf(to)).length, 1);
    await beginFormat(new NodeDisk(to));
    assert.match((await kikitome(['calls', '--data', to])).err, /STORE_MISSING/u);
    await must([...move, '6MiB']);
    assert.ok(!(await isFormatting(new NodeDisk(to))));
    assert.equal((await callsOf(to)).length, 1);
  });
});

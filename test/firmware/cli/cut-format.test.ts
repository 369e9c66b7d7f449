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

  it('costs no call that somebody has recorded there since', async () => {
    await must(['format', '--data', folder(), ...format]);
    const edges = [{ atMs: 500, hook: 'off' } as const, { atMs: 3500, hook: 'on' } as const];
    const trace = cleanTrace(edges, new Int16Array(8 * 6000), { dir: path.join(root, 'trace') });
    await must(['run', '--data', folder(), '--trace', trace, '--speed', 'max']);
    await beginFormat(disk());
    const { exit, err } = await kikitome(['format', '--data', folder(), ...format]);
    assert.equal(exit, 1);
    assert.match(err, /STORE_EXISTS/u);
    assert.equal((await callsOf(folder())).length, 1);
    await clean();
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
});

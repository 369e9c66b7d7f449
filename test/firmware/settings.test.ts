import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_SETTINGS, readSettings } from '../../firmware/settings.js';

const PAGE = readFileSync(new URL('../../firmware/SETTINGS.md', import.meta.url), 'utf8');
/** Rows of the page: a field's path, its default, the most it may be. */
const ROWS = [...PAGE.matchAll(/^\| `([\w.]+)` \| (\d+) \| (\d+|–) \|/gm)].map(
  ([, name = '', byDefault, most]) => [name, Number(byDefault), most === '–' ? null : Number(most)] as const,
);

const nested = (name: string, value: unknown): unknown =>
  name.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);

describe('the settings file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-settings-'));
  after(() => rmSync(folder, { recursive: true }));
  /** What is said of a file that holds this. */
  const said = async (value: unknown): Promise<string> => {
    const file = path.join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify(value));
    return await readSettings(file).then(
      () => 'fine',
      (error: Error) => error.message.replace(`${file}: `, ''),
    );
  };

  it('has every setting on its page, with its default, and nothing else', () => {
    const settings = Object.entries(DEFAULT_SETTINGS).flatMap(([group, fields]) =>
      Object.entries(fields).map(([name, value]) => [`${group}.${name}`, value]),
    );
    assert.deepEqual(
      ROWS.map(([name, value]) => [name, value]),
      settings,
    );
    assert.match(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'), /\(firmware\/SETTINGS\.md\)/u);
  });

  it('takes the example on its page', async () => {
    const [, example = ''] = /```json\n(.*)\n```/.exec(PAGE) ?? [];
    assert.equal(await said(JSON.parse(example)), 'fine');
  });

  for (const [name, , most] of ROWS) {
    it(`${name}: as much as its page says, and no more`, async () => {
      assert.ok((await said(nested(name, 0))).startsWith(name));
      assert.ok((await said(nested(name, 1.5))).startsWith(name));
      if (most === null) return;
      assert.ok((await said(nested(name, most + 1))).startsWith(name));
      assert.match(await said(nested(name, most)), /^(fine|call .* must grow in this order)$/u);
    });
  }

  it('does not say how often the medium gets what was heard: a power cut costs two seconds at most', async () => {
    for (const commitSeconds of [1, 2, 5]) assert.match(await said({ commitSeconds }), /commitSeconds/u);
  });
});

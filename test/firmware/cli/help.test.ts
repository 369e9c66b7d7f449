import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import stringWidth from 'string-width';
import { HOME, must } from '../../support/world.js';

/** These go on for as long as somebody looks, or print a line of JSON for each file. */
const WITHOUT_JSON = ['run', 'demo', 'decode'];

const helpOf = async (command: readonly string[], language: string): Promise<string> =>
  (await must([...command, '--help', '--lang', language])).out;

/** Every command, with those below it, as its own help tells of them. */
async function commandsBelow(command: readonly string[]): Promise<string[][]> {
  const [, list = ''] = (await helpOf(command, 'en')).split('\nCommands:\n');
  const names = [...list.matchAll(/^ {2}(\w+)/gmu)].map(([, name = '']) => name).filter((name) => name !== 'help');
  const below = await Promise.all(
    names.map(async (name) => [[...command, name], ...(await commandsBelow([...command, name]))]),
  );
  return below.flat();
}

describe('help', () => {
  let all: string[][] = [];
  before(async () => {
    all = await commandsBelow([]);
    assert.ok(all.length >= 28, `${all.length} commands`);
  });

  it('tells of --lang at every command, and of --json at every one that ends by itself', async () => {
    const parents = new Set(all.filter(({ length }) => length > 1).map(([parent = '']) => parent));
    for (const command of all) {
      const help = await helpOf(command, 'en');
      assert.match(help, /^ {2}--lang /mu, command.join(' '));
      const needsNone = WITHOUT_JSON.includes(command.join(' ')) || parents.has(command.join(' '));
      assert.equal(/^ {2}--json /mu.test(help), !needsNone, command.join(' '));
    }
  });

  it('is Japanese all through where that is asked for, and fits a terminal in either language', async () => {
    for (const command of [[], ...all]) {
      const help = await helpOf(command, 'ja');
      // What is typed stays: commands, options, their values, examples.
      const prose = help
        .replace(/^使い方: .*$/mu, '')
        .replace(/^ {2}\S+/gmu, '')
        .replace(/--\S+|\S*[=/]\S*/gu, '');
      assert.doesNotMatch(prose, /[a-z]{3,} [a-z]{3,}/u, command.join(' '));
      assert.doesNotMatch(prose, /\b(?:default|choices|[Oo]ptions|[Cc]ommands?)\b/u, command.join(' '));
      for (const line of [...help.split('\n'), ...(await helpOf(command, 'en')).split('\n')]) {
        assert.ok(stringWidth(line) <= 80, `${command.join(' ')}: ${line}`);
      }
    }
  });

  it("knows the package's version", async () => {
    const { version } = JSON.parse(readFileSync(path.join(HOME, 'package.json'), 'utf8')) as { version: string };
    assert.equal((await must(['--version'])).out, `${version}\n`);
  });
});

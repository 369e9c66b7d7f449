import assert from 'node:assert/strict';
import { kikitome } from '../../support/world.js';

/** What is typed, and what the answer must name. */
const CASES: readonly [argv: readonly string[], named: readonly string[]][] = [
  [[], []],
  [['bogus'], ['bogus']],
  [['statu'], ['statu', 'status']],
  [
    ['run', '--tracee', 'x'],
    ['--tracee', '--trace'],
  ],
  [['memo'], ['ID']],
  [['hold'], ['--by']],
  [['calls', '--data'], ['--data']],
  [
    ['calls', '--direction', 'up'],
    ['--direction', 'up', 'inbound', 'outbound'],
  ],
  [
    ['calls', '--limit', 'x'],
    ['--limit', 'x'],
  ],
  [['faults', 'extra'], ['faults']],
];

describe('a command line that is none', () => {
  for (const [argv, named] of CASES) {
    it(`is refused in both languages: ${argv.join(' ') || 'nothing'}`, async () => {
      for (const language of ['ja', 'en']) {
        const { exit, out, err } = await kikitome([...argv, '--lang', language]);
        assert.deepEqual([exit, out], [2, '']);
        const [what = ''] = /USAGE: (.+?)(?:。使い方は|; see)/u.exec(err)?.slice(1) ?? [];
        assert.match(err, /^kikitome: USAGE: [^\n]+\n$/u);
        for (const name of named) assert.ok(what.includes(name), err);
        assert.equal(/\p{Script=Hiragana}/u.test(what), language === 'ja', err);
        if (language === 'ja') assert.doesNotMatch(what, /\b(?:argument|option|error|command)\b/u);
      }
    });
  }
});

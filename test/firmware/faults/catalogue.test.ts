import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FAULT_CATALOGUE, FAULT_CODES, faultNumber } from '../../../firmware/faults/catalogue.js';
import { FAULT_WORDS_EN } from '../../../firmware/faults/words-en.js';
import { FAULT_WORDS_JA } from '../../../firmware/faults/words-ja.js';

/** As released: a number is for ever. New codes are added here; a line that changes is a number that people have written on a box. */
const NUMBERS = {
  STORAGE_MISSING: '1-1',
  STORAGE_FAILING: '1-2',
  STORAGE_READ_ONLY: '1-3',
  STORE_DAMAGED: '1-4',
  STORAGE_WORN: '1-5',
  STORAGE_CROWDED: '1-6',
  CAPTURE_LOST: '2-1',
  CAPTURE_OVERRUN: '2-2',
  LEVEL_DEAD: '2-3',
  LEVEL_CLIPPING: '2-4',
  SENSE_LOST: '3-1',
  LINE_DEAD: '3-2',
  HANDSET_OFF_HOOK: '3-3',
  MODEM_LOST: '3-4',
  EDGES_LOST: '3-5',
  PROCESS_STALLED: '4-1',
  UNDER_VOLTAGE: '4-2',
  OVER_TEMPERATURE: '4-3',
  LID_OPENED: '4-4',
  CLOCK_DOUBTFUL: '4-5',
  STILL_ON: '4-6',
  RETENTION_CUT: '5-1',
  HOLD_BUDGET_NEAR: '5-2',
  STICK_REFUSED: '6-1',
  STICK_FULL: '6-2',
  STICK_PULLED: '6-3',
  STICK_FALSE: '6-4',
  PIN_LOCKED: '6-5',
  SOCKET_UNWATCHED: '6-6',
};

describe('fault catalogue', () => {
  it('has the numbers it always had, none twice, none that has to be counted beyond six', () => {
    assert.deepEqual(Object.fromEntries(FAULT_CODES.map((code) => [code, faultNumber(code)])), NUMBERS);
    assert.equal(new Set(Object.values(NUMBERS)).size, FAULT_CODES.length);
    for (const code of FAULT_CODES)
      for (const count of FAULT_CATALOGUE[code].blinks) assert.ok(count >= 1 && count <= 6);
  });

  it('has the worst in front', () => {
    const rank = { failure: 0, warning: 1, notice: 2 };
    const ranks = FAULT_CODES.map((code) => rank[FAULT_CATALOGUE[code].severity]);
    assert.deepEqual(ranks, [...ranks].sort());
  });

  it("stands in the panel's README as it is", () => {
    const readme = readFileSync(new URL('../../../firmware/panel/README.md', import.meta.url), 'utf8');
    const rows = FAULT_CODES.map((code) => {
      const { severity, stays } = FAULT_CATALOGUE[code];
      const titles = `${FAULT_WORDS_JA[code].title} | ${FAULT_WORDS_EN[code].title}`;
      return `| ${faultNumber(code)} | \`${code}\` | ${titles} | ${severity}${stays ? ', stays' : ''} |`;
    });
    const found = readme.split('\n').filter((line) => /^\| \d-\d \|/.test(line));
    assert.deepEqual(found, rows.sort());
  });

  for (const [language, words] of [
    ['en', FAULT_WORDS_EN],
    ['ja', FAULT_WORDS_JA],
  ] as const) {
    it(`says of each in ${language} what is the case, what goes on meanwhile and what to do, in a line`, () => {
      assert.deepEqual(Object.keys(words).sort(), [...FAULT_CODES].sort());
      for (const code of FAULT_CODES) {
        for (const line of Object.values(words[code])) {
          assert.match(line, /^\S.{5,140}[^\s.。]$/u, code);
          assert.equal(/[぀-ヿ一-鿿]/u.test(line), language === 'ja', `${code}: ${line}`);
        }
      }
    });
  }
});

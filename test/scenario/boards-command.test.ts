import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { machineIdentity } from '../../boards/device-tree.js';
import { BOARD_IDS } from '../../boards/index.js';
import { piModelOf } from '../../boards/pi/models.js';
import { surveyBoards } from '../../boards/survey.js';
import { board as tapHat } from '../../boards/tap-hat/board.js';
import type { BoardSurvey } from '../../hal/board-survey.js';
import { kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

const PI = { pi: piModelOf('Raspberry Pi 4 Model B Rev 1.5'), hat: tapHat.hat };
const onPi = { surveyBoards: (asked: string) => surveyBoards(asked, PI) };
const COLUMNS = 80;

describe('boards', () => {
  const at = scratch();

  it('lists every board, and says which is found here and why', async () => {
    const { out } = await must(['boards'], onPi);
    for (const id of BOARD_IDS) assert.match(out, new RegExp(`^${id}: `, 'mu'));
    assert.match(out, /^this machine: Raspberry Pi 4 · HAT "Kikitome" "Kikitome tap HAT" version 1$/mu);
    assert.match(out, /^board to be used: tap-hat \(by the HAT's ID memory\)$/mu);
    assert.match(out, /^ {2}line-1: hook GPIO5 · ring GPIO6 · polarity GPIO13 · line voltage GPIO12$/mu);
  });

  it('says where the kernel gives pins by sysfs only', async () => {
    const onOldKernel = { surveyBoards: (asked: string) => surveyBoards(asked, PI, 'sysfs') };
    assert.match((await must(['boards'], onOldKernel)).out, /pins by sysfs \(old kernel\)/u);
    assert.match((await must(['boards', '--lang', 'ja'], onOldKernel)).out, /sysfs/u);
    assert.equal((JSON.parse((await must(['boards', '--json'], onOldKernel)).out) as BoardSurvey).pins, 'sysfs');
    assert.doesNotMatch((await must(['boards'], onPi)).out, /sysfs/u);
  });

  it('says what to do where none is found', async () => {
    assert.match((await must(['boards'])).out, /^board to be used: none; say which: --board ID or FILE\.json$/mu);
    assert.match((await must(['boards', '--lang', 'ja'])).out, /^使うボード: なし。--board /mu);
    assert.equal(machineIdentity([at('none')]).hat, null);
  });

  for (const lang of ['ja', 'en']) {
    it(`stays within ${COLUMNS} columns in ${lang}`, async () => {
      const onOldKernel = { surveyBoards: (asked: string) => surveyBoards(asked, PI, 'sysfs') };
      for (const world of [onPi, onOldKernel, {}]) {
        const { out } = await must(['boards', '--lang', lang], world);
        for (const line of out.split('\n')) assert.ok(stringWidth(line) <= COLUMNS, line);
      }
    });
  }

  it('takes a board by name, and a file of differences', async () => {
    const file = at('box.json');
    writeFileSync(file, '{"basedOn":"tap-hat","name":{"ja":"うちの箱","en":"our box"},"lid":{"offset":22}}');
    const { out } = await must(['boards', '--board', file]);
    assert.match(out, /^board to be used: tap-hat \(as asked for\)$/mu);
    assert.match(out, /^tap-hat: our box \[designed, not tried\]$/mu);
    const { chosen } = JSON.parse((await must(['boards', '--board', 'modem-hat', '--json'])).out) as BoardSurvey;
    assert.equal(chosen?.id, 'modem-hat');
    assert.equal(chosen.lines[0]?.hook, 'isomodem-sense');
    const { exit, err } = await kikitome(['boards', '--board', 'nosuch']);
    assert.deepEqual([exit, /^kikitome: BOARD_UNKNOWN: [^\n]*\n$/u.test(err)], [2, true]);
  });
});

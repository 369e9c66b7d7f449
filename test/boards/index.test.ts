import assert from 'node:assert/strict';
import { BOARD_IDS, loadBoard, loadBoardData } from '../../boards/index.js';

describe('loadBoard', () => {
  it('loads each board it knows', async () => {
    assert.equal(typeof (await loadBoard('virtual')).openVirtualBoard, 'function');
    for (const id of BOARD_IDS.filter((each) => each !== 'virtual')) assert.equal((await loadBoardData(id)).id, id);
  });

  it('refuses any other, in one line that lists the known ones', async () => {
    for (const id of ['', 'pi\n5', 'constructor', '../virtual']) {
      await assert.rejects(loadBoard(id), {
        code: 'BOARD_UNKNOWN',
        message: /^no board ".*"; choose one of: virtual, tap-hat/u,
      });
    }
    await assert.rejects(loadBoardData('virtual'), { code: 'BOARD_UNKNOWN' });
  });
});

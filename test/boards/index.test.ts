import assert from 'node:assert/strict';
import { BOARD_IDS, loadBoard } from '../../boards/index.js';

describe('loadBoard', () => {
  it('loads each board it knows', async () => {
    assert.deepEqual(BOARD_IDS, ['virtual']);
    assert.equal(typeof (await loadBoard('virtual')).openVirtualBoard, 'function');
  });

  it('refuses any other, in one line that lists the known ones', async () => {
    for (const id of ['', 'pi\n5', 'constructor', '../virtual']) {
      await assert.rejects(loadBoard(id), {
        code: 'BOARD_UNKNOWN',
        message: /^no board ".*"; choose one of: virtual$/u,
      });
    }
  });
});

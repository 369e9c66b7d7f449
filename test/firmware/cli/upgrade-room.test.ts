import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { upgradeRoomBytes } from '../../../firmware/cli/upgrade-room.js';

describe('room for an upgrade', () => {
  it('is left where the data lie beside the program, and not on a medium of their own', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-upgrade-'));
    assert.equal(await upgradeRoomBytes(tmpdir(), folder), 2 ** 30);
    assert.equal(await upgradeRoomBytes('/proc', folder), 0);
    rmSync(folder, { recursive: true });
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SimulatedStick } from '../../../drivers/simulated/stick.js';
import { HalError } from '../../../hal/errors.js';
import { Box, RIGHT, SERIAL } from './box.js';

const WHY = "mount: /run/kikitome-stick: unknown filesystem type 'exfat'.";

describe('a good stick that this box may not use', () => {
  let folder = '';
  let box: Box;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kikitome-stick-'));
    box = await Box.make({ seed: 1, calls: 2 });
    await box.collectAll();
  });
  afterEach(async () => {
    await box.close();
    rmSync(folder, { recursive: true });
  });

  it('is told as refused at once, with the reason; nobody is told to throw it away', async () => {
    const stick = new SimulatedStick({ folder, info: { serial: SERIAL } });
    stick.open = () => Promise.reject(new HalError('DEVICE_REFUSED', '/dev/sda1', WHY));
    box.port.plug(stick);
    await box.settled();
    await box.type(`${RIGHT}#`);
    assert.deepEqual(box.retrieval.state, { phase: 'failed', code: 'STICK_REFUSED' });
    assert.equal(box.faults.get('STICK_REFUSED'), `stick: /dev/sda1: ${WHY}`);
    const ends = (await box.register()).filter(({ kind }) => kind === 'copy-ended');
    assert.deepEqual(
      ends.map(({ detail }) => detail['result']),
      ['STICK_REFUSED'],
    );
  });
});

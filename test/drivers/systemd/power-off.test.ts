import assert from 'node:assert/strict';
import { powerOffMachine } from '../../../drivers/systemd/power-off.js';
import type { Ran, Runner } from '../../../drivers/usb/runner.js';

describe('switching the machine off', () => {
  const asked: string[] = [];
  const machine = (ran: Ran): Runner => ({
    run: async (command, args) => {
      asked.push([command, ...args].join(' '));
      return ran;
    },
    lines$: () => {
      throw new Error('nobody reads lines');
    },
  });
  beforeEach(() => asked.splice(0));

  it('is asked of systemd, which asks nobody for a password', async () => {
    await powerOffMachine(machine({ exit: 0, out: '', complaint: '' }));
    assert.deepEqual(asked, ['systemctl --no-ask-password poweroff']);
  });

  for (const [what, ran, message] of [
    ['refuses', { exit: 1, out: '', complaint: 'Access denied' }, /Access denied$/],
    ['refuses without a word', { exit: 4, out: '', complaint: '' }, /ended with 4$/],
    ['is not there', { exit: null, out: '', complaint: 'spawn systemctl ENOENT' }, /ENOENT$/],
  ] as const) {
    it(`fails in one line where systemd ${what}`, async () => {
      await assert.rejects(powerOffMachine(machine(ran)), { code: 'DEVICE_FAILED', message });
    });
  }
});

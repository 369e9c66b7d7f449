import assert from 'node:assert/strict';
import { parseFault } from '../../../drivers/simulated/fault.js';

describe('parseFault', () => {
  it('reads every kind', () => {
    const overrun = { kind: 'capture-overrun', atMs: 5000, lengthMs: 250 };
    assert.deepEqual(parseFault('capture-overrun@5000:250'), { ...overrun, line: null });
    assert.deepEqual(parseFault('capture-overrun@5000:250:line-1'), { ...overrun, line: 'line-1' });
    assert.deepEqual(parseFault('capture-gone@0:0.5'), { kind: 'capture-gone', atMs: 0, lengthMs: 0.5, line: null });
    assert.equal(parseFault('capture-stall@1.5:2').kind, 'capture-stall');
    for (const kind of ['line-dead', 'sense-gone'])
      assert.deepEqual(parseFault(`${kind}@1:2:line-2`), { kind, atMs: 1, lengthMs: 2, line: 'line-2' });
    for (const kind of ['lid-open', 'under-voltage', 'over-temperature', 'medium-worn', 'process-stall'])
      assert.deepEqual(parseFault(`${kind}@1:2`), { kind, atMs: 1, lengthMs: 2 });
    assert.deepEqual(parseFault('clock-step@10:-3600000'), { kind: 'clock-step', atMs: 10, lengthMs: -3_600_000 });
  });

  it('refuses all else in one line that shows the shape', () => {
    const wrong = [
      '',
      'capture-overrun',
      'capture-overrun@5',
      'capture-overrun@5:',
      'capture-overrun@5:0',
      'capture-overrun@5:-1',
      'capture-overrun@-5:1',
      'capture-overrun@5:1:',
      'capture-overrun@5:1:line 1',
      'capture-overrun@x:1',
      'flood@1:1',
      'clock-step@1:0',
      'clock-step@1:1:line-1',
      'lid-open@1:1:line-1',
      'lid-open@1:-1',
      'process-stall@1:0',
      ' capture-gone@1:1',
      'capture-gone@1:1\n',
    ];
    for (const text of wrong) {
      assert.throws(
        () => parseFault(text),
        { code: 'FAULT_FIELDS', message: /^.*KIND@AT_MS:LENGTH_MS\[:LINE\].*$/u },
        text,
      );
    }
  });
});

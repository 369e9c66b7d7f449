import assert from 'node:assert/strict';
import stringWidth from 'string-width';
import { machineLines } from '../../../firmware/cli/machine-words.js';

const COLUMNS = 80;

describe('what is said of the machine', () => {
  it('is nothing but the clock where the board has nothing else', () => {
    const bare = { clock: 'synchronised', batteryClock: null, watchdog: null } as const;
    assert.deepEqual(machineLines(bare, 'en'), ['clock: synchronised']);
    assert.deepEqual(machineLines(bare, 'ja'), ['時計: 同期済み']);
  });

  it('tells how far the clock with a battery is off, and for how long the watchdog waits', () => {
    const well = {
      clock: 'free-running',
      batteryClock: { kind: 'battery-clock', state: 'kept', offMs: -2400 },
      watchdog: { kind: 'watchdog', state: 'active', timeoutS: 14 },
    } as const;
    assert.deepEqual(machineLines(well, 'en'), [
      'clock: not synchronised',
      'clock with a battery: kept the time (from the system by -2 s)',
      'hardware watchdog: active (14 s)',
    ]);
    assert.deepEqual(machineLines(well, 'ja').slice(1), [
      '電池の時計: 時刻を保っている (本体との差 -2 秒)',
      'ウォッチドッグ: 動作中 (14 秒)',
    ]);
  });

  for (const language of ['ja', 'en'] as const) {
    it(`fits a terminal in ${language}, whatever is wrong`, () => {
      for (const battery of ['kept', 'lost', 'missing'] as const) {
        for (const watchdog of ['active', 'inactive', 'unknown', 'missing'] as const) {
          const lines = machineLines(
            {
              clock: 'unset',
              batteryClock: { kind: 'battery-clock', state: battery, offMs: null },
              watchdog: { kind: 'watchdog', state: watchdog, timeoutS: 60 },
            },
            language,
          );
          assert.equal(new Set(lines).size, 3);
          for (const line of lines) assert.ok(stringWidth(line) <= COLUMNS, line);
        }
      }
    });
  }
});

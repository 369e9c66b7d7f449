import assert from 'node:assert/strict';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { Watch, type WatchOptions } from '../../../firmware/faults/watch.js';
import type { ClockDoubt } from '../../../firmware/rules/clock-guard.js';
import type { WallMs } from '../../../hal/clock.js';

describe('the clock, looked at once in a while', () => {
  /** What is told after each look, where the clock is found so. */
  function told(...found: (ClockDoubt | null)[]): string[] {
    const said: string[] = [];
    let is = 'well';
    const faults = {
      raise: (code: string, _: string, why: string) => {
        is = `${code} ${why}`;
      },
      clear: () => {
        is = 'well';
      },
    };
    const left = [...found];
    const board = { lines: [], clock: new SimulatedClock(0 as WallMs) };
    const keeper = { doubt: () => left.shift() ?? null };
    const watch = new Watch({ board, store: {}, keeper, faults } as unknown as WatchOptions);
    for (const _ of found) {
      watch.lookAtClock();
      said.push(is);
    }
    return said;
  }

  it('is not told of where the battery clock sets it right after power-on', () => {
    assert.deepEqual(told('unset', null, null), ['well', 'well', 'well']);
  });

  it('is told of where nobody does', () => {
    const unset = 'CLOCK_DOUBTFUL unset';
    assert.deepEqual(told('unset', 'unset', null, 'unset'), ['well', unset, 'well', unset]);
  });

  it('is told of at once where it jumps', () => {
    assert.deepEqual(told('jumped', 'jumped'), ['CLOCK_DOUBTFUL jumped', 'CLOCK_DOUBTFUL jumped']);
  });
});

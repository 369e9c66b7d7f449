import assert from 'node:assert/strict';
import { type LifeSigns, standstill } from '../../../firmware/health/liveness.js';

describe('standstill', () => {
  const signs = (commits: number, samples: number, captureLost = false): LifeSigns => ({
    lines: [
      { id: 'line-1', samples, captureLost },
      { id: 'line-2', samples: commits * 1000, captureLost: false },
    ],
    commits,
    pieces: 0,
  });

  for (const [what, before, now, expected] of [
    ['all of it goes on', signs(1, 8), signs(2, 16), null],
    ['a line stands still', signs(1, 8), signs(2, 8), 'capture of line-1'],
    ['a commit never ends', signs(1, 8), signs(1, 16), 'commit'],
    ['no commit ends while a medium is read through', signs(1, 8), { ...signs(2, 16), commits: 1, pieces: 1 }, null],
    ['nor does the reading advance', signs(1, 8), { ...signs(2, 16), commits: 1 }, 'commit'],
    ['a capture is known to be lost', signs(1, 8), signs(2, 8, true), null],
    ['a lost capture has just come back', signs(1, 8, true), signs(2, 8), null],
    [
      'the other line stands still while a loss is known',
      signs(1, 8, true),
      { ...signs(1, 8, true), commits: 2 },
      'capture of line-2',
    ],
    ['no line was ever heard', { lines: [], commits: 0, pieces: 0 }, { lines: [], commits: 1, pieces: 0 }, null],
  ] as const) {
    it(`${expected ?? 'is none'}: ${what}`, () => assert.equal(standstill(before, now), expected));
  }
});

import assert from 'node:assert/strict';
import { crashRun } from './crash-run.js';
import { SCENARIOS } from './scenarios.js';
import { Broken, type Counts, noCounts } from './world.js';

/** At least so many states; the default run is a little over 1,000. */
const STATES = Number(process.env['KIKITOME_CRASH_STATES'] ?? 1_000);

describe('power cut', () => {
  const counts = noCounts();
  for (const scenario of SCENARIOS) {
    for (const seed of scenario.seeds) {
      it(`leaves a sound store: ${scenario.name} (seed ${seed})`, () => crashRun(scenario, seed, counts));
    }
  }
  it(`leaves a sound store in ${STATES} states`, async () => {
    for (let round = 1; counts.states < STATES; round += 1) await oneRound(counts, round * 1000);
    console.log(`      ${JSON.stringify(counts)}`);
    assert.ok(counts.states >= STATES);
  });

  for (const file of ['ring', 'keys', 'journal', 'root', 'superblock', 'directory']) {
    it(`test of the test: a store that never syncs its ${file} is caught`, async () => {
      const caught = noCounts();
      await assert.rejects(async () => {
        for (let shift = 0; shift < 10; shift += 1) {
          for (const scenario of SCENARIOS) {
            for (const seed of scenario.seeds)
              await crashRun(scenario, seed, caught, { neverSync: file, seedShift: shift * 50 });
          }
        }
      }, Broken);
    });
  }
});

async function oneRound(counts: Counts, seedShift: number): Promise<void> {
  for (const scenario of SCENARIOS) {
    for (const seed of scenario.seeds) {
      if (counts.states >= STATES) return;
      await crashRun(scenario, seed, counts, { seedShift });
    }
  }
}

import { crashRun } from '../power/crash-run.js';
import { SCENARIOS } from '../power/scenarios.js';
import { Broken, noCounts } from '../power/world.js';

/**
 * `scripts/bench crash [STATES]`: the power cuts of `test/power`, many more of them, every step of every scenario. Prints counts,
 * exits 1 where a promise was broken.
 */
const wanted = Number(process.argv[2] ?? process.env['KIKITOME_CRASH_STATES'] ?? 20_000);
const counts = noCounts();
const failures: string[] = [];
const began = process.hrtime.bigint();

for (let round = 0; counts.states < wanted; round += 1) {
  for (const scenario of SCENARIOS) {
    for (const seed of scenario.seeds) {
      if (counts.states >= wanted) break;
      try {
        // Short ones at every step, long ones at every so many, from another offset each round.
        await crashRun(scenario, seed, counts, { seedShift: round * 1000 });
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        failures.push(error.message);
      }
    }
  }
}

const seconds = Number(process.hrtime.bigint() - began) / 1e9;
console.log(JSON.stringify({ ...counts, seconds: Math.round(seconds) }));
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

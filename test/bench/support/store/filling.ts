import { callsOf } from './calls.js';
import type { Keeper } from './keeper.js';

const CALLS_A_COMMIT = 500;

/** Keeps so many calls without audio, many in one commit. Returns the seconds that it took. */
export async function fill(keeper: Keeper, count: number, seed: number): Promise<number> {
  const from = performance.now();
  let kept = 0;
  for (const call of callsOf(count, seed)) {
    keeper.begin(call).close();
    kept += 1;
    if (kept % CALLS_A_COMMIT === 0) await keeper.commit();
    if (kept % 50_000 === 0) {
      const rate = Math.round(kept / ((performance.now() - from) / 1000));
      const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
      process.stderr.write(`  ${keeper.name}: ${kept} calls, ${rate} a second, ${rss} MiB resident\n`);
    }
  }
  await keeper.commit();
  return (performance.now() - from) / 1000;
}

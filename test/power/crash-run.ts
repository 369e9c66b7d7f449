import type { Scenario } from './scenarios.js';
import { type Counts, cutHere, World } from './world.js';

export interface CrashOptions {
  readonly stride?: number;
  /** A file whose syncs are left out once the store is formatted, or `directory` from the beginning. */
  readonly neverSync?: string;
  readonly seedShift?: number;
}

/** Runs a scenario once, cutting a copy of its world at every `stride`th step. Throws at the first promise broken. */
export async function crashRun(
  scenario: Scenario,
  seed: number,
  counts: Counts,
  options: CrashOptions = {},
): Promise<void> {
  const { stride = scenario.stride, neverSync, seedShift = 0 } = options;
  const world = new World(seed + seedShift);
  let step = 0;
  let broken: unknown;
  if (neverSync === 'directory' || neverSync === 'superblock') world.disk.neverSync = neverSync;
  world.disk.onStep = async () => {
    if (world.told.formatted) world.disk.neverSync = neverSync;
    step += 1;
    if (step % stride !== 0 || broken !== undefined) return;
    const label = `${scenario.name}, seed ${seed + seedShift}, step ${step}`;
    try {
      await cutHere(world, counts, (seed + seedShift) * 100_000 + step, label);
    } catch (error) {
      broken = error; // thrown from here, it would be a fault of the disk
    }
    if (broken !== undefined) world.disk.onStep = async () => Promise.reject(broken);
  };
  try {
    await scenario.run(world);
  } catch (error) {
    throw broken ?? error;
  }
  if (broken !== undefined) throw broken;
}

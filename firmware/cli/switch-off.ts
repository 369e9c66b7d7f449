import type { Board } from '../../hal/board.js';
import { KikitomeError } from '../errors.js';
import { faultPattern, roundMs } from '../panel/view.js';
import { passed } from './passed.js';
import type { OpenedBoard, World } from './world.js';

/** A machine that has accepted tells its programs to end within moments; one that has not by now will not. */
const TOLD_WITHIN_MS = 20_000;
/** How often the lamp of a machine that stays on counts why. */
const ROUNDS = 2;

/**
 * Switches the machine off, where the board has one; everything is closed. Resolves when the machine tells this program to end. Rejects with
 * `POWER_OFF_REFUSED` where it does not go off, once the lamp has said so: whoever started this program starts it again, and
 * that it is still on is a fault of the run that follows.
 */
export async function switchOff(world: World, { lamp }: Board, powerOff: OpenedBoard['powerOff']): Promise<void> {
  if (powerOff === undefined) return;
  let why: unknown;
  try {
    world.supervisor?.closing();
    await powerOff();
    await passed(world.clock, TOLD_WITHIN_MS, world.stop);
    if (world.stop.aborted) return;
  } catch (error) {
    why = error;
  }
  const pattern = faultPattern('STILL_ON');
  lamp.show(pattern);
  await passed(world.clock, ROUNDS * roundMs(pattern), world.stop);
  lamp.show({ ...pattern, rhythmMs: [] });
  const said =
    why instanceof Error ? why.message : `the machine still runs ${TOLD_WITHIN_MS / 1000} s after it was asked`;
  throw new KikitomeError('POWER_OFF_REFUSED', said, { cause: why });
}

import type { LinePort } from '../../hal/board.js';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Store } from '../../storage/store.js';
import type { Keeper } from '../keeper.js';
import type { Direction } from './call-event.js';
import { type CallParticulars, partyNumber } from './call-record.js';
import { sealableCall } from './sealable-call.js';

/** Where a call is, and what dates it. */
export interface CallSetting {
  readonly port: LinePort;
  readonly clock: Clock;
  /** Says what the clock is worth. */
  readonly keeper: Pick<Keeper, 'trust'>;
}

/** All that is known of a call when it begins, at `atMs`, which may lie seconds back. */
export function callBegunAt(
  { port, clock, keeper }: CallSetting,
  direction: Direction,
  atMs: MonotonicMs,
): CallParticulars {
  return {
    line: port.id,
    direction,
    outcome: null,
    startedWallMs: clock.wall() - (clock.now() - atMs),
    durationMs: null,
    ringMs: null,
    caller: null,
    dialled: null,
    flashes: [],
    gaps: [],
    clock: keeper.trust(),
    audio: null,
  };
}

/** Puts a call on record that nobody answered: `begun` with who called and for how long it rang. Returns its number. */
export function keepMissed(store: Store, begun: CallParticulars): number {
  const particulars = sealableCall({ ...begun, outcome: 'missed', durationMs: 0 });
  const { startedWallMs, ringMs } = particulars;
  const writer = store.begin(particulars, startedWallMs);
  writer.close({ endedWallMs: startedWallMs + (ringMs ?? 0), party: partyNumber(particulars), particulars });
  return writer.number;
}

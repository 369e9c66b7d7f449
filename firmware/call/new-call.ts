import type { LinePort } from '../../hal/board.js';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Store } from '../../storage/store.js';
import type { Direction } from './call-event.js';
import { type CallParticulars, partyNumber } from './call-record.js';
import { sealableCall } from './sealable-call.js';

/** All that is known of a call when it begins, at `atMs`, which may lie seconds back. */
export function callBegunAt(
  { port, clock }: { readonly port: Pick<LinePort, 'id'>; readonly clock: Clock },
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
    clock: clock.trust(),
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

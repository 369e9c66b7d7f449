import type { Board } from '../../hal/board.js';
import type { Store } from '../../storage/store.js';
import { Pin } from '../pin/pin.js';
import { SetupCode } from '../pin/setup-code.js';
import { PIN_IS_ENOUGH } from '../retrieval/authority.js';
import { Errand } from '../retrieval/errand.js';
import { type Handover, OpenHandover } from '../retrieval/handover.js';
import { Retrieval, type RetrievalOptions } from '../retrieval/retrieval.js';
import { StoreSource } from '../retrieval/source.js';
import type { World } from './world.js';

export interface OpenedRetrieval {
  readonly retrieval: Retrieval;
  /** The same, as commands see it. */
  readonly handover: Handover;
}

/** The handing over at a box, put together; it runs from `start` to `stop`. */
export async function openRetrieval(
  world: World,
  board: Board,
  store: Store,
  { faults, onStoreFailed }: Pick<RetrievalOptions, 'faults' | 'onStoreFailed'>,
): Promise<OpenedRetrieval> {
  const { clock } = board;
  const { chance } = world;
  const pin = await Pin.open({ store, clock, openHash: world.openPinHash });
  const code = new SetupCode(clock, chance);
  const errand = new Errand({ store, source: new StoreSource(store), authority: PIN_IS_ENOUGH, clock });
  const retrieval = new Retrieval({ board, pin, code, errand, faults, onStoreFailed });
  const handover = new OpenHandover({ store, wall: () => clock.wall(), chance, pin, live: { retrieval, code } });
  return { retrieval, handover };
}

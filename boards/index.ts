import type { BoardData } from './board-data.js';
import { BoardError } from './board-error.js';

/** Loads a board's module when it is chosen, so that no box loads another's native modules. */
const BOARDS = {
  virtual: () => import('./virtual/board.js'),
  'tap-hat': () => import('./tap-hat/board.js'),
  'modem-hat': () => import('./modem-hat/board.js'),
  'usb-modem': () => import('./usb-modem/board.js'),
} as const;

export type BoardId = keyof typeof BOARDS;

/** What a board's folder exports: `openVirtualBoard`, or its data as `board`. */
export type BoardModule<Id extends BoardId> = Awaited<ReturnType<(typeof BOARDS)[Id]>>;

export const BOARD_IDS = Object.keys(BOARDS) as readonly BoardId[];

/** The module of board `id`. Rejects with `BoardError` `BOARD_UNKNOWN` for an unknown one. */
export async function loadBoard<Id extends BoardId>(id: Id): Promise<BoardModule<Id>>;
export async function loadBoard(id: string): Promise<BoardModule<BoardId>>;
export async function loadBoard(id: string): Promise<BoardModule<BoardId>> {
  const known = BOARD_IDS.find((one) => one === id);
  if (known === undefined) {
    throw new BoardError(
      'BOARD_UNKNOWN',
      `no board "${id.replace(/\s+/gu, ' ')}"; choose one of: ${BOARD_IDS.join(', ')}`,
    );
  }
  return await BOARDS[known]();
}

/** The data of a real board. Rejects as `loadBoard`; the virtual board has none. */
export async function loadBoardData(id: string): Promise<BoardData> {
  const module = await loadBoard(id);
  if (!('board' in module)) throw new BoardError('BOARD_UNKNOWN', `board ${id} is not made of pins`);
  return module.board;
}

/** Loads a board's module when it is chosen, so that no box loads another's native modules. */
const BOARDS = {
  virtual: () => import('./virtual/board.js'),
} as const;

export type BoardId = keyof typeof BOARDS;

/** What a board's folder exports. */
export type BoardModule<Id extends BoardId> = Awaited<ReturnType<(typeof BOARDS)[Id]>>;

export const BOARD_IDS = Object.keys(BOARDS) as readonly BoardId[];

/** A board was asked for that this program does not have. */
export class BoardError extends Error {
  override readonly name = 'BoardError';
  readonly code = 'BOARD_UNKNOWN';
}

/** The module of board `id`. Rejects with `BoardError` for an unknown one. */
export async function loadBoard<Id extends BoardId>(id: Id): Promise<BoardModule<Id>>;
export async function loadBoard(id: string): Promise<BoardModule<BoardId>>;
export async function loadBoard(id: string): Promise<BoardModule<BoardId>> {
  const known = BOARD_IDS.find((one) => one === id);
  if (known === undefined) {
    throw new BoardError(`no board "${id.replace(/\s+/gu, ' ')}"; choose one of: ${BOARD_IDS.join(', ')}`);
  }
  return await BOARDS[known]();
}

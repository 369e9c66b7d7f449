import type { BoardData, HatIdentity } from './board-data.js';
import { BoardError } from './board-error.js';
import { readBoardFile } from './board-file.js';
import { BOARD_IDS, loadBoardData } from './index.js';

/** Detection, in place of a name. */
export const DETECT = 'auto';

/**
 * The data of the board that is meant: `auto` goes by the HAT's ID memory, a name that ends with `.json` is a file, else
 * an id. Rejects with `BoardError`.
 */
export async function chooseBoard(asked: string, hat: HatIdentity | null): Promise<BoardData> {
  if (asked.endsWith('.json')) return await readBoardFile(asked, loadBoardData);
  if (asked !== DETECT) return await loadBoardData(asked);
  const real = BOARD_IDS.filter((id) => id !== 'virtual');
  for (const id of real) {
    const data = await loadBoardData(id);
    if (hat !== null && data.hat?.vendor === hat.vendor && data.hat.product === hat.product) return data;
  }
  const found = hat === null ? 'no HAT says who it is' : `HAT "${hat.vendor}" "${hat.product}" is not known`;
  throw new BoardError('BOARD_NOT_DETECTED', `${found}; the boards are ${real.join(', ')}`);
}

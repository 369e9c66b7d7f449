import { isDeepStrictEqual } from 'node:util';
import type { HatIdentity } from '../hal/board-survey.js';
import type { BoardData } from './board-data.js';
import { BoardError } from './board-error.js';
import { readBoardFile } from './board-file.js';
import { BOARD_IDS, loadBoardData } from './index.js';

/** Detection, in place of a name. */
export const DETECT = 'auto';

const REAL = BOARD_IDS.filter((id) => id !== 'virtual');

/**
 * The data of the board that is meant: `auto` goes by the HAT's ID memory, a name that ends with `.json` is a file, else
 * an id. Rejects with `BoardError`.
 */
export async function chooseBoard(asked: string, hat: HatIdentity | null): Promise<BoardData> {
  if (asked.endsWith('.json')) return await readBoardFile(asked, loadBoardData);
  if (asked !== DETECT) return await loadBoardData(asked);
  const detected = await detectBoard(hat);
  if (detected !== null) return detected;
  const found =
    hat === null ? 'no HAT says who it is' : `HAT "${hat.vendor}" "${hat.product}" version ${hat.version} is not known`;
  throw new BoardError('BOARD_NOT_DETECTED', `${found}; the boards are ${REAL.join(', ')}`);
}

/** The data of the board whose HAT it is, by all that the HAT says of itself; null where it is none of ours. */
export async function detectBoard(hat: HatIdentity | null): Promise<BoardData | null> {
  if (hat === null) return null;
  for (const id of REAL) {
    const data = await loadBoardData(id);
    if (isDeepStrictEqual(data.hat, hat)) return data;
  }
  return null;
}

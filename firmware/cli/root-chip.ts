import { StoreError } from '../../storage/errors.js';
import { KikitomeError } from '../errors.js';
import type { World } from './world.js';

/** In place of a file: whatever chip the board has for it. */
const OF_THE_BOARD = 'board';

/** What a command line says of the chip for the root key. */
export interface RootChipFlags {
  readonly rootChip?: string;
  readonly board?: string;
}

/** Whether the board's own chip is meant. Throws `USAGE` for flags that make no sense together. */
export function isOfTheBoard({ rootChip, board }: RootChipFlags): boolean {
  if (rootChip === '') throw new KikitomeError('USAGE', '--root-chip wants a file, or board');
  if (board !== undefined && rootChip !== OF_THE_BOARD)
    throw new KikitomeError('USAGE', '--board goes with --root-chip board');
  return rootChip === OF_THE_BOARD;
}

/** The file of the board's own chip. Throws `ROOT_CHIP_MISSING` where no board is found, or it has none; `BOARD_*` for one that nobody knows. */
export async function chipOfTheBoard(world: World, { board = 'auto' }: RootChipFlags): Promise<string> {
  const { chosen } = await world.surveyBoards(board);
  if (chosen?.keyMemory) return chosen.keyMemory;
  throw new StoreError(
    'ROOT_CHIP_MISSING',
    chosen === null ? 'no board is found' : `board ${chosen.id} has no chip for it`,
  );
}

/**
 * Pages, table and root stand twice: the copy that counts has an even generation and was synced before its mirror, one lower,
 * was begun. So the copy of the higher generation is always one that is certainly on the medium, and the next goes over the other.
 */
export const FIRST_GENERATION = 2;

export const nextGeneration = (generation: number): number => generation + (generation % 2 === 0 ? 2 : 1);

export const mirrored = (generation: number): number => generation - 1;

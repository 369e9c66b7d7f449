/** Wrong PINs in a row after which nobody gets another try before `pin unlock`. */
export const PIN_ATTEMPTS_MAX = 10;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** How long the next try has to wait after so many wrong ones in a row, from the third on. */
const WAITS_MS = [
  30 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  60 * MINUTE_MS,
  60 * MINUTE_MS,
] as const;
const FIRST_WAIT_AFTER = 3;

/** 0: at once; infinite: locked. */
export function waitAfterMs(failures: number): number {
  if (failures >= PIN_ATTEMPTS_MAX) return Number.POSITIVE_INFINITY;
  return failures < FIRST_WAIT_AFTER ? 0 : (WAITS_MS[failures - FIRST_WAIT_AFTER] ?? Number.POSITIVE_INFINITY);
}

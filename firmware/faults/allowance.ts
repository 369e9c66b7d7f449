/** How much may still be said of something that keeps happening: a few at once, then one in a while. A plain value. */
export interface Allowance {
  readonly left: number;
  readonly atMs: number;
}

export interface AllowanceLimits {
  /** What there is of it at most. */
  readonly most: number;
  /** How long one takes to come back. */
  readonly backMs: number;
}

/** As it stands at `nowMs`; undefined is a full one. */
export function allowanceAt(
  before: Allowance | undefined,
  nowMs: number,
  { most, backMs }: AllowanceLimits,
): Allowance {
  if (!before) return { left: most, atMs: nowMs };
  const back = Math.floor((nowMs - before.atMs) / backMs);
  const left = Math.min(most, before.left + back);
  return { left, atMs: left === most ? nowMs : before.atMs + back * backMs };
}

export const spend = ({ left, atMs }: Allowance): Allowance => ({ left: Math.max(0, left - 1), atMs });

import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook, LineEdge } from '../../hal/line.js';

/** One reading of what an on-hook modem measures between tip and ring. */
export interface VoltageReading {
  /** With sign: it turns when the exchange reverses the pair. 0: less than 3 V, no line. */
  readonly volts: number;
  readonly atMs: MonotonicMs;
}

/** What is known of a pair by its voltage. A plain value: `readVoltage` returns the next. */
export interface PairVoltage {
  readonly hook: Hook;
  /** Which sign is `normal`; null until the line was first seen fed. */
  readonly normalSign: 1 | -1 | null;
  readonly reversed: boolean;
  /** What the line measures with every telephone down, V: follows it slowly. */
  readonly idleVolts: number;
  /** Since when readings have said otherwise than what was told: the hook, the polarity. */
  readonly hookSinceMs: MonotonicMs | null;
  readonly turnedSinceMs: MonotonicMs | null;
}

/** The exchange's feed in Japan is 48 V [S]; lines behind an adapter have less, which `idleVolts` learns. */
const IDLE_VOLTS = 48;
/** Off-hook below this share of the idle voltage [S: AN93 proposes half of the highest seen]; on-hook again above the other [I]. */
const OFF_BELOW = 0.5;
const ON_ABOVE = 0.6;
/** One in so many readings' weight: half a minute at ten a second [I]. */
const FOLLOWS = 256;

export const pairVoltage = (): PairVoltage => ({
  hook: 'on-hook',
  normalSign: null,
  reversed: false,
  idleVolts: IDLE_VOLTS,
  hookSinceMs: null,
  turnedSinceMs: null,
});

/** ISOmodem's register U6C as `AT:R6C` tells it, four hex digits: LVS in bits 15-8, two's complement, 1 V each [S: AN93]. Undefined for another line. */
export function readLvs(line: string): number | undefined {
  const [, high] = /^([0-9A-F]{2})[0-9A-F]{2}$/u.exec(line) ?? [];
  return high === undefined ? undefined : (Number.parseInt(high, 16) << 24) >> 24;
}

/** What one reading says by itself; a line without voltage says nothing new. */
export function hookAt({ hook, idleVolts }: PairVoltage, volts: number): Hook {
  if (volts === 0) return hook;
  const limit = idleVolts * (hook === 'on-hook' ? OFF_BELOW : ON_ABOVE);
  return Math.abs(volts) < limit ? 'off-hook' : 'on-hook';
}

/**
 * The next state, and the edges that two readings one after the other agree on, stamped with the first of them. A line
 * without voltage is cut, not lifted: its hook stays what it was.
 */
export function readVoltage(pair: PairVoltage, { volts, atMs }: VoltageReading): readonly [PairVoltage, LineEdge[]] {
  if (volts === 0) return [{ ...pair, hookSinceMs: null, turnedSinceMs: null }, []];
  const edges: LineEdge[] = [];
  const sign = volts < 0 ? -1 : 1;
  const normalSign = pair.normalSign ?? sign;
  const level = Math.abs(volts);

  const hook = hookAt(pair, volts);
  const hookMoves = hook !== pair.hook;
  const hookMoved = hookMoves && pair.hookSinceMs !== null;
  if (hookMoved) edges.push({ kind: 'hook', hook, atMs: pair.hookSinceMs ?? atMs });

  const reversed = sign !== normalSign;
  const turns = reversed !== pair.reversed;
  const turned = turns && pair.turnedSinceMs !== null;
  if (turned) {
    edges.push({ kind: 'polarity', polarity: reversed ? 'reversed' : 'normal', atMs: pair.turnedSinceMs ?? atMs });
  }

  const idle = hook === 'on-hook' && pair.hook === 'on-hook';
  const next: PairVoltage = {
    hook: hookMoved ? hook : pair.hook,
    normalSign,
    reversed: turned ? reversed : pair.reversed,
    idleVolts: idle ? pair.idleVolts + (level - pair.idleVolts) / FOLLOWS : pair.idleVolts,
    hookSinceMs: hookMoves && !hookMoved ? atMs : null,
    turnedSinceMs: turns && !turned ? atMs : null,
  };
  return [next, edges.sort((a, b) => a.atMs - b.atMs)];
}

import assert from 'node:assert/strict';
import type { LampPattern } from '../../hal/panel.js';

/** Who blinks and who looks are both woken by timers, and the recorder has other things to do. */
const SLOP_MS = 45;

type Span = readonly [colour: string, ms: number];

/** What the guest's `lamp.js` saw under `name`. */
function seenAs(out: string, name: string): Span[] {
  const [, text] = new RegExp(`^LAMP ${name} (.*)$`, 'mu').exec(out) ?? assert.fail(`no lamp ${name}: ${out}`);
  return JSON.parse(text ?? '') as Span[];
}

/** Requires that the lamp was seen to show `pattern` for at least one whole round, beginning anywhere, and nothing else. Returns the round in words. */
export function requireLamp(out: string, name: string, { colour, rhythmMs }: LampPattern): string {
  const seen = seenAs(out, name);
  const about = `${name}: ${JSON.stringify(seen)}`;
  if (rhythmMs.length === 1) {
    assert.equal(seen.length, 1, about);
    assert.equal(seen[0]?.[0], colour, about);
    return `steadily ${colour}`;
  }
  assert.ok(seen.length >= rhythmMs.length, about);
  const fits = (from: number): boolean =>
    seen.every(([shown, ms], i) => {
      const at = (from + i) % rhythmMs.length;
      return shown === (at % 2 === 0 ? colour : 'dark') && Math.abs(ms - (rhythmMs[at] ?? 0)) <= SLOP_MS;
    });
  assert.ok(
    rhythmMs.some((_, from) => fits(from)),
    `${about} is no ${rhythmMs.join(' ')}`,
  );
  return `${colour} ${rhythmMs.join(' ')}`;
}

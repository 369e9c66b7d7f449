import assert from 'node:assert/strict';
import { DARK, SimulatedLamp } from '../../../drivers/simulated/lamp.js';
import type { LampPattern } from '../../../hal/panel.js';

describe('SimulatedLamp', () => {
  it('remembers what is shown and tells late comers', () => {
    const lamp = new SimulatedLamp();
    const seen: LampPattern[] = [];
    lamp.shown$.subscribe((pattern) => seen.push(pattern));
    const lit: LampPattern = { colour: 'red', rhythmMs: [100, 900] };
    lamp.show(lit);
    lamp.shown$.subscribe((pattern) => seen.push(pattern));
    assert.deepEqual(seen, [DARK, lit, lit]);
    assert.equal(lamp.shown, lit);
  });
});

import assert from 'node:assert/strict';
import { SimulatedButton } from '../../../drivers/simulated/button.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { type Press, pressesOf } from '../../../firmware/panel/press.js';
import type { WallMs } from '../../../hal/clock.js';

describe('presses of the button', () => {
  let clock: SimulatedClock;
  let button: SimulatedButton;
  let presses: Press[];
  beforeEach(() => {
    clock = new SimulatedClock(0 as WallMs);
    button = new SimulatedButton(clock);
    presses = [];
    pressesOf(button, clock).subscribe((press) => presses.push(press));
  });

  for (const [heldMs, expected] of [
    [30, [{ length: 'short', atMs: 1030 }]],
    [999, [{ length: 'short', atMs: 1999 }]],
    [1000, []],
    [1999, []],
    [2000, [{ length: 'long', atMs: 3000 }]],
    [7999, [{ length: 'long', atMs: 8999 }]],
    [8000, [{ length: 'very-long', atMs: 9000 }]],
    [60_000, [{ length: 'very-long', atMs: 9000 }]],
  ] as const) {
    it(`held for ${heldMs} ms: ${expected[0]?.length ?? 'nothing'}, once`, () => {
      clock.advanceTo(1000);
      button.hold(heldMs);
      clock.advanceTo(100_000);
      assert.deepEqual(presses, expected);
    });
  }

  it('counts as very long while it is still held', () => {
    button.hold(60_000);
    clock.advanceTo(7999);
    assert.deepEqual(presses, []);
    clock.advanceTo(8000);
    assert.equal(presses.length, 1);
  });

  it('tells each of several, and does not add them up', () => {
    for (let i = 0; i < 5; i += 1) {
      button.hold(700);
      clock.advanceTo(clock.now() + 900);
    }
    assert.deepEqual(
      presses.map(({ length }) => length),
      Array.from({ length: 5 }, () => 'short'),
    );
  });

  it('forgets what was held when the button was lost, and hears it again when it is back', () => {
    button.hold(20_000);
    clock.advanceTo(3000);
    button.lose();
    clock.advanceTo(30_000);
    assert.deepEqual(presses, []);
    button.hold(100);
    clock.advanceTo(31_000);
    assert.deepEqual(presses, [{ length: 'short', atMs: 30_100 }]);
  });

  it('is told late and still counts by the time of the edges', () => {
    button.hold(3000);
    clock.stallTo(20_000); // nobody was told of anything meanwhile: the alarm that ends the hold rings late, too
    clock.advanceTo(20_000);
    assert.equal(presses.length, 1);
  });
});
